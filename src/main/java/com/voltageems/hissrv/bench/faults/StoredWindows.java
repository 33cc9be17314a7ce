package com.voltageems.hissrv.bench.faults;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.SeriesQuery;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** Everything that a store has. */
final class StoredWindows {
  private StoredWindows() {}

  /**
   * By place.
   *
   * @param violations is told what is there twice
   */
  static Map<Place, SortedMap<String, FieldValue>> all(
      HistoryStore store, TimeRange range, List<String> violations) {
    var stored = new HashMap<Place, SortedMap<String, FieldValue>>();
    for (String measurement : store.measurements()) {
      for (Level level : store.levels(measurement)) {
        store.query(
            new SeriesQuery(measurement, Map.of(), level, range),
            row -> {
              var place = new Place(new SeriesKey(measurement, row.tags()), row.time());
              if (stored.put(place, row.fields()) != null) {
                violations.add("stored twice: " + place);
              }
            });
      }
    }
    return stored;
  }
}
