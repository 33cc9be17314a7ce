package com.voltageems.hissrv.config;

import java.time.Duration;

/**
 * {@code performance:}
 *
 * @param batchSize most points per write to the store; default 1000
 * @param batchTimeout how long new points wait for a batch to fill; default 5 s
 * @param writeBufferSize most points held in memory between Redis and the store: at it, collecting
 *     pauses; default 10,000. A larger batch is still taken, alone
 * @param maxRetries tries after which a batch steps aside for the next; it is never thrown away;
 *     default 3
 * @param outboxSize most bytes the outbox takes on disk: at it, nothing more is taken from Redis;
 *     default 2 GiB
 * @param outboxAge how long the oldest point may have waited for the store until nothing more is
 *     taken from Redis; default 30 d
 */
public record PerformanceConfig(
    int batchSize,
    Duration batchTimeout,
    int writeBufferSize,
    int maxRetries,
    long outboxSize,
    Duration outboxAge) {
  /** What holds when the section is absent. */
  public static PerformanceConfig defaults() {
    return new PerformanceConfig(
        1_000, Duration.ofSeconds(5), 10_000, 3, 2L << 30, Duration.ofDays(30));
  }

  /** The same, with another size of a batch. */
  PerformanceConfig withBatchSize(int points) {
    return new PerformanceConfig(
        points, batchTimeout, writeBufferSize, maxRetries, outboxSize, outboxAge);
  }
}
