package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.model.FieldValue;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A row of a series asked for.
 *
 * @param time epoch nanoseconds
 * @param place its series' place in the {@link Selection}
 * @param fields by id
 */
record PlacedRow(long time, int place, SortedMap<Integer, FieldValue> fields)
    implements Comparable<PlacedRow> {
  private static final Comparator<PlacedRow> ORDER =
      Comparator.comparingLong(PlacedRow::time).thenComparingInt(PlacedRow::place);

  /** By time, then by place, whatever the fields. */
  @Override
  public int compareTo(PlacedRow other) {
    return ORDER.compare(this, other);
  }

  PlacedRow overwrittenBy(PlacedRow newer) {
    var merged = new TreeMap<>(fields);
    merged.putAll(newer.fields);
    return new PlacedRow(time, place, merged);
  }
}
