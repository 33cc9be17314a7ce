package com.voltageems.hissrv.model;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One line of history: one source or document in one window. Written twice it is one point: series
 * and time are its identity, later fields overwrite earlier ones.
 *
 * @param series measurement and tags
 * @param time the window's start, or the document's own time
 * @param fields sorted by name, immutable, at least one
 */
public record Point(SeriesKey series, Instant time, SortedMap<String, FieldValue> fields) {
  /** Times a store must be able to keep: epoch nanoseconds in 64 bits, 1678 to 2261. */
  public static final Instant EARLIEST = Instant.parse("1678-01-01T00:00:00Z");

  /** See {@link #EARLIEST}. */
  public static final Instant LATEST = Instant.parse("2262-01-01T00:00:00Z");

  /**
   * @throws IllegalArgumentException when there is no field, a field has no name, or the time is
   *     outside {@link #EARLIEST} to {@link #LATEST}
   */
  public Point {
    if (fields.isEmpty()) {
      throw new IllegalArgumentException("a point needs at least one field");
    }
    if (fields.containsKey("")) {
      throw new IllegalArgumentException("a field has an empty name");
    }
    if (time.isBefore(EARLIEST) || !time.isBefore(LATEST)) {
      throw new IllegalArgumentException("time out of range: " + time);
    }
    fields = Collections.unmodifiableSortedMap(new TreeMap<>(fields));
  }

  /** A point from any map of fields. */
  public static Point of(SeriesKey series, Instant time, Map<String, FieldValue> fields) {
    return new Point(series, time, new TreeMap<>(fields));
  }
}
