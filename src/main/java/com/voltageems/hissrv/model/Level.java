package com.voltageems.hissrv.model;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A length of window that is kept, named as in the tag {@code interval} ({@code 1m}, {@code 5m}).
 *
 * @param name the tag's value
 * @param length the windows' length; zero for points that belong to no window ({@link #RAW})
 */
public record Level(String name, Duration length) implements Comparable<Level> {
  /** Points that carry no interval: documents pushed by others. */
  public static final Level RAW = new Level("raw", Duration.ZERO);

  private static final Pattern NAME = Pattern.compile("([1-9]\\d{0,5})([smhd])");

  /** The level a name such as {@code 15m} or {@code 1d} stands for; empty when it is not one. */
  public static Optional<Level> parse(String name) {
    if (name.equals(RAW.name)) {
      return Optional.of(RAW);
    }
    var match = NAME.matcher(name);
    if (!match.matches()) {
      return Optional.empty();
    }
    long n = Long.parseLong(match.group(1));
    return Optional.of(
        new Level(
            name,
            switch (match.group(2)) {
              case "s" -> Duration.ofSeconds(n);
              case "m" -> Duration.ofMinutes(n);
              case "h" -> Duration.ofHours(n);
              default -> Duration.ofDays(n);
            }));
  }

  /**
   * The window that holds a moment, aligned to the epoch.
   *
   * @throws IllegalStateException for {@link #RAW}, which has no windows
   */
  public Window windowAt(long epochMillis) {
    if (length.isZero()) {
      throw new IllegalStateException("level raw has no windows");
    }
    long ms = length.toMillis();
    long start = Math.floorDiv(epochMillis, ms) * ms;
    return new Window(this, start, start + ms);
  }

  /** Finest first; by name where lengths are equal. */
  @Override
  public int compareTo(Level other) {
    int byLength = length.compareTo(other.length);
    return byLength != 0 ? byLength : name.compareTo(other.name);
  }
}
