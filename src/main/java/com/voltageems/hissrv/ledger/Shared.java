package com.voltageems.hissrv.ledger;

import com.voltageems.hissrv.redis.RedisConnection;
import java.time.Duration;

/**
 * Where several instances keep one ledger.
 *
 * @param shards into how many parts the sources are divided
 * @param retention how long it is kept
 */
public record Shared(RedisConnection redis, int shards, Duration retention) {}
