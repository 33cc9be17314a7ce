package com.voltageems.hissrv.alert;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;

/** How much a counter grew within a window that ends now; exact to a 300th of the window. */
final class Growth {
  private static final int STEPS = 300;

  private record Reading(Instant time, double total) {}

  private final Duration window;
  private final ArrayDeque<Reading> readings = new ArrayDeque<>();

  Growth(Duration window) {
    this.window = window;
  }

  /** Since the first reading, while that is younger than the window. */
  double upTo(Instant now, double total) {
    while (!readings.isEmpty()
        && (readings.getLast().time.isAfter(now) || readings.getLast().total > total)) {
      readings.removeLast();
    }
    if (readings.isEmpty()
        || !now.isBefore(readings.getLast().time.plus(window.dividedBy(STEPS)))) {
      readings.addLast(new Reading(now, total));
    }
    Instant start = now.minus(window);
    while (readings.size() > 1 && !second().time.isAfter(start)) {
      readings.removeFirst();
    }
    return total - readings.getFirst().total;
  }

  private Reading second() {
    var iterator = readings.iterator();
    iterator.next();
    return iterator.next();
  }
}
