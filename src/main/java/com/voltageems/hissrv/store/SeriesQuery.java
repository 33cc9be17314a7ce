package com.voltageems.hissrv.store;

import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.TimeRange;
import java.util.Map;

/**
 * Which rows to read.
 *
 * @param tags values that a series must have, equal; others may be any
 * @param level only series of this level
 */
public record SeriesQuery(
    String measurement, Map<String, String> tags, Level level, TimeRange range) {
  /** Copies the map. */
  public SeriesQuery {
    tags = Map.copyOf(tags);
  }
}
