package com.voltageems.hissrv.aggregate;

import com.voltageems.hissrv.model.Window;
import com.voltageems.hissrv.transform.ArchiveKey;
import java.util.Optional;

/**
 * The names of a source's keys in Redis. The live key stands in braces, literally: a hash tag, so
 * that all of a source's keys share the live key's slot on a Cluster.
 *
 * @param live the live hash, owned by others
 */
record SourceKeys(String live) {
  private static final String CARRY_PREFIX = "hissrv:src:{";

  /** A glob that sees the carry keys of all sources. */
  static final String CARRY_GLOB = CARRY_PREFIX + "*";

  /** The source whose carry key this is. */
  static Optional<SourceKeys> ofCarry(String key) {
    return key.startsWith(CARRY_PREFIX) && key.endsWith("}")
        ? Optional.of(new SourceKeys(key.substring(CARRY_PREFIX.length(), key.length() - 1)))
        : Optional.empty();
  }

  String carry() {
    return CARRY_PREFIX + live + "}";
  }

  /**
   * The hash of the values' times, where there is one: owned by others, on a Cluster in another
   * slot.
   */
  String times() {
    return live + ":ts";
  }

  String accumulator(Window window) {
    return "hissrv:acc:{" + live + "}:" + window.level().name() + ":" + window.startSeconds();
  }

  String rawRows(Window window) {
    return "hissrv:raw:{" + live + "}:" + window.level().name() + ":" + window.startSeconds();
  }

  String archive(Window window) {
    return ArchiveKey.of(live, window.level(), window.startSeconds()).toString();
  }
}
