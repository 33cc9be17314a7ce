package com.voltageems.hissrv.deliver;

import java.time.Duration;

/** Until when the store does not want to be asked, by any lane. Safe for any thread. */
final class RetryAfter {
  /** A store that names a day has made a mistake. */
  private static final Duration LONGEST = Duration.ofHours(1);

  private long untilNanos = System.nanoTime();

  synchronized void atLeast(Duration wait) {
    long nanos = wait.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : wait.toNanos();
    long until = System.nanoTime() + nanos;
    if (until - untilNanos > 0) {
      untilNanos = until;
    }
  }

  /** How long still; zero when it may be asked. */
  synchronized Duration left() {
    return Duration.ofNanos(Math.max(0, untilNanos - System.nanoTime()));
  }
}
