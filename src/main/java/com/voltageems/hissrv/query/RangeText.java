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
final class RangeText {
  static final Duration DEFAULT = Duration.ofHours(1);

  /** Longer than all the time a store can keep. */
  private static final Duration LONGEST = Duration.ofDays(366_000);

  private static final String DURATION_EXPECTED =
      "a whole number and ms, s, m, h, d or w, for example 15m, 1h or 7d";
  private static final String TIME_EXPECTED =
      "RFC 3339 with an offset, for example 2026-01-29T10:30:00Z";
  private static final Pattern DURATION = Pattern.compile("(\\d{1,15})(ms|[smhdw])");

  /** A '+' that nobody escaped arrives as a space. */
  private static final Pattern SPACED_OFFSET = Pattern.compile(" (\\d\\d:\\d\\d)$");

  private RangeText() {}

  /** Any of the three may be absent; {@code now} is where a range ends. */
  static TimeRange read(
      @Nullable String range, @Nullable String start, @Nullable String stop, Instant now) {
    if (range != null) {
      if (start != null || stop != null) {
        throw QueryProblem.badParameter(
            "range",
            "'range' ends now, so it can't be given together with 'start' or 'stop'.",
            "either range, or start and stop");
      }
      return ending(now, duration(range));
    }
    if (start == null) {
      return ending(stop == null ? now : time("stop", stop), DEFAULT);
    }
    Instant from = time("start", start);
    Instant to = stop == null ? now : time("stop", stop);
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

  private static Duration duration(String text) {
    var match = DURATION.matcher(text);
    if (!match.matches()) {
      throw badDuration(text);
    }
    long n = Long.parseLong(match.group(1));
    if (n == 0) {
      throw badDuration(text);
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

  private static QueryProblem badDuration(String text) {
    return QueryProblem.badParameter(
        "range", "'" + QueryProblem.shown(text) + "' is not a length of time.", DURATION_EXPECTED);
  }

  private static Instant time(String parameter, String text) {
    Instant time;
    try {
      time = OffsetDateTime.parse(SPACED_OFFSET.matcher(text).replaceFirst("+$1")).toInstant();
    } catch (DateTimeException e) {
      throw QueryProblem.badParameter(
          parameter, "'" + QueryProblem.shown(text) + "' is not a time.", TIME_EXPECTED);
    }
    if (time.isBefore(Point.EARLIEST) || time.isAfter(Point.LATEST)) {
      throw QueryProblem.badParameter(
          parameter,
          "'%s' is a time that no store can keep.".formatted(QueryProblem.shown(text)),
          "a time from " + Point.EARLIEST + " to " + Point.LATEST);
    }
    return time;
  }
}
