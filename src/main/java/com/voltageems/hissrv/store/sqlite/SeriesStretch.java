package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.SeriesKey;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;

/**
 * Rows of one series in one block's time, which all have the same fields.
 *
 * @param times ascending, at least one
 * @param columns by field, as many values as times
 */
public record SeriesStretch(
    SeriesKey series, List<Instant> times, SortedMap<String, List<FieldValue>> columns) {
  /** Copies the times. */
  public SeriesStretch {
    times = List.copyOf(times);
    if (times.isEmpty() || columns.isEmpty()) {
      throw new IllegalArgumentException("a stretch has rows, and rows have fields");
    }
  }
}
