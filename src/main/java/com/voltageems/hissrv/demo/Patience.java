package com.voltageems.hissrv.demo;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waiting for what servers do by themselves. */
final class Patience {
  private Patience() {}

  /**
   * Looks until it holds; what can't be asked does not hold yet.
   *
   * @throws DemoException when it does not within the limit
   */
  static void until(String what, Duration limit, BooleanSupplier condition) {
    long until = System.nanoTime() + limit.toNanos();
    while (!holds(condition)) {
      if (System.nanoTime() > until) {
        throw new DemoException("not within " + limit.toSeconds() + " s: " + what, null);
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new DemoException("interrupted while waiting: " + what, e);
      }
    }
  }

  private static boolean holds(BooleanSupplier condition) {
    try {
      return condition.getAsBoolean();
    } catch (RuntimeException e) {
      return false;
    }
  }
}
