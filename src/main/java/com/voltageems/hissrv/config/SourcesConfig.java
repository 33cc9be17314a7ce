package com.voltageems.hissrv.config;

import java.time.Duration;
import java.util.List;

/**
 * {@code sources:}
 *
 * @param patterns globs over live keys as Redis has them: only keys that one of them matches are
 *     sampled; empty for all that a mapping names
 * @param interval from one sample to the next; default 1 s
 * @param staleAfter how long a value holds when no other follows, and how old it may be by its
 *     device's time; default three intervals
 */
public record SourcesConfig(List<String> patterns, Duration interval, Duration staleAfter) {
  static final Duration INTERVAL = Duration.ofSeconds(1);

  /** Copies the list. */
  public SourcesConfig {
    patterns = List.copyOf(patterns);
  }

  /** Of all keys that a mapping names, each second. */
  public SourcesConfig(Duration staleAfter) {
    this(List.of(), INTERVAL, staleAfter);
  }

  /** What holds when the section is absent. */
  public static SourcesConfig defaults() {
    return new SourcesConfig(staleAfter(INTERVAL));
  }

  static Duration staleAfter(Duration interval) {
    return interval.multipliedBy(3);
  }
}
