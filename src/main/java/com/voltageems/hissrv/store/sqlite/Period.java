package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.model.Level;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * The stretch of time that one file of a level holds. Times are epoch nanoseconds.
 *
 * @param name the file's, without ending: {@code 2026-11-22}, {@code 2026-11} or {@code 2026}
 * @param start its first moment
 * @param end the first moment after it
 * @param block the length of its blocks; the last may be shorter
 */
record Period(Level level, String name, long start, long end, long block) {
  private static final long PER_MINUTE = 60 * Nanos.PER_SECOND;

  /** The period of a level that holds a moment. */
  static Period at(Level level, long time) {
    String date = LocalDate.ofInstant(Nanos.toInstant(time), ZoneOffset.UTC).toString();
    return of(level, date.substring(0, Layout.of(level).nameLength()));
  }

  /** The period a file's name stands for; empty when it is none of ours. */
  static Optional<Period> parse(Level level, String name) {
    if (name.length() != Layout.of(level).nameLength()) {
      return Optional.empty();
    }
    try {
      return Optional.of(of(level, name));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Period of(Level level, String name) {
    Layout layout = Layout.of(level);
    LocalDate first = LocalDate.parse((name + "-01-01").substring(0, 10));
    return new Period(
        level, name, nanos(first), nanos(first.plus(layout.file())), layout.block().toNanos());
  }

  private static long nanos(LocalDate date) {
    return Nanos.of(date.atStartOfDay(ZoneOffset.UTC).toInstant());
  }

  /** The block that holds a moment of this period: its first moment. */
  long blockStart(long time) {
    return start + (time - start) / block * block;
  }

  /** The first moment after a block. */
  long blockEnd(long blockStart) {
    return Math.min(blockStart + block, end);
  }

  /** Block ids order by time, then by series. */
  static long blockId(long blockStart, int series) {
    return (Math.floorDiv(blockStart, PER_MINUTE) << 32) | series;
  }

  /** The start of the stretch that a block's id stands for. */
  static long startOfBlock(long blockId) {
    return (blockId >> 32) * PER_MINUTE;
  }
}
