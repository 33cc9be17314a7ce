package com.voltageems.hissrv.config;

import com.voltageems.hissrv.model.Level;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/**
 * {@code store.retention:} How long history is kept at least.
 *
 * @param configured by level; {@link #FOREVER} for what is never dropped
 * @param others whether levels that are not configured have their defaults, or are kept for ever
 */
public record Retention(Map<Level, Duration> configured, boolean others) {
  /** Longer than any time there is. */
  public static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();

  /** Nothing is ever dropped. */
  public static final Retention ALL_FOREVER = new Retention(Map.of(), false);

  private static final Duration FINE = Duration.ofDays(30);
  private static final Duration MEDIUM = Duration.ofDays(365);
  private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);
  private static final Duration HOUR = Duration.ofHours(1);

  /** Copies the map. */
  public Retention {
    configured = Map.copyOf(configured);
  }

  /** What holds when nothing is configured. */
  public static Retention defaults() {
    return new Retention(
        Map.of(new Level("1m", Duration.ofMinutes(1)), FINE, new Level("5m", FIVE_MINUTES), MEDIUM),
        true);
  }

  /** How long windows of a level are kept; empty when for ever. */
  public Optional<Duration> of(Level level) {
    Duration kept = configured.getOrDefault(level, others ? byDefault(level) : FOREVER);
    return kept.equals(FOREVER) ? Optional.empty() : Optional.of(kept);
  }

  /** How long what holds all of these levels must keep it; empty when for ever. */
  public Optional<Duration> ofAll(Collection<Level> levels) {
    Duration longest = Duration.ZERO;
    for (Level level : levels) {
      Optional<Duration> kept = of(level);
      if (kept.isEmpty()) {
        return kept;
      }
      longest = longest.compareTo(kept.get()) < 0 ? kept.get() : longest;
    }
    return longest.isZero() ? Optional.empty() : Optional.of(longest);
  }

  /** Documents of others ({@code raw}) can't be made again from anything. */
  private static Duration byDefault(Level level) {
    if (level.equals(Level.RAW) || level.length().compareTo(HOUR) >= 0) {
      return FOREVER;
    }
    return level.length().compareTo(FIVE_MINUTES) < 0 ? FINE : MEDIUM;
  }
}
