package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.store.Row;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.store.SeriesQuery.Order;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The series a query asks for, each with its place in the order of tags; which of their fields; and
 * in which order of time.
 */
final class Selection {
  /** With more series than this, reading all rows of a stretch of time beats seeking each. */
  private static final int SEEKS = 200;

  private final List<Series> series;
  private final Map<Integer, Integer> placeById = new HashMap<>();
  private final @Nullable BitSet fields;
  private final boolean newestFirst;

  private Selection(List<Series> series, @Nullable BitSet fields, boolean newestFirst) {
    this.series = series;
    this.fields = fields;
    this.newestFirst = newestFirst;
    for (int place = 0; place < series.size(); place++) {
      placeById.put(series.get(place).id(), place);
    }
  }

  static Selection of(SeriesQuery query, Dictionary dictionary) {
    Measurement measurement = dictionary.measurement(query.measurement());
    @Nullable BitSet fields = fields(query, dictionary);
    boolean nothing = measurement == null || (fields != null && fields.isEmpty());
    List<Series> matching = nothing || measurement == null ? List.of() : measurement.of(query);
    if (matching.size() > 1) {
      matching.sort(Comparator.comparing(one -> one.key().tags(), Row.TAG_ORDER));
    }
    return new Selection(matching, fields, query.order() == Order.NEWEST_FIRST);
  }

  private static @Nullable BitSet fields(SeriesQuery query, Dictionary dictionary) {
    if (query.fields().isEmpty()) {
      return null;
    }
    var ids = new BitSet();
    for (String name : query.fields()) {
      Integer id = dictionary.fieldId(name);
      if (id != null) {
        ids.set(id);
      }
    }
    return ids;
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

  /** The fields asked for, by id; null for all. */
  @Nullable BitSet fields() {
    return fields;
  }

  boolean newestFirst() {
    return newestFirst;
  }
}
