package com.voltageems.hissrv.parquet;

import java.time.Instant;

/** What times are counted in, from the epoch. */
public enum TimeUnit {
  /** What every reader knows. */
  MICROS(1_000_000, 2),
  /** Some readers know no such times. */
  NANOS(1_000_000_000, 3);

  private final int perSecond;
  private final int id;

  TimeUnit(int perSecond, int id) {
    this.perSecond = perSecond;
    this.id = id;
  }

  /** As the format numbers it. */
  int id() {
    return id;
  }

  long of(Instant time) {
    int nanosEach = 1_000_000_000 / perSecond;
    if (time.getNano() % nanosEach != 0) {
      throw new UnsuitableException(time + " is no whole number of microseconds");
    }
    return Math.addExact(
        Math.multiplyExact(time.getEpochSecond(), (long) perSecond), time.getNano() / nanosEach);
  }
}
