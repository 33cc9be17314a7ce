package com.voltageems.hissrv.store;

import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.model.TimeRange;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether a store has a point. One question for each: for the few that are doubted. */
public final class StoredPoints {
  private static final Logger LOG = LoggerFactory.getLogger(StoredPoints.class);

  private final HistoryStore store;

  /** Of this store. */
  public StoredPoints(HistoryStore store) {
    this.store = store;
  }

  /** Whether it has one of this series and time; false also while it can't be asked. */
  public boolean has(Point point) {
    SeriesKey series = point.series();
    Map<String, String> tags = new TreeMap<>(series.tags());
    tags.remove(SeriesKey.INTERVAL_TAG);
    var range = new TimeRange(point.time(), point.time().plusMillis(1));
    boolean[] found = new boolean[1];
    try {
      store.query(
          new SeriesQuery(series.measurement(), tags, series.level(), range),
          row -> found[0] |= row.tags().equals(series.tags()));
    } catch (StoreException e) {
      LOG.debug("can't ask for {}", point, e);
    }
    return found[0];
  }
}
