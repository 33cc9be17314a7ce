package com.voltageems.hissrv.config;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One setting before and after a change, as it is written; secrets are masked.
 *
 * @param before null when it was not written
 * @param after null when it no longer is
 */
public record Difference(@Nullable String before, @Nullable String after) {
  /** What differs between two sets of settings, by path. */
  public static SortedMap<String, Difference> between(
      Map<String, String> before, Map<String, String> after) {
    var differences = new TreeMap<String, Difference>();
    var paths = new TreeMap<>(before);
    paths.putAll(after);
    for (String path : paths.keySet()) {
      var difference = new Difference(before.get(path), after.get(path));
      if (!Objects.equals(difference.before, difference.after)) {
        differences.put(path, difference);
      }
    }
    return Collections.unmodifiableSortedMap(differences);
  }
}
