package com.voltageems.hissrv.config;

import java.time.Duration;

/**
 * {@code lease:}
 *
 * @param enabled whether several instances share the sources of one Redis
 * @param ttl how long an instance that is not heard of keeps its shards
 * @param shards into how many parts the sources are divided; the same in all instances
 * @param instance a name that no other instance has; empty: the data directory's own
 * @param ledgerRetention how long the ledger of all instances is kept in Redis
 */
public record LeaseConfig(
    boolean enabled, Duration ttl, int shards, String instance, Duration ledgerRetention) {
  private static final Duration LEDGER = Duration.ofDays(31);

  /** With a ledger of the usual time. */
  public LeaseConfig(boolean enabled, Duration ttl, int shards, String instance) {
    this(enabled, ttl, shards, instance, LEDGER);
  }

  /** What holds when the section is absent. */
  public static LeaseConfig defaults() {
    return new LeaseConfig(false, Duration.ofSeconds(10), 32, "");
  }
}
