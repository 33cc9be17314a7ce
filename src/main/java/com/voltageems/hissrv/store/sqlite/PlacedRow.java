package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.model.FieldValue;
import java.util.Arrays;
import java.util.Comparator;

/**
 * A row of a series asked for.
 *
 * @param time epoch nanoseconds
 * @param place its series' place in the {@link Selection}
 * @param fields their ids, ascending; rows of a kind share the array
 * @param values as many
 */
@SuppressWarnings("ArrayRecordComponent")
record PlacedRow(long time, int place, int[] fields, FieldValue[] values) {
  private static final Comparator<PlacedRow> OLDEST_FIRST =
      Comparator.comparingLong(PlacedRow::time).thenComparingInt(PlacedRow::place);
  private static final Comparator<PlacedRow> NEWEST_FIRST =
      Comparator.comparingLong(PlacedRow::time).reversed().thenComparingInt(PlacedRow::place);

  /** By time, then by place, whatever the fields. */
  static Comparator<PlacedRow> order(boolean newestFirst) {
    return newestFirst ? NEWEST_FIRST : OLDEST_FIRST;
  }

  PlacedRow overwrittenBy(PlacedRow newer) {
    int[] ids = new int[fields.length + newer.fields.length];
    FieldValue[] merged = new FieldValue[ids.length];
    int size = 0;
    int old = 0;
    int fresh = 0;
    while (old < fields.length || fresh < newer.fields.length) {
      boolean takeFresh =
          old == fields.length
              || (fresh < newer.fields.length && newer.fields[fresh] <= fields[old]);
      if (takeFresh) {
        if (old < fields.length && fields[old] == newer.fields[fresh]) {
          old++;
        }
        ids[size] = newer.fields[fresh];
        merged[size++] = newer.values[fresh++];
      } else {
        ids[size] = fields[old];
        merged[size++] = values[old++];
      }
    }
    return new PlacedRow(time, place, Arrays.copyOf(ids, size), Arrays.copyOf(merged, size));
  }
}
