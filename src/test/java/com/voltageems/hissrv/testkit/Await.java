package com.voltageems.hissrv.testkit;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waiting for what another thread or process will do. */
public final class Await {
  private Await() {}

  /** Fails when it does not come true in time. */
  public static void until(String what, Duration patience, BooleanSupplier condition) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within " + patience.toSeconds() + " s: " + what);
      }
      pause(Duration.ofMillis(50));
    }
  }

  /** Lets time pass. */
  public static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
