package com.voltageems.hissrv.config;

import java.time.Duration;

/**
 * {@code lease:}
 *
 * @param enabled whether several instances share the sources of one Redis
 * @param ttl how long an instance that is not heard of keeps its shards
 * @param shards into how many parts the sources are divided; the same in all instances
 * @param instance a name that no other instance has; empty: the data directory's own
 */
public record LeaseConfig(boolean enabled, Duration ttl, int shards, String instance) {
  /** What holds when the section is absent. */
  public static LeaseConfig defaults() {
    return new LeaseConfig(false, Duration.ofSeconds(10), 32, "");
  }
}
