package com.voltageems.hissrv.config;

import java.time.Duration;

/**
 * {@code service:}
 *
 * @param name what the service calls itself; default hissrv
 * @param pollingInterval how often Redis is asked for finished windows; default 10 s
 * @param batchSize points per batch; default 1000
 */
public record ServiceConfig(String name, Duration pollingInterval, int batchSize) {
  /** What holds when the section is absent. */
  public static ServiceConfig defaults() {
    return new ServiceConfig("hissrv", Duration.ofSeconds(10), 1000);
  }
}
