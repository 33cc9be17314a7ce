package com.voltageems.hissrv.lease;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An instance that lives.
 *
 * @param shards how many it holds
 * @param epoch of its leases; 0 where it has none
 * @param since when it took the last of them; null where it has none
 */
public record Peer(String instance, int shards, long epoch, @Nullable Instant since) {}
