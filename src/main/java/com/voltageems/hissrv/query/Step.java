package com.voltageems.hissrv.query;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The length of a bucket, as {@code every} has it. Below a day it is counted from local midnight,
 * so a day of 23 or 25 hours has as many hours; days, weeks (from Monday), months and years are the
 * calendar's.
 *
 * @param unit {@code ms}, {@code s}, {@code m}, {@code h}, {@code d}, {@code w}, {@code mo} or
 *     {@code y}
 * @param fromEpoch whether a stretch of time is counted from the epoch and never from midnight
 */
record Step(int count, String unit, boolean fromEpoch) {
  static final String EXPECTED =
      "a whole number and ms, s, m, h, d, w, mo or y, for example 15m, 1h, 1d or 1mo";

  private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,5})(ms|mo|[smhdwy])");
  private static final LocalDate FIRST_MONDAY = LocalDate.of(1970, 1, 5);
  private static final LocalDate EPOCH = LocalDate.of(1970, 1, 1);

  static Step parse(String parameter, String text) {
    Matcher match = FORM.matcher(text);
    if (!match.matches()) {
      throw QueryProblem.badParameter(
          parameter, "'" + QueryProblem.shown(text) + "' is not a length of time.", EXPECTED);
    }
    return new Step(Integer.parseInt(match.group(1)), match.group(2), false);
  }

  Step countedFromEpoch() {
    return new Step(count, unit, true);
  }

  /** Whether it is a stretch of time, whatever the calendar says. */
  boolean isClock() {
    return !unit.equals("d") && !unit.equals("w") && !unit.equals("mo") && !unit.equals("y");
  }

  /** About how long; exact where it {@link #isClock}. */
  Duration length() {
    return switch (unit) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      case "d" -> Duration.ofDays(count);
      case "w" -> Duration.ofDays(7L * count);
      case "mo" -> Duration.ofDays(30L * count);
      default -> Duration.ofDays(365L * count);
    };
  }

  /** The start of the bucket that holds a moment. */
  Instant floor(Instant time, ZoneId zone) {
    if (fromEpoch && isClock()) {
      return Instant.ofEpochMilli(floor(time.toEpochMilli(), length().toMillis()));
    }
    LocalDate day = time.atZone(zone).toLocalDate();
    if (!isClock()) {
      return first(day).atStartOfDay(zone).toInstant();
    }
    Instant midnight = day.atStartOfDay(zone).toInstant();
    long length = length().toMillis();
    return midnight.plusMillis(ChronoUnit.MILLIS.between(midnight, time) / length * length);
  }

  /** The start of the bucket after the one that begins then. */
  Instant next(Instant start, ZoneId zone) {
    if (fromEpoch && isClock()) {
      return start.plus(length());
    }
    LocalDate day = start.atZone(zone).toLocalDate();
    if (isClock()) {
      Instant midnight = day.plusDays(1).atStartOfDay(zone).toInstant();
      Instant next = start.plus(length());
      return next.isBefore(midnight) ? next : midnight;
    }
    LocalDate first = first(day);
    LocalDate next =
        switch (unit) {
          case "d" -> first.plusDays(count);
          case "w" -> first.plusWeeks(count);
          case "mo" -> first.plusMonths(count);
          default -> first.plusYears(count);
        };
    return next.atStartOfDay(zone).toInstant();
  }

  private LocalDate first(LocalDate day) {
    return switch (unit) {
      case "d" -> EPOCH.plusDays(floor(ChronoUnit.DAYS.between(EPOCH, day)));
      case "w" -> {
        LocalDate monday = day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
        yield FIRST_MONDAY.plusWeeks(floor(ChronoUnit.WEEKS.between(FIRST_MONDAY, monday)));
      }
      case "mo" -> {
        LocalDate month = day.withDayOfMonth(1);
        yield EPOCH.plusMonths(floor(ChronoUnit.MONTHS.between(EPOCH, month)));
      }
      default -> EPOCH.withYear(Math.floorDiv(day.getYear(), count) * count);
    };
  }

  private long floor(long units) {
    return floor(units, count);
  }

  private static long floor(long number, long step) {
    return Math.floorDiv(number, step) * step;
  }

  @Override
  public String toString() {
    return count + unit;
  }
}
