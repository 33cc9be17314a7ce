package com.voltageems.hissrv.lease;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32;

/**
 * What an instance may sample at a moment, and the number that says so to Redis. The two belong
 * together: a source of one moment with the epoch of another would get past the fence.
 *
 * @param epoch higher than that of whoever held any of these before; {@link #UNFENCED} where nobody
 *     else samples
 * @param shards numbers from 0
 * @param of how many shards there are
 */
public record Held(long epoch, Set<Integer> shards, int of) {
  /** The script then compares nothing. */
  public static final long UNFENCED = 0;

  /** Everything, without a lease. */
  public static final Held ALL = new Held(UNFENCED, Set.of(0), 1);

  /** Nothing. */
  public static final Held NONE = new Held(UNFENCED, Set.of(), 1);

  /** Copies the shards. */
  public Held {
    shards = Set.copyOf(shards);
  }

  /** Whether a source may be sampled. */
  public boolean has(String live) {
    return of == 1 ? !shards.isEmpty() : shards.contains(shard(live, of));
  }

  /** Whether others may sample too. */
  public boolean isShared() {
    return epoch != UNFENCED;
  }

  /** The same in every instance. */
  public static int shard(String live, int of) {
    var crc = new CRC32();
    crc.update(live.getBytes(StandardCharsets.UTF_8));
    return (int) (crc.getValue() % of);
  }

  /** Without the shard that a source is in. */
  Held without(String live) {
    var left = new TreeSet<>(shards);
    left.remove(shard(live, of));
    return new Held(epoch, left, of);
  }

  /** Those of them that are in the other, too. */
  Held and(Held other) {
    var both = new TreeSet<>(shards);
    both.retainAll(other.shards);
    return new Held(epoch, both, of);
  }
}
