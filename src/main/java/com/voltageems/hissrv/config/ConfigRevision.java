package com.voltageems.hissrv.config;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A configuration that held once.
 *
 * @param number counts up from 1
 * @param at since when
 * @param cause what brought it, for people: {@code start}, {@code file}, {@code PATCH /config}
 * @param changes from the revision before, by path
 * @param written file and run-time changes as {@link Written} has them, secrets masked
 */
public record ConfigRevision(
    long number,
    Instant at,
    String cause,
    SortedMap<String, Difference> changes,
    Map<String, @Nullable Object> written) {
  /** Copies the maps. */
  public ConfigRevision {
    changes = Collections.unmodifiableSortedMap(new TreeMap<>(changes));
    written = Collections.unmodifiableMap(new LinkedHashMap<>(written));
  }
}
