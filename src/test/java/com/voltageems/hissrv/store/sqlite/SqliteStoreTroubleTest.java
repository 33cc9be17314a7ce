package com.voltageems.hissrv.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.store.StoreException;
import com.voltageems.hissrv.store.WriteResult;
import com.voltageems.hissrv.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SqliteStoreTroubleTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private static final Level MINUTES = Level.parse("1m").orElseThrow();

  @TempDir Path temp;
  private Path folder;
  private ManualClock clock;
  private SqliteStore store;

  @BeforeEach
  void open() {
    folder = temp.resolve("store");
    clock = new ManualClock(NOON);
    store = new SqliteStore(folder, clock);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void aFolderReplacedByAFileIsTroubleThatPasses() throws IOException {
    write("1", NOON, 1);
    Files.move(folder, temp.resolve("away"));
    Files.writeString(folder, "in the way");
    for (int i = 0; i < 2; i++) {
      assertRetryable(() -> write("1", NOON, 2));
      assertRetryable(() -> write("new", NOON.plus(Duration.ofDays(3)), 2));
      assertRetryable(() -> values("1"));
      assertRetryable(store::measurements);
      assertRetryable(store::seal);
      assertThat(store.check().ok()).isFalse();
      assertThat(store.check().message()).contains(folder.toString());
    }
    Files.delete(folder);
    assertThat(store.check().ok()).isFalse();
    Files.move(temp.resolve("away"), folder);

    assertThat(store.check().ok()).isTrue();
    assertThat(values("1")).containsExactly(1L);
    write("new", NOON, 3);
    assertThat(values("new")).containsExactly(3L);
    assertThat(folder.resolve("1m/2026-11-25.db")).doesNotExist();
  }

  @Test
  void aFileInTheFoldersPlaceAtStartIsTroubleThatPasses() throws IOException {
    Files.createDirectories(temp);
    Files.writeString(folder, "in the way");
    assertThat(store.check().ok()).isFalse();
    assertRetryable(() -> write("1", NOON, 1));
    Files.delete(folder);

    write("1", NOON, 2);
    assertThat(store.check().ok()).isTrue();
    assertThat(values("1")).containsExactly(2L);
  }

  @Test
  void anotherStoresFolderInItsPlaceIsReadWithItsOwnDictionary() throws IOException {
    write("1", NOON, 1);
    write("2", NOON, 2);
    Path other = temp.resolve("other");
    try (var second = new SqliteStore(other, clock)) {
      second.write(List.of(point("2", NOON, 20)));
      second.write(List.of(point("1", NOON, 10)));
    }
    Files.move(folder, temp.resolve("away"));
    Files.move(other, folder);
    assertRetryable(() -> values("1"));
    eventually(() -> write("2", NOON.plusSeconds(60), 21));

    assertThat(values("1")).containsExactly(10L);
    assertThat(values("2")).containsExactly(20L, 21L);
  }

  @Test
  void anOlderCopyOfTheFolderInItsPlaceIsReadAnew() throws IOException {
    write("1", NOON, 1);
    store.close();
    copy(folder, temp.resolve("backup"));
    store = new SqliteStore(folder, clock);
    write("2", NOON, 2);
    Files.move(folder, temp.resolve("away"));
    Files.move(temp.resolve("backup"), folder);
    assertRetryable(() -> values("1"));
    eventually(() -> write("3", NOON, 3));
    eventually(() -> write("2", NOON, 4));

    assertThat(values("1")).containsExactly(1L);
    assertThat(values("2")).containsExactly(4L);
    assertThat(values("3")).containsExactly(3L);
  }

  @Test
  void aPeriodFileWithoutItsIndexIsRefusedNotMisread() throws IOException {
    write("1", NOON, 1);
    store.close();
    Files.delete(folder.resolve("index.db"));
    store = new SqliteStore(folder, clock);

    assertDeferred(List.of(point("2", NOON, 2)), "2026-11-22.db belongs to another index.db");
    assertThat(store.check().ok()).isFalse();
  }

  @Test
  void aDamagedFileFailsAloneAndSaysWhichItIs() throws IOException {
    Instant yesterday = NOON.minus(Duration.ofDays(1));
    write("1", yesterday, 1);
    store.close();
    Path damaged = folder.resolve("1m/2026-11-21.db");
    Files.writeString(damaged, "torn ".repeat(5_000));
    store = new SqliteStore(folder, clock);

    List<Point> both = List.of(point("1", yesterday, 2), point("1", NOON, 3));
    for (int i = 0; i < 2; i++) {
      assertDeferred(both, damaged.toString());
    }
    assertThatThrownBy(() -> values("1")).hasMessageContaining(damaged.toString());
    assertThat(store.check().message()).contains(damaged.toString());
    assertThat(store.check().ok()).isFalse();
    var today = new TimeRange(NOON, NOON.plusSeconds(60));
    assertThat(values("1", today)).containsExactly(3L);
    write("1", NOON.plusSeconds(60), 4);

    Files.delete(damaged);
    write("1", yesterday, 5);
    assertThat(store.check().ok()).isTrue();
    assertThat(values("1")).containsExactly(5L, 3L, 4L);
  }

  @Test
  void aDamagedBlockIsRefusedByItsChecksum() throws SQLException {
    write("1", NOON.minus(Duration.ofHours(3)), 1);
    assertThat(store.seal()).isEqualTo(1);
    try (var c = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("1m/2026-11-22.db"));
        var statement = c.createStatement()) {
      statement.executeUpdate("UPDATE block SET rows = x'01020304050607080910'");
    }

    assertThatThrownBy(() -> values("1"))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("2026-11-22.db is damaged");
    write("1", NOON.minus(Duration.ofHours(3)), 1);
    assertThat(store.seal()).isZero();
    assertThat(store.check().message()).contains("can't seal").contains("2026-11-22.db");
  }

  @Test
  void aNewerIndexIsRefusedForGood() throws SQLException {
    write("1", NOON, 1);
    store.close();
    makeNewer("index.db");
    store = new SqliteStore(folder, clock);
    assertThatThrownBy(() -> write("1", NOON, 2))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("newer")
        .satisfies(e -> assertThat(((StoreException) e).retryable()).isFalse());
    assertThat(store.check().ok()).isFalse();
  }

  @Test
  void aNewerPeriodFileHoldsUpNoOther() throws SQLException {
    Instant yesterday = NOON.minus(Duration.ofDays(1));
    write("1", yesterday, 1);
    write("1", NOON, 1);
    store.close();
    makeNewer("1m/2026-11-21.db");
    store = new SqliteStore(folder, clock);

    assertDeferred(List.of(point("1", yesterday, 2), point("1", NOON, 3)), "newer HisSrv");
    assertDeferred(List.of(point("1", yesterday, 2)), "newer HisSrv");
    assertThat(store.check().message()).contains("newer HisSrv");
    assertThat(values("1", new TimeRange(NOON, NOON.plusSeconds(60)))).containsExactly(3L);
  }

  @Test
  void aLockedFileDefersItsPartAndAloneIsTroubleThatPasses() throws SQLException {
    Instant yesterday = NOON.minus(Duration.ofDays(1));
    write("1", yesterday, 1);
    List<Point> both = List.of(point("1", NOON, 2), point("1", yesterday, 2));
    try (var c = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("1m/2026-11-21.db"));
        var statement = c.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
      WriteResult result = store.write(both);
      assertThat(result.rejections()).isEmpty();
      assertThat(result.deferred())
          .singleElement()
          .satisfies(one -> {
            assertThat(one.index()).isEqualTo(1);
            assertThat(one.reason()).contains("2026-11-21.db", "locked");
          });
      assertRetryable(() -> store.write(both.subList(1, 2)));
    }
    assertThat(store.write(both)).isEqualTo(WriteResult.ALL_ACCEPTED);
    assertThat(values("1")).containsExactly(2L, 2L);
  }

  @Test
  void anEmptiedFileIsNotTakenForADayWithoutHistory() throws IOException {
    write("1", NOON, 1);
    store.close();
    Path emptied = folder.resolve("1m/2026-11-22.db");
    Files.write(emptied, new byte[0]);
    store = new SqliteStore(folder, clock);

    assertThatThrownBy(() -> values("1"))
        .hasMessageContaining(emptied + " is damaged: it is empty");
    assertDeferred(List.of(point("1", NOON, 2)), "it is empty");
    assertThat(store.check().message()).contains(emptied.toString());

    Files.delete(emptied);
    write("1", NOON, 3);
    assertThat(store.check().ok()).isTrue();
    assertThat(values("1")).containsExactly(3L);
  }

  @Test
  void anEmptyFileThatNeverHeldAnythingIsUsed() throws IOException {
    write("1", NOON, 1);
    Files.createFile(folder.resolve("1m/2026-11-21.db"));
    store.inspect();
    assertThat(store.check().ok()).isTrue();
    write("1", NOON.minus(Duration.ofDays(1)), 2);
    assertThat(values("1")).containsExactly(2L, 1L);
  }

  @Test
  void aDamagedFileIsFoundBeforeAnybodyAsksForIt() throws IOException {
    for (int day = 0; day < 4; day++) {
      write("1", NOON.minus(Duration.ofDays(day)), day);
    }
    store.close();
    byte[] whole = Files.readAllBytes(folder.resolve("1m/2026-11-19.db"));
    Files.write(folder.resolve("1m/2026-11-19.db"), Arrays.copyOf(whole, whole.length - 1));
    Files.writeString(folder.resolve("1m/2026-11-20.db"), "torn ".repeat(5_000));
    Files.write(folder.resolve("1m/2026-11-21.db"), new byte[0]);
    store = new SqliteStore(folder, clock);
    assertThat(store.check().ok()).isTrue();

    store.inspect();
    assertThat(store.check().message()).contains("2026-11-19.db is damaged", "(and 2 more)");
    Files.write(folder.resolve("1m/2026-11-19.db"), whole);
    assertThat(store.check().message())
        .contains("2026-11-20.db is damaged: it is no SQLite file", "(and 1 more)");
    Files.delete(folder.resolve("1m/2026-11-20.db"));
    assertThat(store.check().message()).contains("2026-11-21.db is damaged: it is empty");
    Files.delete(folder.resolve("1m/2026-11-21.db"));
    assertThat(store.check().ok()).isTrue();
    assertThat(values("1")).containsExactly(3L, 0L);
  }

  @Test
  void textThatIsNotUnicodeIsRefusedAndTheRestIsWritten() {
    var bad =
        Point.of(
            SeriesKey.of("telemetry", Map.of("interval", "1m")),
            NOON,
            Map.of("v", FieldValue.of("half \uD800")));
    var result = store.write(List.of(point("1", NOON, 1), bad, point("2", NOON, 2)));

    assertThat(result.rejections())
        .singleElement()
        .satisfies(r -> {
          assertThat(r.index()).isEqualTo(1);
          assertThat(r.reason()).contains("surrogate");
        });
    assertThat(values("1")).containsExactly(1L);
    assertThat(values("2")).containsExactly(2L);
  }

  @Test
  void moreFilesThanItKeepsOpenAreNoTrouble() {
    for (int round = 0; round < 2; round++) {
      for (int day = 0; day < 24; day++) {
        write("1", NOON.minus(Duration.ofDays(day)), day);
      }
    }
    assertThat(values("1")).hasSize(24);
    assertThat(store.seal()).isEqualTo(23);
    assertThat(values("1")).hasSize(24);
  }

  @Test
  void aClosedStoreSaysSo() {
    write("1", NOON, 1);
    store.close();
    assertRetryable(() -> write("1", NOON, 1));
    assertRetryable(() -> values("1"));
    assertThat(store.check().ok()).isFalse();
  }

  private void write(String channel, Instant time, long value) {
    assertThat(store.write(List.of(point(channel, time, value))))
        .isEqualTo(WriteResult.ALL_ACCEPTED);
  }

  /** The first of the points is deferred, for this reason; the others are written. */
  private void assertDeferred(List<Point> points, String reason) {
    WriteResult result = store.write(points);
    assertThat(result.rejections()).isEmpty();
    assertThat(result.deferred())
        .singleElement()
        .satisfies(one -> {
          assertThat(one.index()).isZero();
          assertThat(one.reason()).contains(reason);
        });
  }

  private void makeNewer(String name) throws SQLException {
    try (var c = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve(name));
        var statement = c.createStatement()) {
      statement.execute("PRAGMA user_version = 99");
    }
  }

  private List<Long> values(String channel) {
    return values(channel, new TimeRange(Instant.MIN, Instant.MAX));
  }

  private List<Long> values(String channel, TimeRange range) {
    var values = new ArrayList<Long>();
    store.query(
        new SeriesQuery("telemetry", Map.of("channel", channel), MINUTES, range),
        row -> {
          if (row.fields().get("v") instanceof FieldValue.IntegerValue(long value)) {
            values.add(value);
          }
        });
    return values;
  }

  private static Point point(String channel, Instant time, long value) {
    var tags = new TreeMap<>(Map.of("channel", channel, "interval", "1m"));
    return Point.of(new SeriesKey("telemetry", tags), time, Map.of("v", FieldValue.of(value)));
  }

  private static void assertRetryable(Runnable work) {
    assertThatThrownBy(work::run)
        .isInstanceOf(StoreException.class)
        .satisfies(e -> assertThat(((StoreException) e).retryable()).isTrue());
  }

  /** As its caller does: what is retryable is tried again. */
  private static void eventually(Runnable work) {
    for (int i = 0; i < 5; i++) {
      try {
        work.run();
        return;
      } catch (StoreException e) {
        assertThat(e.retryable()).isTrue();
      }
    }
    work.run();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }
}
