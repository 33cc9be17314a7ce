package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.model.Level;
import java.time.Duration;
import java.time.temporal.TemporalAmount;

/**
 * How a level's time is cut into files, and a file's into blocks. A file is a UTC day, month or
 * year. A block is long enough to compress well, a hundred rows or so, and short enough that what
 * is still hot is little to read. It never crosses a file.
 *
 * @param nameLength of a file's name, which is the beginning of its first day in ISO 8601
 * @param file the length of a file
 * @param block the length of a block, whole minutes; a file's last one may be shorter
 */
record Layout(int nameLength, TemporalAmount file, Duration block) {
  private static final TemporalAmount DAY = java.time.Period.ofDays(1);
  private static final TemporalAmount MONTH = java.time.Period.ofMonths(1);
  private static final TemporalAmount YEAR = java.time.Period.ofYears(1);

  /** How a level is laid out on disk; what is released never changes. */
  static Layout of(Level level) {
    if (level.equals(Level.RAW)) {
      return new Layout(10, DAY, Duration.ofHours(1));
    }
    if (isShorter(level, Duration.ofSeconds(10))) {
      return new Layout(10, DAY, Duration.ofMinutes(10));
    }
    if (isShorter(level, Duration.ofMinutes(5))) {
      return new Layout(10, DAY, Duration.ofHours(1));
    }
    if (isShorter(level, Duration.ofMinutes(15))) {
      return new Layout(7, MONTH, Duration.ofHours(6));
    }
    if (isShorter(level, Duration.ofHours(1))) {
      return new Layout(7, MONTH, Duration.ofDays(1));
    }
    if (isShorter(level, Duration.ofDays(1))) {
      return new Layout(4, YEAR, Duration.ofDays(4));
    }
    return new Layout(4, YEAR, Duration.ofDays(100));
  }

  private static boolean isShorter(Level level, Duration than) {
    return level.length().compareTo(than) < 0;
  }
}
