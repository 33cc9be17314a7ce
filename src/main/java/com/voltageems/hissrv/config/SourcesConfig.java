package com.voltageems.hissrv.config;

import java.time.Duration;

/**
 * {@code sources:}
 *
 * @param staleAfter how long a value holds when no other follows, and how old it may be by its
 *     device's time
 */
public record SourcesConfig(Duration staleAfter) {
  /** Three sampling intervals. */
  public static SourcesConfig defaults() {
    return new SourcesConfig(Duration.ofSeconds(3));
  }
}
