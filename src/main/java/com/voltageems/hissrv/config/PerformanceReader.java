package com.voltageems.hissrv.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code performance:} */
final class PerformanceReader {
  private static final List<String> KEYS =
      List.of(
          "batch_size",
          "batch_timeout",
          "write_buffer_size",
          "max_retries",
          "outbox_size",
          "outbox_age",
          "compression");

  private static final int LARGEST_BATCH = 100_000;
  private static final int LARGEST_BUFFER = 10_000_000;
  private static final int MOST_RETRIES = 1_000;
  private static final long SMALLEST_OUTBOX = 1L << 20;
  private static final long LARGEST_OUTBOX = 1L << 40;

  private PerformanceReader() {}

  /**
   * Reads the section.
   *
   * @param defaults of what is left out
   */
  static PerformanceConfig read(Value value, PerformanceConfig defaults) {
    var section = Section.of(value, KEYS);
    compression(value).ifPresent(v -> v.word(InfluxReader.COMPRESSIONS));
    return new PerformanceConfig(
        section
            .get("batch_size")
            .flatMap(PerformanceReader::batchSize)
            .orElseGet(defaults::batchSize),
        section.duration(
            "batch_timeout", defaults.batchTimeout(), Duration.ZERO, Duration.ofMinutes(10)),
        section.integer("write_buffer_size", defaults.writeBufferSize(), 1, LARGEST_BUFFER),
        section.integer("max_retries", defaults.maxRetries(), 0, MOST_RETRIES),
        section.size("outbox_size", defaults.outboxSize(), SMALLEST_OUTBOX, LARGEST_OUTBOX),
        section.duration(
            "outbox_age", defaults.outboxAge(), Duration.ofMinutes(1), Duration.ofDays(3_650)));
  }

  /** Another place for {@code influxdb.compression}. */
  static Optional<Value> compression(Value value) {
    return Section.of(value, KEYS).get("compression");
  }

  static Optional<Integer> batchSize(Value value) {
    return Section.integer(value, 1, LARGEST_BATCH);
  }
}
