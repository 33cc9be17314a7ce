package com.voltageems.hissrv.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.store.Row;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.store.StoreException;
import com.voltageems.hissrv.testkit.LockHolder;
import com.voltageems.hissrv.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What other processes may do to a store, and what may happen to its own. */
@Timeout(60)
final class SqliteStoreProcessIT {
  private static final Instant AFTER = RelentlessWriter.START.plus(Duration.ofHours(6));

  @TempDir Path folder;

  private final ManualClock clock = new ManualClock(RelentlessWriter.START);

  @Test
  void aFileLockedByAnotherProcessIsTroubleThatPasses() throws Exception {
    List<Point> first = RelentlessWriter.points(0);
    List<Point> second = RelentlessWriter.points(3);
    try (var store = new SqliteStore(folder, clock)) {
      store.write(first);
      try (var _ = lock("1m/2026-11-22.db")) {
        assertRetryable(() -> store.write(second), "1m/2026-11-22.db");
        assertThat(store.check().ok()).isFalse();
        assertThat(store.check().message()).contains("1m/2026-11-22.db");
        assertThat(rows(store)).as("reading goes on").hasSize(RelentlessWriter.SERIES);
        int written = store.write(List.of(onAnotherDay())).rejections().size();
        assertThat(written).as("other files are written").isZero();
      }
      assertThat(store.check().ok()).isTrue();
      store.write(second);
      assertThat(rows(store)).hasSize(2 * RelentlessWriter.SERIES + 1);
    }
  }

  @Test
  void anIndexLockedByAnotherProcessHoldsUpOnlyNewSeries() throws Exception {
    try (var store = new SqliteStore(folder, clock)) {
      store.write(RelentlessWriter.points(0));
      Point known = RelentlessWriter.points(3).getFirst();
      Point unknown = point("new", RelentlessWriter.START);
      try (var _ = lock("index.db")) {
        store.write(List.of(known));
        assertRetryable(() -> store.write(List.of(unknown)), "index.db");
        assertThat(store.check().ok()).isFalse();
      }
      assertThat(store.check().ok()).isTrue();
      store.write(List.of(unknown));
      assertThat(rows(store)).hasSize(RelentlessWriter.SERIES + 2);
    }
  }

  @Test
  void aStoreLockedFromTheStartComesUpByItself() throws Exception {
    try (var store = new SqliteStore(folder, clock)) {
      store.write(RelentlessWriter.points(0));
    }
    try (var store = new SqliteStore(folder, clock)) {
      try (var _ = lock("1m/2026-11-22.db")) {
        assertRetryable(() -> store.write(RelentlessWriter.points(3)), "1m/2026-11-22.db");
      }
      store.write(RelentlessWriter.points(3));
      assertThat(rows(store)).hasSize(2 * RelentlessWriter.SERIES);
    }
  }

  @Test
  void whatWasAcknowledgedOutlivesKillNine() throws Exception {
    int next = 0;
    for (int round = 0; round < 4; round++) {
      try (var child = WriterProcess.start(List.of(), folder, next)) {
        int enough = next + 150 + 40 * round;
        String line = child.nextLine();
        while (line != null && Integer.parseInt(line) < enough) {
          line = child.nextLine();
        }
        List<String> rest = child.kill();
        next = Integer.parseInt(rest.isEmpty() ? String.valueOf(line) : rest.getLast()) + 1;
      }
      try (var store = new SqliteStore(folder, clock)) {
        assertHoldsAllBefore(next, store);
      }
    }
    clock.advance(Duration.ofDays(200));
    try (var store = new SqliteStore(folder, clock)) {
      int _ = store.seal();
      assertHoldsAllBefore(next, store);
    }
  }

