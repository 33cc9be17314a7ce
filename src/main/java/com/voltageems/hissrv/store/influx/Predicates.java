package com.voltageems.hissrv.store.influx;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.store.StoreException;
import com.voltageems.hissrv.store.TagCondition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Set;

/** What InfluxDB 2.x is told to delete: a range and tags that are equal, for it knows no more. */
final class Predicates {
  private static final JsonMapper JSON = new JsonMapper();

  private Predicates() {}

  /**
   * The body of a request. The server takes the end of a range as a part of it.
   *
   * @param isOnly whether the measurement has no other level
   */
  static String delete(SeriesQuery query, boolean isOnly) {
    var equal = new ArrayList<String>();
    equal.add("_measurement=" + InfluxQl.quoted('"', query.measurement()));
    if (!query.level().equals(Level.RAW)) {
      equal.add(equal(SeriesKey.INTERVAL_TAG, query.level().name()));
    } else if (!isOnly) {
      throw StoreException.unsupported(
          "InfluxDB 2 can't tell rows without an interval from those with one; name an interval");
    }
    for (TagCondition condition : query.conditions()) {
      if (condition instanceof TagCondition.In(String tag, Set<String> values)
          && values.size() == 1
          && !values.contains("")) {
        equal.add(equal(tag, values.iterator().next()));
      } else {
        throw StoreException.unsupported("InfluxDB 2 deletes by tags that are equal only");
      }
    }
    return JSON.createObjectNode()
        .put("start", within(query.range().start()).toString())
        .put("stop", within(query.range().stop()).minusNanos(1).toString())
        .put("predicate", equal.stream().collect(joining(" AND ")))
        .toString();
  }

  private static String equal(String tag, String value) {
    return InfluxQl.quoted('"', tag) + "=" + InfluxQl.quoted('"', value);
  }

  private static Instant within(Instant time) {
    if (time.isBefore(Point.EARLIEST)) {
      return Point.EARLIEST;
    }
    return time.isAfter(Point.LATEST) ? Point.LATEST : time;
  }
}
