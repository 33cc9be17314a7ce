package com.voltageems.hissrv.ledger;

import com.voltageems.hissrv.lease.Held;
import com.voltageems.hissrv.model.Level;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The ledger's keys in Redis: a hash for each part of the sources and each UTC day, so that old
 * days expire by themselves; and one for each part with the times of first sight. Parts spread over
 * a Cluster, and each call names keys of one.
 */
final class DayKeys {
  static final long DAY = Duration.ofDays(1).toMillis();

  /** What is no source's. */
  private static final String TIMES = "times";

  private static final int PARTS = 32;

  private DayKeys() {}

  /** Numbers of the days that have a moment of this time, since 1970. */
  static List<Long> days(long fromMillis, long toMillis) {
    return LongStream.rangeClosed(Math.floorDiv(fromMillis, DAY), Math.floorDiv(toMillis, DAY))
        .boxed()
        .toList();
  }

  static String ofDay(Marks.Subject subject, long day) {
    return subject.isOfTime() ? timesOf(day) : of(subject.source(), day);
  }

  static String of(String source, long day) {
    return ofDay(part(source), day);
  }

  /** Outages, and who swept when. */
  static String timesOf(long day) {
    return ofDay(TIMES, day);
  }

  private static String ofDay(String part, long day) {
    return "hissrv:ledger:{%s}:%s".formatted(part, LocalDate.ofEpochDay(day));
  }

  /** A day's field of a source, or of what else is marked, on a level. */
  static String field(String source, Level level) {
    return level.name() + " " + source;
  }

  static String sinceOf(String source) {
    return since(part(source));
  }

  /** In its field of no name: since when there is a ledger. */
  static String begun() {
    return since(TIMES);
  }

  /** All that tell of first sights, {@link #begun} the first. */
  static List<String> allSince() {
    return Stream.concat(
            Stream.of(begun()),
            LongStream.range(0, PARTS).mapToObj(part -> since(Long.toString(part))))
        .toList();
  }

  private static String since(String part) {
    return "hissrv:ledger:{%s}:since".formatted(part);
  }

  private static String part(String source) {
    return Integer.toString(Held.shard(source, PARTS));
  }

  /** How long a day's keys still live. */
  static Duration timeToLive(long day, Duration retention, long nowMillis) {
    return Duration.ofMillis((day + 1) * DAY - nowMillis).plus(retention);
  }
}
