package com.voltageems.hissrv.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.config.Retention;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.store.WriteResult;
import com.voltageems.hissrv.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExpiryTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(NOON);
  private final Metrics metrics = new Metrics();
  private SqliteStore store;

  @BeforeEach
  void open() {
    store = new SqliteStore(folder, clock, Retention.defaults(), metrics);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void aFileIsDroppedWhenItsLastWindowIsOlderThanTheRetention() {
    write("1m", "2026-10-22T00:00:00Z");
    write("1m", "2026-10-23T23:59:00Z");
    write("1m", "2026-11-22T11:59:00Z");
    assertThat(store.drop()).isEqualTo(1);
    assertThat(times("1m")).containsExactly("2026-10-23T23:59:00Z", "2026-11-22T11:59:00Z");
    assertThat(folder.resolve("1m")).isDirectoryNotContaining("glob:**2026-10-22*");

    clock.set(Instant.parse("2026-11-23T00:01:00Z"));
    write("1m", "2026-11-23T00:00:00Z");
    assertThat(store.drop()).as("the last window ends this moment").isZero();
    clock.set(Instant.parse("2026-11-23T00:01:01Z"));
    assertThat(store.drop()).isEqualTo(1);
    assertThat(times("1m")).containsExactly("2026-11-22T11:59:00Z", "2026-11-23T00:00:00Z");
    assertThat(metrics.value("period_files_dropped")).isEqualTo(2);
  }

  @Test
  void everyLevelHasItsOwnRetention() {
    for (String level : List.of("30s", "1m", "5m", "15m", "1h", "1d", "raw")) {
      write(level, "2020-02-02T00:00:00Z");
      write(level, "2025-12-31T00:00:00Z");
      write(level, "2026-11-22T00:00:00Z");
    }
    assertThat(store.drop()).isEqualTo(2 + 2 + 1 + 1);
    assertThat(times("1m")).hasSize(1);
    assertThat(times("30s")).hasSize(1);
    assertThat(times("5m")).hasSize(2);
    assertThat(times("15m")).hasSize(2);
    for (String kept : List.of("1h", "1d", "raw")) {
      assertThat(times(kept)).hasSize(3);
    }
  }

  @Test
  void whatIsConfiguredHolds() {
    reopen(
        new Retention(
            Map.of(level("1m"), Retention.FOREVER, level("1d"), Duration.ofDays(1)), true));
    write("1m", "2020-02-02T00:00:00Z");
    write("1m", "2026-11-22T00:00:00Z");
    write("1d", "2024-01-01T00:00:00Z");
    write("1d", "2026-11-22T00:00:00Z");
    assertThat(store.drop()).isEqualTo(1);
    assertThat(times("1m")).hasSize(2);
    assertThat(times("1d")).hasSize(1);
  }

  @Test
  void whatIsOlderIsRefusedAndNoFileIsMade() {
    write("1m", "2026-11-22T12:00:00Z");
    WriteResult result =
        store.write(
            List.of(
                point("1m", "2026-11-22T12:01:00Z"),
                point("1m", "2026-10-20T00:00:00Z"),
                point("5m", "2026-10-20T00:00:00Z")));
    assertThat(result.deferred()).isEmpty();
    assertThat(result.rejections())
        .containsExactly(new WriteResult.Rejection(1, "older than the retention of 30d"));
    assertThat(times("1m")).containsExactly("2026-11-22T12:00:00Z", "2026-11-22T12:01:00Z");
    assertThat(times("5m")).containsExactly("2026-10-20T00:00:00Z");
    assertThat(folder.resolve("1m")).isDirectoryNotContaining("glob:**2026-10*");

    assertThat(store.write(List.of(point("1m", "2026-10-20T00:00:00Z"))).rejections()).hasSize(1);
  }

  @Test
  void neitherAWrongClockNorAStandstillCostsHistory() {
    write("1m", "2026-10-01T00:00:00Z");
    write("1m", "2026-10-02T00:00:00Z");
    clock.set(Instant.parse("2041-01-01T00:00:00Z"));
    assertThat(store.drop()).isZero();
    write("1m", "2026-10-01T00:01:00Z");
    assertThat(times("1m")).hasSize(3);

    write("1m", "2041-01-01T00:00:00Z");
    clock.set(NOON);
    assertThat(store.drop()).as("with a window from the future").isEqualTo(2);
    assertThat(times("1m")).containsExactly("2041-01-01T00:00:00Z");
  }

  @Test
  void filesThatAreNotItsOwnStay() throws IOException {
    write("1m", "2026-10-01T00:00:00Z");
    write("1m", "2026-11-22T00:00:00Z");
    List<Path> others =
        List.of(
            folder.resolve("1m/2026-10-01.db.bak"),
            folder.resolve("1m/2026-10.db"),
            folder.resolve("1m/notes.txt"),
            folder.resolve("old/2020-01-01.db"));
    Files.createDirectory(folder.resolve("old"));
    for (Path other : others) {
      Files.writeString(other, "mine");
    }
    assertThat(store.drop()).isEqualTo(1);
    assertThat(others).allSatisfy(other -> assertThat(other).hasContent("mine"));
    assertThat(folder.resolve("index.db")).exists();
  }

  @Test
  void aFileBeingReadIsDroppedAfterwards() {
    write("1m", "2026-10-01T00:00:00Z");
    write("1m", "2026-10-02T00:00:00Z");
    write("1m", "2026-11-22T00:00:00Z");
    var dropped = new ArrayList<Integer>();
    var times = new ArrayList<Instant>();
    store.query(
        all("1m"),
        row -> {
          times.add(row.time());
          dropped.add(store.drop());
        });
    assertThat(dropped).containsExactly(1, 1);
    assertThat(times).hasSize(2);
    assertThat(times("1m")).containsExactly("2026-11-22T00:00:00Z");
  }

  @Test
  void aDamagedFileIsDroppedLikeAnyOther() throws IOException {
    write("1m", "2026-10-01T00:00:00Z");
    write("1m", "2026-11-22T00:00:00Z");
    store.close();
    Files.writeString(folder.resolve("1m/2026-10-01.db"), "torn");
    open();
    store.inspect();
    assertThat(store.check().ok()).isFalse();
    assertThat(store.drop()).isEqualTo(1);
    assertThat(store.check().ok()).isTrue();
  }

  private void reopen(Retention retention) {
    store.close();
    store = new SqliteStore(folder, clock, retention, metrics);
  }

  private void write(String level, String time) {
    assertThat(store.write(List.of(point(level, time)))).isEqualTo(WriteResult.ALL_ACCEPTED);
  }

  private List<String> times(String level) {
    var times = new ArrayList<String>();
    store.query(all(level), row -> times.add(row.time().toString()));
    return times;
  }

  private static SeriesQuery all(String level) {
    return new SeriesQuery(
        "telemetry", Map.of(), level(level), new TimeRange(Instant.MIN, Instant.MAX));
  }

  private static Point point(String level, String time) {
    Map<String, String> tags = level.equals("raw") ? Map.of() : Map.of("interval", level);
    return Point.of(
        SeriesKey.of("telemetry", tags), Instant.parse(time), Map.of("v", FieldValue.of(1)));
  }

  private static Level level(String name) {
    return Level.parse(name).orElseThrow();
  }
}
