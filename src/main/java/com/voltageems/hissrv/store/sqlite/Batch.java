package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.store.StoreException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Points on their way to the files they belong to. */
record Batch(Dictionary dictionary, Map<Period, List<HotRow>> rowsByPeriod) {
  /** Writes the rows of one file. */
  @FunctionalInterface
  interface PartWriter {
    void write(Dictionary dictionary, Period period, List<HotRow> rows);
  }

  /**
   * @param dictionary knows all of the points' series and fields
   */
  static Batch of(List<Point> points, Dictionary dictionary) {
    var rowsByPeriod = new LinkedHashMap<Period, List<HotRow>>();
    for (Point point : points) {
      long time = Nanos.of(point.time());
      var fields = new TreeMap<Integer, FieldValue>();
      point
          .fields()
          .forEach((name, value) -> fields.put(known(dictionary.fieldId(name), name), value));
      int series = known(dictionary.seriesId(point.series()), point.series());
      rowsByPeriod
          .computeIfAbsent(Period.at(point.series().level(), time), p -> new ArrayList<>())
          .add(new HotRow(time, series, fields));
    }
    return new Batch(dictionary, rowsByPeriod);
  }

  /** Tries every part, then throws the first failure. */
  void write(PartWriter writer) {
    @Nullable StoreException failure = null;
    for (var part : rowsByPeriod.entrySet()) {
      try {
        writer.write(dictionary, part.getKey(), part.getValue());
      } catch (StoreException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private static int known(@Nullable Integer id, Object what) {
    if (id == null) {
      throw new IllegalStateException("not in the dictionary: " + what);
    }
    return id;
  }
}
