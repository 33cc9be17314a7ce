package com.voltageems.hissrv.aggregate;

import com.voltageems.hissrv.lease.Ownership;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.redis.RedisConnection;

/** Tells of sources that Redis refused because somebody has a newer lease on them. */
final class Fences {
  private static final String EPOCH = "epoch";

  private final RedisConnection redis;
  private final Ownership ownership;
  private final Metrics metrics;

  Fences(RedisConnection redis, Ownership ownership, Metrics metrics) {
    this.redis = redis;
    this.ownership = ownership;
    this.metrics = metrics;
  }

  /** With it all of its shard is let go of at once. */
  void add(SourceKeys source) {
    metrics.add("calls_fenced", 1);
    long epoch =
        redis
            .field(source.carry(), EPOCH)
            .filter(text -> text.matches("\\d{1,18}"))
            .map(Long::parseLong)
            .orElse(0L);
    ownership.fenced(source.live(), epoch);
  }
}
