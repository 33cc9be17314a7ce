package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.store.Row;
import com.voltageems.hissrv.store.SeriesQuery;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The series a query asks for, each with its place in the order of tags. */
final class Selection {
  /** With more series than this, reading all rows of a stretch of time beats seeking each. */
  private static final int SEEKS = 200;

  private final List<Series> series;
  private final Map<Integer, Integer> placeById = new HashMap<>();

  private Selection(List<Series> series) {
    this.series = series;
    for (int place = 0; place < series.size(); place++) {
      placeById.put(series.get(place).id(), place);
    }
  }

  static Selection of(SeriesQuery query, Dictionary dictionary) {
    var matching = new ArrayList<Series>();
    for (Series one : dictionary.series(query.measurement())) {
      SeriesKey key = one.key();
      if (key.tags().entrySet().containsAll(query.tags().entrySet())
          && query.without().stream().noneMatch(tag -> key.tags().containsKey(tag))
          && key.level().equals(query.level())) {
        matching.add(one);
      }
    }
    matching.sort(Comparator.comparing(one -> one.key().tags(), Row.TAG_ORDER));
    return new Selection(matching);
  }

  boolean isFew() {
    return series.size() <= SEEKS;
  }

  int size() {
    return series.size();
  }

  Series at(int place) {
    return series.get(place);
  }

  /** Its place, or -1 when it was not asked for. */
  int placeOf(int id) {
    return placeById.getOrDefault(id, -1);
  }
}
