package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.model.SeriesKey;
import java.util.Collection;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code index.db} holds, in memory. It only grows; when the file turns out to be another one,
 * a new dictionary takes its place, so that work begun with one never gets numbers of the other.
 */
final class Dictionary {
  private final String identity;
  private final Map<SeriesKey, Integer> idBySeries = new ConcurrentHashMap<>();
  private final Map<String, Measurement> measurements = new ConcurrentHashMap<>();
  private final Map<String, Integer> idByField = new ConcurrentHashMap<>();
  private final Map<Integer, String> fieldById = new ConcurrentHashMap<>();
  private volatile Head head;

  /**
   * What tells one state of the file from another.
   *
   * @param identity made up when the file was made; every period file repeats it
   * @param lastSeries the highest number of a series
   * @param lastField the highest number of a field
   * @param lastUse the highest number of a field's use in a measurement
   */
  record Head(String identity, int lastSeries, int lastField, int lastUse) {}

  /** That a measurement has a field. */
  record Use(String measurement, int field) {}

  Dictionary(Head head) {
    this.head = head;
    identity = head.identity();
  }

  String identity() {
    return identity;
  }

  boolean matches(Head other) {
    return head.equals(other);
  }

  void add(
      Collection<Series> series, Map<String, Integer> fields, Collection<Use> uses, Head after) {
    fields.forEach((name, id) -> {
      fieldById.put(id, name);
      idByField.put(name, id);
    });
    for (Use use : uses) {
      at(use.measurement()).addField(use.field());
    }
    for (Series one : series) {
      at(one.key().measurement()).add(one);
      idBySeries.put(one.key(), one.id());
    }
    head = after;
  }

  private Measurement at(String measurement) {
    return measurements.computeIfAbsent(measurement, _ -> new Measurement());
  }

  @Nullable Integer seriesId(SeriesKey series) {
    return idBySeries.get(series);
  }

  @Nullable Integer fieldId(String name) {
    return idByField.get(name);
  }

  @Nullable String fieldName(int id) {
    return fieldById.get(id);
  }

  SortedSet<String> measurements() {
    return new TreeSet<>(measurements.keySet());
  }

  /** What is known of a measurement; null when nothing is. */
  @Nullable Measurement measurement(String name) {
    return measurements.get(name);
  }

  /** Whether rows of a measurement may have a field. */
  boolean isUsed(String measurement, int field) {
    Measurement known = measurements.get(measurement);
    return known != null && known.hasField(field);
  }
}
