package com.voltageems.hissrv.demo;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * The plant's weather and work repeat every four weeks, Monday first. What has run up since the
 * beginning can so be known without replaying years.
 *
 * @param offset the site's clock
 */
record Cycle(ZoneOffset offset) {
  static final int DAYS = 28;
  static final int DAY_SECONDS = 86_400;
  static final int SECONDS = DAYS * DAY_SECONDS;

  private static final long BEGINNING =
      LocalDate.of(2024, 1, 1).atStartOfDay().toEpochSecond(ZoneOffset.UTC);

  /** How many whole cycles lie before a moment. */
  long number(Instant moment) {
    return Math.floorDiv(localMillis(moment), SECONDS * 1000L);
  }

  /** Seconds into the cycle, to the millisecond, in [0, {@link #SECONDS}). */
  double second(Instant moment) {
    return Math.floorMod(localMillis(moment), SECONDS * 1000L) / 1000.0;
  }

  /** By the site's clock. */
  int millisOfHour(Instant moment) {
    return Math.floorMod(localMillis(moment), 3_600_000);
  }

  static int day(double second) {
    return (int) (second / DAY_SECONDS);
  }

  /** Whether a day of the cycle is a Saturday or a Sunday. */
  static boolean isWeekend(int day) {
    return day % 7 >= 5;
  }

  static double hour(double second) {
    return second % DAY_SECONDS / 3600;
  }

  private long localMillis(Instant moment) {
    return moment.toEpochMilli() + (offset.getTotalSeconds() - BEGINNING) * 1000;
  }
}
