package com.voltageems.hissrv.config;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/** {@code service:} */
final class ServiceReader {
  private static final List<String> KEYS =
      List.of("name", "polling_interval", "batch_size", "stop_timeout");

  private ServiceReader() {}

  static ServiceConfig read(Value value) {
    var section = Section.of(value, KEYS);
    var defaults = ServiceConfig.defaults();
    return new ServiceConfig(
        section.text("name", defaults.name()),
        section.duration(
            "polling_interval",
            defaults.pollingInterval(),
            Duration.ofMillis(100),
            Duration.ofHours(1)),
        section
            .get("batch_size")
            .flatMap(PerformanceReader::batchSize)
            .map(OptionalInt::of)
            .orElseGet(defaults::batchSize),
        section.duration(
            "stop_timeout", defaults.stopTimeout(), Duration.ofSeconds(1), Duration.ofMinutes(10)));
  }
}
