package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.store.TagCondition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is known of a measurement: its fields, and its series by level and tag, so that one of ten
 * thousand is found without looking at the others. It only grows; one thread adds, any read.
 */
final class Measurement {
  private final Map<Level, Growing> byLevel = new ConcurrentHashMap<>();
  private final Map<String, Map<String, Growing>> byTag = new ConcurrentHashMap<>();
  private final Set<Integer> fields = ConcurrentHashMap.newKeySet();

  /** A list that one thread adds to while others read what was there when they began. */
  private static final class Growing {
    private Series[] series = new Series[2];
    private volatile int size;

    void add(Series one) {
      int at = size;
      if (at == series.length) {
        series = Arrays.copyOf(series, at * 2);
      }
      series[at] = one;
      size = at + 1;
    }

    List<Series> now() {
      int seen = size;
      return Arrays.asList(series).subList(0, seen);
    }
  }

  void add(Series one) {
    one.key()
        .tags()
        .forEach((tag, value) ->
            byTag
                .computeIfAbsent(tag, _ -> new ConcurrentHashMap<>())
                .computeIfAbsent(value, _ -> new Growing())
                .add(one));
    byLevel.computeIfAbsent(one.level(), _ -> new Growing()).add(one);
  }

  void addField(int id) {
    fields.add(id);
  }

  boolean hasField(int id) {
    return fields.contains(id);
  }

  Set<Integer> fields() {
    return fields;
  }

  SortedSet<Level> levels() {
    return new TreeSet<>(byLevel.keySet());
  }

  SortedSet<String> tagNames() {
    return new TreeSet<>(byTag.keySet());
  }

  /** Every series, in no order. */
  List<Series> series() {
    return byLevel.values().stream().flatMap(level -> level.now().stream()).toList();
  }

  /** The series a query asks for, in no order. */
  List<Series> of(SeriesQuery query) {
    var matching = new ArrayList<Series>();
    for (Series one : fewest(query)) {
      if (one.level().equals(query.level()) && query.meets(one.key().tags())) {
        matching.add(one);
      }
    }
    return matching;
  }

  /** All that can match, of the condition that leaves the fewest. */
  private List<Series> fewest(SeriesQuery query) {
    Growing level = byLevel.get(query.level());
    List<Series> fewest = level == null ? List.of() : level.now();
    for (TagCondition condition : query.conditions()) {
      if (condition instanceof TagCondition.In(String tag, Set<String> values)
          && !values.contains("")) {
        List<Series> candidates = with(tag, values, fewest.size());
        fewest = candidates.size() < fewest.size() ? candidates : fewest;
      }
    }
    return fewest;
  }

  private List<Series> with(String tag, Set<String> values, int enough) {
    Map<String, Growing> byValue = byTag.getOrDefault(tag, Map.of());
    var series = new ArrayList<Series>();
    for (String value : values) {
      Growing growing = byValue.get(value);
      if (growing != null && series.size() < enough) {
        series.addAll(growing.now());
      }
    }
    return series;
  }
}
