package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A row to write.
 *
 * @param time epoch nanoseconds
 * @param fields by id
 */
record HotRow(long time, int series, Map<Integer, FieldValue> fields) {
  /**
   * @param dictionary knows the point's series and fields
   */
  static HotRow of(Point point, Dictionary dictionary) {
    var fields = new TreeMap<Integer, FieldValue>();
    point
        .fields()
        .forEach((name, value) -> fields.put(known(dictionary.fieldId(name), name), value));
    int series = known(dictionary.seriesId(point.series()), point.series());
    return new HotRow(Nanos.of(point.time()), series, fields);
  }

  private static int known(@Nullable Integer id, Object what) {
    if (id == null) {
      throw new IllegalStateException("not in the dictionary: " + what);
    }
    return id;
  }
}
