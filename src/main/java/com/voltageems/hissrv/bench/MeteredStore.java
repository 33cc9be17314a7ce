package com.voltageems.hissrv.bench;

import com.voltageems.hissrv.model.CheckResult;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.Row;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.store.WriteResult;
import java.util.List;
import java.util.SortedSet;
import java.util.function.Consumer;

/** Counts what is written to a store, and the CPU time while it is. */
final class MeteredStore implements HistoryStore {
  private final HistoryStore store;
  private long cpuNanos;
  private long values;

  MeteredStore(HistoryStore store) {
    this.store = store;
  }

  synchronized long cpuNanos() {
    return cpuNanos;
  }

  /** Field values that were written. */
  synchronized long values() {
    return values;
  }

  @Override
  public synchronized WriteResult write(List<Point> points) {
    long before = ProcessCpu.nanos();
    WriteResult result = store.write(points);
    cpuNanos += ProcessCpu.nanos() - before;
    for (Point point : points) {
      values += point.fields().size();
    }
    return result;
  }

  @Override
  public void query(SeriesQuery query, Consumer<Row> rows) {
    store.query(query, rows);
  }

  @Override
  public void delete(List<SeriesQuery> rows) {
    store.delete(rows);
  }

  @Override
  public List<Row> latest(SeriesQuery query) {
    return store.latest(query);
  }

  @Override
  public SortedSet<String> fields(String measurement) {
    return store.fields(measurement);
  }

  @Override
  public SortedSet<String> measurements() {
    return store.measurements();
  }

  @Override
  public SortedSet<Level> levels(String measurement) {
    return store.levels(measurement);
  }

  @Override
  public SortedSet<String> tagNames(String measurement) {
    return store.tagNames(measurement);
  }

  @Override
  public List<SeriesKey> series(String measurement) {
    return store.series(measurement);
  }

  @Override
  public String name() {
    return store.name();
  }

  @Override
  public CheckResult check() {
    return store.check();
  }

  @Override
  public void close() {
    store.close();
  }
}
