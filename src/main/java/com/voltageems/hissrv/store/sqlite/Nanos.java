package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.model.Point;
import java.time.Instant;

/** Instants as epoch nanoseconds in 64 bits. */
final class Nanos {
  static final long PER_SECOND = 1_000_000_000L;

  private Nanos() {}

  /** Times that no point can have become the nearest bound. */
  static long of(Instant time) {
    if (time.isBefore(Point.EARLIEST)) {
      return of(Point.EARLIEST);
    }
    if (time.isAfter(Point.LATEST)) {
      return of(Point.LATEST);
    }
    return time.getEpochSecond() * PER_SECOND + time.getNano();
  }

  static Instant toInstant(long nanos) {
    return Instant.ofEpochSecond(
        Math.floorDiv(nanos, PER_SECOND), Math.floorMod(nanos, PER_SECOND));
  }
}
