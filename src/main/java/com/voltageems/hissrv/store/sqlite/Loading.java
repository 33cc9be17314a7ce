package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Makes blocks of rows that come by series. */
final class Loading {
  private Loading() {}

  /** One that has all the names of a stretch. */
  static Point point(SeriesStretch stretch) {
    var fields = new TreeMap<String, FieldValue>();
    stretch.columns().forEach((name, values) -> fields.put(name, values.getFirst()));
    return new Point(stretch.series(), stretch.times().getFirst(), fields);
  }

  /** Blocks by file and id. */
  static Map<Period, SortedMap<Long, byte[]>> blocks(
      List<SeriesStretch> stretches, Dictionary dictionary) {
    var blocks = new LinkedHashMap<Period, SortedMap<Long, byte[]>>();
    for (SeriesStretch stretch : stretches) {
      long[] times = stretch.times().stream().mapToLong(Nanos::of).toArray();
      Period period = Period.at(stretch.series().level(), times[0]);
      long start = period.blockStart(times[0]);
      if (times[times.length - 1] >= period.blockEnd(start)) {
        throw new IllegalArgumentException(
            "more than one block's time from " + stretch.times().getFirst());
      }
      HotRow first = HotRow.of(point(stretch), dictionary);
      var columns = new TreeMap<Integer, List<FieldValue>>();
      stretch
          .columns()
          .forEach((name, values) -> {
            Integer id = dictionary.fieldId(name);
            if (id == null || values.size() != times.length) {
              throw new IllegalArgumentException(name + ": not as many values as times");
            }
            columns.put(id, values);
          });
      blocks
          .computeIfAbsent(period, _ -> new TreeMap<>())
          .put(Period.blockId(start, first.series()), BlockCodec.encode(times, columns));
    }
    return blocks;
  }
}
