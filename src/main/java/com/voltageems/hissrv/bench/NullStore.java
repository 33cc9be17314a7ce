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
import java.util.TreeSet;
import java.util.function.Consumer;

/** Takes everything and keeps nothing: what is left is the way to it. */
final class NullStore implements HistoryStore {
  @Override
  public WriteResult write(List<Point> points) {
    return WriteResult.ALL_ACCEPTED;
  }

  @Override
  public void query(SeriesQuery query, Consumer<Row> rows) {}

  @Override
  public void delete(List<SeriesQuery> rows) {}

  @Override
  public List<Row> latest(SeriesQuery query) {
    return List.of();
  }

  @Override
  public SortedSet<String> fields(String measurement) {
    return new TreeSet<>();
  }

  @Override
  public SortedSet<String> measurements() {
    return new TreeSet<>();
  }

  @Override
  public SortedSet<Level> levels(String measurement) {
    return new TreeSet<>();
  }

  @Override
  public SortedSet<String> tagNames(String measurement) {
    return new TreeSet<>();
  }

  @Override
  public List<SeriesKey> series(String measurement) {
    return List.of();
  }

  @Override
  public String name() {
    return "store";
  }

  @Override
  public CheckResult check() {
    return CheckResult.OK;
  }

  @Override
  public void close() {}
}
