package com.voltageems.hissrv.config;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a change did, or would do.
 *
 * @param revision of the configuration that holds now
 * @param changes by path; a secret that changed shows only that it is one
 * @param needRestart settings, changed now or before, that the running process does not follow
 */
public record ConfigChange(
    long revision, SortedMap<String, Difference> changes, List<String> needRestart) {
  /** Copies the collections. */
  public ConfigChange {
    changes = Collections.unmodifiableSortedMap(new TreeMap<>(changes));
    needRestart = List.copyOf(needRestart);
  }
}
