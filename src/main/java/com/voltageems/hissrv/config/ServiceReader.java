package com.voltageems.hissrv.config;

import java.time.Duration;
import java.util.List;

/** {@code service:} */
final class ServiceReader {
  private static final List<String> KEYS = List.of("name", "polling_interval", "batch_size");

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
        section.integer("batch_size", defaults.batchSize(), 1, 100_000));
  }
}
