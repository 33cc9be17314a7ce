package com.voltageems.hissrv.store;

import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.TimeRange;
import java.util.Map;
import java.util.Set;

/**
 * Which rows to read.
 *
 * @param tags values that a series must have, equal; others may be any
 * @param without names of tags that a series must not have
 * @param level only series of this level
 */
public record SeriesQuery(
    String measurement,
    Map<String, String> tags,
    Set<String> without,
    Level level,
    TimeRange range) {
  /** Copies map and set. */
  public SeriesQuery {
    tags = Map.copyOf(tags);
    without = Set.copyOf(without);
  }

  /** Whatever other tags a series has. */
  public SeriesQuery(String measurement, Map<String, String> tags, Level level, TimeRange range) {
    this(measurement, tags, Set.of(), level, range);
  }
}
