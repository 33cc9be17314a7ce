package com.voltageems.hissrv.config;

import java.time.Duration;
import java.util.List;

/** {@code sources:} */
final class SourcesReader {
  private static final Duration LEAST = Duration.ofSeconds(1);
  private static final Duration MOST = Duration.ofDays(1);

  private SourcesReader() {}

  static SourcesConfig read(Value value) {
    var section = Section.of(value, List.of("stale_after"), List.of("patterns", "interval"));
    return new SourcesConfig(
        section.duration("stale_after", SourcesConfig.defaults().staleAfter(), LEAST, MOST));
  }
}
