package com.voltageems.hissrv.deliver;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Waits between tries: doubling from 250 ms to 15 s, each shortened at random by up to a half so
 * that many instances don't knock together.
 */
final class Backoff {
  private static final Duration FIRST = Duration.ofMillis(250);
  private static final Duration LONGEST = Duration.ofSeconds(15);

  private Duration current = FIRST;

  synchronized Duration next() {
    Duration wait = current;
    Duration doubled = current.multipliedBy(2);
    current = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
    return Duration.ofMillis(
        ThreadLocalRandom.current().nextLong(wait.toMillis() / 2, wait.toMillis() + 1));
  }

  synchronized void reset() {
    current = FIRST;
  }
}
