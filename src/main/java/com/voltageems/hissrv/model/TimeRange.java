package com.voltageems.hissrv.model;

import java.time.Instant;

/**
 * A half-open stretch of time.
 *
 * @param start first moment in it
 * @param stop first moment after it; never before {@code start}
 */
public record TimeRange(Instant start, Instant stop) {
  /**
   * @throws IllegalArgumentException when {@code stop} is before {@code start}
   */
  public TimeRange {
    if (stop.isBefore(start)) {
      throw new IllegalArgumentException("stop " + stop + " is before start " + start);
    }
  }

  /** Whether a moment lies in it. */
  public boolean contains(Instant time) {
    return !time.isBefore(start) && time.isBefore(stop);
  }
}
