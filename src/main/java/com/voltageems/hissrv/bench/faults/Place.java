package com.voltageems.hissrv.bench.faults;

import com.voltageems.hissrv.bench.faults.SampleLog.Source;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.SeriesKey;
import java.time.Instant;
import java.util.TreeMap;

/** Where a window is in the store. */
record Place(SeriesKey series, Instant time) {
  static Place of(Source source, Level level, long start) {
    var tags = new TreeMap<>(source.tags());
    tags.put("interval", level.name());
    return new Place(new SeriesKey(source.measurement(), tags), Instant.ofEpochSecond(start));
  }
}
