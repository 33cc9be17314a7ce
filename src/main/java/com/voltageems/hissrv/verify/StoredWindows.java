package com.voltageems.hissrv.verify;

import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.SeriesQuery;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The starts of the windows that the store holds, by series. */
final class StoredWindows {
  private final Map<SourceSeries.Name, Set<Long>> starts = new HashMap<>();

  private StoredWindows() {}

  /** Reads them, of one level. */
  static StoredWindows read(
      HistoryStore store, Collection<SourceSeries.Name> series, Level level, TimeRange range) {
    var stored = new StoredWindows();
    series.forEach(name -> stored.starts.put(name, new HashSet<>()));
    series.stream()
        .map(SourceSeries.Name::measurement)
        .distinct()
        .forEach(measurement ->
            store.query(
                new SeriesQuery(
                    measurement, Map.of(), Set.of(SeriesKey.AGGREGATION_TAG), level, range),
                row -> {
                  Set<Long> known =
                      stored.starts.get(SourceSeries.Name.of(measurement, row.tags()));
                  if (known != null) {
                    known.add(row.time().getEpochSecond());
                  }
                }));
    return stored;
  }

  /** Whether it is there under any of these names. */
  boolean has(Collection<SourceSeries.Name> names, long startSeconds) {
    return names.stream()
        .anyMatch(name -> starts.getOrDefault(name, Set.of()).contains(startSeconds));
  }
}
