package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.model.CheckResult;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.store.FreeStoreContract;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.Row;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.store.WriteResult;
import com.voltageems.hissrv.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SortedSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.io.TempDir;

/** The contract, with all that is written sealed at once. */
final class SealedSqliteStoreTest extends FreeStoreContract {
  @TempDir Path folder;

  @Override
  protected HistoryStore open() {
    var clock = new ManualClock(NOON.plus(Duration.ofDays(1_000)));
    return new SealingStore(new SqliteStore(folder.resolve("store"), clock));
  }

  private record SealingStore(SqliteStore store) implements HistoryStore {
    @Override
    public WriteResult write(List<Point> points) {
      WriteResult result = store.write(points);
      int _ = store.seal();
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
}
