package com.voltageems.hissrv.query;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Tells the tags that all series share from those that need a column. */
final class TagSplit {
  private final Map<String, Integer> occurrences = new HashMap<>();
  private final SortedMap<String, String> firstValues = new TreeMap<>();
  private final Set<String> varying = new HashSet<>();
  private int series;

  void add(SortedMap<String, String> tags) {
    series++;
    tags.forEach((name, value) -> {
      occurrences.merge(name, 1, Integer::sum);
      String first = firstValues.putIfAbsent(name, value);
      if (first != null && !first.equals(value)) {
        varying.add(name);
      }
    });
  }

  /** Tags with one value in every series. */
  SortedMap<String, String> shared() {
    var shared = new TreeMap<>(firstValues);
    shared.keySet().retainAll(firstValues.keySet().stream().filter(this::isShared).toList());
    return shared;
  }

  /** Names of all other tags, sorted. */
  List<String> others() {
    return firstValues.keySet().stream().filter(name -> !isShared(name)).toList();
  }

  private boolean isShared(String name) {
    return !varying.contains(name) && occurrences.getOrDefault(name, 0) == series;
  }
}