  @Test
  void aStretchThatIsBeingDeletedAtKillNineIsThereOrGoneAsAWhole() throws Exception {
    int batches = 6 * 60;
    clock.advance(Duration.ofDays(100));
    try (var store = new SqliteStore(folder, clock)) {
      for (int hour = 0; hour < 6; hour++) {
        store.write(
            IntStream.range(hour * 60, hour * 60 + 60)
                .mapToObj(RelentlessWriter::points)
                .flatMap(List::stream)
                .toList());
        if (hour == 2) {
          int _ = store.seal();
        }
      }
    }
    int gone;
    try (var child = WriterProcess.start(RelentlessDeleter.class, List.of(), folder, 0)) {
      for (int i = 0; i < 7; i++) {
        String _ = child.nextLine();
      }
      List<String> rest = child.kill();
      gone = (rest.isEmpty() ? 6 : Integer.parseInt(rest.getLast())) + 1;
    }
    try (var store = new SqliteStore(folder, clock)) {
      var left = rows(store);
      for (int stretch = 0; RelentlessDeleter.rangeOf(stretch).start().isBefore(AFTER); stretch++) {
        var range = RelentlessDeleter.rangeOf(stretch);
        long written =
            IntStream.range(0, batches)
                .filter(batch -> batch % 3 != 2)
                .filter(batch -> range.contains(RelentlessWriter.START.plusSeconds(60L * batch)))
                .count();
        long there = left.stream().filter(row -> range.contains(row.time())).count();
        assertThat(there)
            .as("stretch %d of %d that were said to be gone", stretch, gone)
            .isIn(stretch < gone ? List.of(0L) : List.of(0L, written * RelentlessWriter.SERIES));
      }
      assertThat(left).isNotEmpty();
    }
  }

  @Test
  void aFullDiskIsTroubleThatPasses() throws Exception {
    var limited = List.of("bash", "-c", "ulimit -f 2000; exec \"$@\"", "limited");
    var said = new ArrayList<String>();
    try (var child = WriterProcess.start(limited, folder, 0)) {
      for (String line = child.nextLine(); line != null; line = child.nextLine()) {
        said.add(line);
      }
    }
    assertThat(said.removeLast()).startsWith("retryable can't write").contains(".db");
    int next = Integer.parseInt(said.getLast()) + 1;
    try (var store = new SqliteStore(folder, clock)) {
      store.write(RelentlessWriter.points(next));
      assertHoldsAllBefore(next + 1, store);
    }
  }

  /** Every row once, each with all that was written before that batch. */
  private static void assertHoldsAllBefore(int next, SqliteStore store) {
    var expected = new TreeMap<String, TreeMap<String, FieldValue>>();
    for (int batch = 0; batch < next; batch++) {
      for (Point point : RelentlessWriter.points(batch)) {
        expected
            .computeIfAbsent(point.time() + " " + point.series().tags(), k -> new TreeMap<>())
            .putAll(point.fields());
      }
    }
    var found = new TreeMap<String, Map<String, FieldValue>>();
    for (Row row : rows(store)) {
      var before = found.put(row.time() + " " + row.tags(), row.fields());
      assertThat(before).as("twice: %s", row).isNull();
    }
    for (var row : expected.entrySet()) {
      var fields = found.get(row.getKey());
      assertThat(fields).as(row.getKey()).isNotNull().containsAllEntriesOf(row.getValue());
    }
  }

  private LockHolder lock(String file) throws IOException {
    return LockHolder.lock(folder.resolve(file));
  }

  private static List<Row> rows(SqliteStore store) {
    var rows = new ArrayList<Row>();
    var ever = new TimeRange(Instant.MIN, Instant.MAX);
    store.query(new SeriesQuery("telemetry", Map.of(), RelentlessWriter.LEVEL, ever), rows::add);
    return rows;
  }

  private static Point onAnotherDay() {
    return point("1", RelentlessWriter.START.plus(Duration.ofDays(1)));
  }

  private static Point point(String channel, Instant time) {
    return Point.of(
        SeriesKey.of("telemetry", Map.of("channel", channel, "interval", "1m")),
        time,
        Map.of("v", FieldValue.of(1L)));
  }

  private static void assertRetryable(Runnable work, String file) {
    assertThatThrownBy(work::run)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(file)
        .satisfies(e -> assertThat(((StoreException) e).retryable()).isTrue());
  }
}
