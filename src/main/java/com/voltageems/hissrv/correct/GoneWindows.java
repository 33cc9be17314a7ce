package com.voltageems.hissrv.correct;

import com.voltageems.hissrv.ledger.Ledger;
import com.voltageems.hissrv.ledger.Windows;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.store.Row;
import com.voltageems.hissrv.verify.SourceSeries.Name;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which windows the rows of a level were, as stretches: rows come by time. */
final class GoneWindows {
  private final Windows windows;
  private final Map<Place, List<TimeRange>> stretches = new HashMap<>();

  private record Place(Name name, Level level) {}

  GoneWindows(Windows windows) {
    this.windows = windows;
  }

  void add(String measurement, Level level, Row row) {
    if (level.equals(Level.RAW) || row.tags().containsKey(SeriesKey.AGGREGATION_TAG)) {
      return;
    }
    var place = new Place(Name.of(measurement, row.tags()), level);
    List<TimeRange> known = stretches.computeIfAbsent(place, p -> new ArrayList<>());
    Instant start = row.time();
    Instant stop = Instant.ofEpochMilli(windows.at(level, start.toEpochMilli()).endMillis());
    if (!known.isEmpty() && known.getLast().stop().equals(start)) {
      known.set(known.size() - 1, new TimeRange(known.getLast().start(), stop));
    } else {
      known.add(new TimeRange(start, stop));
    }
  }

  /**
   * @param names under which each source is stored
   */
  void tell(Ledger ledger, Map<String, Set<Name>> names) {
    names.forEach((source, all) ->
        stretches.forEach((place, some) -> {
          if (all.contains(place.name())) {
            some.forEach(stretch -> ledger.deleted(source, place.level(), stretch));
          }
        }));
  }
}
