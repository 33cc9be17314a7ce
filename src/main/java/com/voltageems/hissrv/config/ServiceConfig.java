package com.voltageems.hissrv.config;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * {@code service:}
 *
 * @param name what the service calls itself; default hissrv
 * @param pollingInterval how often Redis is asked for finished windows; default 10 s
 * @param batchSize another place for {@link PerformanceConfig#batchSize}, which wins; empty when
 *     not written
 * @param stopTimeout how long a stop may take: what is not delivered by then stays in the outbox;
 *     default 8 s, less than the ten after which a container is killed
 */
public record ServiceConfig(
    String name, Duration pollingInterval, OptionalInt batchSize, Duration stopTimeout) {
  /** What holds when the section is absent. */
  public static ServiceConfig defaults() {
    return new ServiceConfig(
        "hissrv", Duration.ofSeconds(10), OptionalInt.empty(), Duration.ofSeconds(8));
  }
}
