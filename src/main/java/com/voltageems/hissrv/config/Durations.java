package com.voltageems.hissrv.config;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as the configuration writes them: a whole number and a unit. A year has 365 days. */
public final class Durations {
  /** What to say is allowed. */
  public static final String ALLOWED = "a duration such as 500ms, 10s, 5m, 2h or 1d";

  /** As a regular expression. */
  static final String FORM = "(\\d{1,9})(ms|s|m|h|d|y)";

  private static final int DAYS_PER_YEAR = 365;
  private static final Pattern TEXT = Pattern.compile(FORM);

  private Durations() {}

  /** Empty when the text is not one. */
  public static Optional<Duration> parse(String text) {
    Matcher match = TEXT.matcher(text);
    if (!match.matches()) {
      return Optional.empty();
    }
    long n = Long.parseLong(match.group(1));
    return Optional.of(
        switch (match.group(2)) {
          case "ms" -> Duration.ofMillis(n);
          case "s" -> Duration.ofSeconds(n);
          case "m" -> Duration.ofMinutes(n);
          case "h" -> Duration.ofHours(n);
          case "d" -> Duration.ofDays(n);
          default -> Duration.ofDays(DAYS_PER_YEAR * n);
        });
  }

  /** As {@link #parse} reads it, in the largest unit that is exact. */
  public static String format(Duration duration) {
    long ms = duration.toMillis();
    if (ms % 1000 != 0) {
      return ms + "ms";
    }
    long s = ms / 1000;
    if (s > 0 && s % 86_400 == 0) {
      long days = s / 86_400;
      return days % DAYS_PER_YEAR == 0 ? days / DAYS_PER_YEAR + "y" : days + "d";
    }
    if (s > 0 && s % 3_600 == 0) {
      return s / 3_600 + "h";
    }
    return s > 0 && s % 60 == 0 ? s / 60 + "m" : s + "s";
  }
}
