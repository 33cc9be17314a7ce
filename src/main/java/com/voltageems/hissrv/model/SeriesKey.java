package com.voltageems.hissrv.model;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What makes a series: a measurement and its tags. With a time it is a point's identity.
 *
 * @param measurement not empty
 * @param tags sorted by name, immutable; no empty name or value
 */
public record SeriesKey(String measurement, SortedMap<String, String> tags) {
  /** The tag that names the level of a windowed point. */
  public static final String INTERVAL_TAG = "interval";

  /** The tag that names the configured aggregation a point was made for. */
  public static final String AGGREGATION_TAG = "aggregation";

  /**
   * @throws IllegalArgumentException when a name or value is empty
   */
  public SeriesKey {
    if (measurement.isEmpty()) {
      throw new IllegalArgumentException("measurement is empty");
    }
    var sorted = new TreeMap<String, String>();
    tags.forEach((name, value) -> {
      if (name.isEmpty() || value.isEmpty()) {
        throw new IllegalArgumentException("tag '" + name + "' has an empty name or value");
      }
      sorted.put(name, value);
    });
    tags = Collections.unmodifiableSortedMap(sorted);
  }

  /** A series from any map of tags. */
  public static SeriesKey of(String measurement, Map<String, String> tags) {
    return new SeriesKey(measurement, new TreeMap<>(tags));
  }

  /**
   * The level its points belong to: that named by the tag {@code interval}, {@link Level#RAW}
   * without one or where the tag is not a level's name.
   */
  public Level level() {
    String interval = tags.get(INTERVAL_TAG);
    return interval == null ? Level.RAW : Level.parse(interval).orElse(Level.RAW);
  }
}
