package com.voltageems.hissrv.query;

import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.TimeRange;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code range}, {@code start} and {@code stop}. */
public final class RangeText {
  static final Duration DEFAULT = Duration.ofHours(1);

  /** Longer than all the time a store can keep. */
  private static final Duration LONGEST = Duration.ofDays(366_000);

  private static final String DURATION_EXPECTED =
      "a whole number and ms, s, m, h, d or w, for example 15m, 1h or 7d";
  private static final String TIME_EXPECTED =
      "RFC 3339 with an offset, for example 2026-01-29T10:30:00Z, now, now-1d,"
          + " or epoch seconds, ms, us or ns";
  private static final Pattern DURATION = Pattern.compile("(\\d{1,15})(ms|[smhdw])");

  /** A '+' that nobody escaped arrives as a space. */
  private static final Pattern RELATIVE =
      Pattern.compile("now(?:([-+ ])(\\d{1,15}(?:ms|[smhdw])))?");

  private static final Pattern EPOCH = Pattern.compile("-?\\d{1,19}");

  /** Epoch times below are seconds, ms, us; others ns. */
  private static final long SECONDS_BELOW = 100_000_000_000L;

  /** A '+' that nobody escaped arrives as a space. */
  private static final Pattern SPACED_OFFSET = Pattern.compile(" (\\d\\d:\\d\\d)$");

  private RangeText() {}

  /** Any of the three may be absent; {@code now} is where a range ends. */
  public static TimeRange read(
      @Nullable String range, @Nullable String start, @Nullable String stop, Instant now) {
    if (range != null) {
      if (start != null || stop != null) {
        throw QueryProblem.badParameter(
            "range",
            "'range' ends now, so it can't be given together with 'start' or 'stop'.",
            "either range, or start and stop");
      }
      return ending(now, duration("range", range));
    }
    if (start == null) {
      return ending(stop == null ? now : time("stop", stop, now), DEFAULT);
    }
    Instant from = time("start", start, now);
    Instant to = stop == null ? now : time("stop", stop, now);
    if (to.isBefore(from)) {
      throw QueryProblem.badParameter(
          stop == null ? "start" : "stop",
          "'start' (" + from + ") is after 'stop' (" + to + ").",
          "start before stop; stop is now when not given");
    }
    return new TimeRange(from, to);
  }

  private static TimeRange ending(Instant stop, Duration length) {
    Instant start = stop.minus(length);
    if (start.isBefore(Point.EARLIEST)) {
      throw QueryProblem.badParameter(
          "range", "This range begins before " + Point.EARLIEST + ".", DURATION_EXPECTED);
    }
    return new TimeRange(start, stop);
  }

  /** A length of time that a parameter gives. */
  static Duration duration(String parameter, String text) {
    var match = DURATION.matcher(text);
    if (!match.matches()) {
      throw badDuration(parameter, text);
    }
    long n = Long.parseLong(match.group(1));
    if (n == 0) {
      throw badDuration(parameter, text);
    }
    Duration unit =
        switch (match.group(2)) {
          case "ms" -> Duration.ofMillis(1);
          case "s" -> Duration.ofSeconds(1);
          case "m" -> Duration.ofMinutes(1);
          case "h" -> Duration.ofHours(1);
          case "d" -> Duration.ofDays(1);
          default -> Duration.ofDays(7);
        };
    return n > LONGEST.dividedBy(unit) ? LONGEST : unit.multipliedBy(n);
  }

  private static QueryProblem badDuration(String parameter, String text) {
    return QueryProblem.badParameter(
        parameter,
        "'" + QueryProblem.shown(text) + "' is not a length of time.",
        DURATION_EXPECTED);
  }

  /** A moment that a parameter gives. */
  public static Instant time(String parameter, String text, Instant now) {
    Instant time = instant(parameter, text, now);
    if (time.isBefore(Point.EARLIEST) || time.isAfter(Point.LATEST)) {
      throw QueryProblem.badParameter(
          parameter,
          "'%s' is a time that no store can keep.".formatted(QueryProblem.shown(text)),
          "a time from " + Point.EARLIEST + " to " + Point.LATEST);
    }
    return time;
  }

  private static Instant instant(String parameter, String text, Instant now) {
    var relative = RELATIVE.matcher(text);
    if (relative.matches()) {
      if (relative.group(1) == null) {
        return now;
      }
      Duration by = duration(parameter, relative.group(2));
      return relative.group(1).equals("-") ? now.minus(by) : now.plus(by);
    }
    try {
      return EPOCH.matcher(text).matches()
          ? epoch(Long.parseLong(text))
          : OffsetDateTime.parse(SPACED_OFFSET.matcher(text).replaceFirst("+$1")).toInstant();
    } catch (DateTimeException | NumberFormatException e) {
      throw QueryProblem.badParameter(
          parameter, "'" + QueryProblem.shown(text) + "' is not a time.", TIME_EXPECTED);
    }
  }

  private static Instant epoch(long number) {
    long perSecond = 1;
    for (long below = SECONDS_BELOW; perSecond < 1_000_000_000; below *= 1_000) {
      if (number < below && number > -below) {
        break;
      }
      perSecond *= 1_000;
    }
    long nanos = 1_000_000_000 / perSecond;
    return Instant.ofEpochSecond(
        Math.floorDiv(number, perSecond), Math.floorMod(number, perSecond) * nanos);
  }
}
