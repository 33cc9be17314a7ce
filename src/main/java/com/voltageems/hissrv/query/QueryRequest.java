package com.voltageems.hissrv.query;

import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.model.TimeRange;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A question as it was asked, understood but not yet held against what is stored.
 *
 * @param interval the level's name; null when the asker leaves the choice to us
 * @param tags values that a row's tags must have
 */
record QueryRequest(
    String measurement,
    @Nullable String interval,
    SortedMap<String, String> tags,
    TimeRange range) {
  /** Parameters with a meaning of their own. Any other is a tag. */
  static final SortedSet<String> RESERVED =
      Collections.unmodifiableSortedSet(
          new TreeSet<>(List.of("measurement", "range", "start", "stop", "interval")));

  /** In front of a tag's name, for tags whose names are reserved. */
  static final String TAG_PREFIX = "tag.";

  static QueryRequest parse(Map<String, List<String>> parameters, Instant now) {
    var reserved = new HashMap<String, String>();
    var tags = new TreeMap<String, String>();
    parameters.forEach((name, values) -> {
      if (values.size() != 1) {
        throw QueryProblem.duplicated(name);
      }
      String value = values.getFirst();
      if (RESERVED.contains(name)) {
        reserved.put(name, value);
      } else if (tags.put(tagName(name, value), value) != null) {
        throw QueryProblem.duplicated(name);
      }
    });
    String measurement = reserved.getOrDefault("measurement", "");
    if (measurement.isEmpty()) {
      throw QueryProblem.missingMeasurement();
    }
    var range =
        RangeText.read(reserved.get("range"), reserved.get("start"), reserved.get("stop"), now);
    return new QueryRequest(measurement, reserved.get("interval"), tags, range);
  }

  /** Whether the asker says which level answers. */
  boolean namesLevel() {
    return interval != null || tags.containsKey(SeriesKey.INTERVAL_TAG);
  }

  private static String tagName(String parameter, String value) {
    String tag =
        parameter.startsWith(TAG_PREFIX) ? parameter.substring(TAG_PREFIX.length()) : parameter;
    if (tag.isEmpty()) {
      throw QueryProblem.badParameter(
          parameter, "A parameter has no name.", "a tag's name, for example channel=1001");
    }
    if (value.isEmpty()) {
      throw QueryProblem.badParameter(
          parameter,
          "'" + QueryProblem.shown(tag) + "' has no value, and no tag is ever empty.",
          "the tag's value, for example channel=1001");
    }
    return tag;
  }
}
