package com.voltageems.hissrv.store;

import com.voltageems.hissrv.model.FieldValue;
import java.time.Instant;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Map;
import java.util.SortedMap;

/**
 * One stored point as a query answers it.
 *
 * @param tags all of the series' tags, {@code interval} included
 * @param fields by name; a field never written at this time is absent
 */
public record Row(
    Instant time, SortedMap<String, String> tags, SortedMap<String, FieldValue> fields) {
  /** Tags are compared as the list of their names and values, sorted by name. */
  public static final Comparator<SortedMap<String, String>> TAG_ORDER = Row::compareTags;

  /** By time, then by tags: the order of every answer. */
  public static final Comparator<Row> ORDER =
      Comparator.comparing(Row::time).thenComparing(Row::tags, TAG_ORDER);

  private static int compareTags(SortedMap<String, String> a, SortedMap<String, String> b) {
    Iterator<Map.Entry<String, String>> rest = b.entrySet().iterator();
    for (Map.Entry<String, String> entry : a.entrySet()) {
      if (!rest.hasNext()) {
        return 1;
      }
      Map.Entry<String, String> other = rest.next();
      int byName = entry.getKey().compareTo(other.getKey());
      int byEntry = byName != 0 ? byName : entry.getValue().compareTo(other.getValue());
      if (byEntry != 0) {
        return byEntry;
      }
    }
    return rest.hasNext() ? -1 : 0;
  }
}
