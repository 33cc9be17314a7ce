package com.voltageems.hissrv.aggregate;

import com.voltageems.hissrv.model.Window;
import com.voltageems.hissrv.transform.ArchiveKey;
import com.voltageems.hissrv.transform.HashTag;
import java.util.Optional;

/**
 * The names of a source's keys in Redis. The live key stands in braces, literally: a hash tag, so
 * that all of a source's keys share the live key's slot on a Cluster.
 *
 * @param live the live hash, owned by others
 * @param cluster whether Redis is a Cluster: the archives' names have the hash tag too then
 */
record SourceKeys(String live, boolean cluster) {
  private static final String CARRY_PREFIX = "hissrv:src:";
  private static final String QUEUED_PREFIX = "hissrv:queued:";

  /** A glob that sees the carry keys of all sources. */
  static final String CARRY_GLOB = CARRY_PREFIX + "*";

  /** A glob that sees the lists of all {@link #queued}. */
  static final String QUEUED_GLOB = QUEUED_PREFIX + "*";

  /** The source whose carry key this is. */
  static Optional<SourceKeys> ofCarry(String key, boolean cluster) {
    if (!key.startsWith(CARRY_PREFIX)) {
      return Optional.empty();
    }
    String name = key.substring(CARRY_PREFIX.length());
    if (cluster) {
      return Optional.of(new SourceKeys(HashTag.liveKeyIn(name), true));
    }
    return name.startsWith("{") && name.endsWith("}")
        ? Optional.of(new SourceKeys(name.substring(1, name.length() - 1), false))
        : Optional.empty();
  }

  String carry() {
    return CARRY_PREFIX + tagged();
  }

  /**
   * The hash of the values' times, where there is one: owned by others, on a Cluster in another
   * slot.
   */
  String times() {
    return live + ":ts";
  }

  String accumulator(Window window) {
    return "hissrv:acc:" + tagged() + ":" + window.level().name() + ":" + window.startSeconds();
  }

  String rawRows(Window window) {
    return "hissrv:raw:" + tagged() + ":" + window.level().name() + ":" + window.startSeconds();
  }

  String archive(Window window) {
    long start = window.startSeconds();
    return (cluster
            ? ArchiveKey.onCluster(live, window.level(), start)
            : ArchiveKey.of(live, window.level(), start))
        .toString();
  }

  /** On a Cluster, where {@code archive:pending} is in another slot: what is to be queued there. */
  String queued() {
    return QUEUED_PREFIX + tagged();
  }

  private String tagged() {
    return cluster ? HashTag.of(live) : "{" + live + "}";
  }
}
