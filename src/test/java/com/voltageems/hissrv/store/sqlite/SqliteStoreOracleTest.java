package com.voltageems.hissrv.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.store.Row;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random writes, revisions, seals and reopenings beside a map that does the same. */
final class SqliteStoreOracleTest {
  private static final Instant START = Instant.parse("2026-12-30T20:00:00Z");
  private static final List<String> LEVELS = List.of("1s", "1m", "5m", "30m", "2h", "1d", "");

  @TempDir Path folder;

  private final Map<SeriesKey, TreeMap<Instant, SortedMap<String, FieldValue>>> oracle =
      new HashMap<>();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void answersAsTheOracleDoes(long seed) {
    var random = new Random(seed);
    var values = new RandomValues(random);
    var clock = new ManualClock(START);
    SqliteStore store = new SqliteStore(folder, clock);
    try {
      for (int step = 0; step < 40; step++) {
        switch (random.nextInt(9)) {
          case 0 -> clock.advance(Duration.ofMinutes(random.nextInt(1, 20_000)));
          case 1, 2 -> {
            int _ = store.seal();
          }
          case 3 -> {
            store.close();
            store = new SqliteStore(folder, clock);
          }
          case 4 -> delete(store, random);
          default -> write(store, random, values);
        }
        compare(store, random, "seed " + seed + ", step " + step);
      }
      clock.advance(Duration.ofDays(400));
      int _ = store.seal();
      compare(store, random, "seed " + seed + ", all sealed");
      assertThat(store.seal()).as("nothing is sealed twice").isZero();
    } finally {
      store.close();
    }
  }

  private void write(SqliteStore store, Random random, RandomValues values) {
    var points = new ArrayList<Point>();
    for (int i = random.nextInt(1, 150); i > 0; i--) {
      var fields = new TreeMap<String, FieldValue>();
      for (int field = random.nextInt(1, 4); field > 0; field--) {
        int kind = random.nextInt(9);
        fields.put("f" + (random.nextInt(20) == 0 ? random.nextInt(5) : kind), values.next(kind));
      }
      points.add(new Point(series(random), time(random), fields));
    }
    assertThat(store.write(points).rejections()).isEmpty();
    for (Point point : points) {
      oracle
          .computeIfAbsent(point.series(), s -> new TreeMap<>())
          .computeIfAbsent(point.time(), t -> new TreeMap<>())
          .putAll(point.fields());
    }
  }

  private void delete(SqliteStore store, Random random) {
    SeriesQuery query = query(random, random.nextInt(100_000));
    store.delete(List.of(query));
    oracle.forEach((series, byTime) -> {
      if (series.measurement().equals(query.measurement()) && query.wants(series.tags())) {
        byTime.subMap(query.range().start(), query.range().stop()).clear();
      }
    });
  }

  private static SeriesKey series(Random random) {
    var tags = new TreeMap<String, String>();
    tags.put("channel", String.valueOf(random.nextInt(12)));
    String level = LEVELS.get(random.nextInt(LEVELS.size()));
    if (!level.isEmpty()) {
      tags.put("interval", level);
    }
    if (random.nextInt(4) == 0) {
      tags.put("phase", "b");
    }
    return new SeriesKey(random.nextInt(5) == 0 ? "other" : "telemetry", tags);
  }

  private static Instant time(Random random) {
    Instant time = START.plusSeconds(60L * random.nextInt(600));
    return random.nextInt(5) == 0 ? time.plusSeconds(86_400L * random.nextInt(-2, 3)) : time;
  }

  private void compare(SqliteStore store, Random random, String when) {
    SeriesQuery query = query(random, random.nextInt(4_000_000));
    var answer = new ArrayList<Row>();
    store.query(query, answer::add);

    assertThat(texts(answer)).as("%s: %s", when, query).isEqualTo(texts(expected(query)));
  }

  private static SeriesQuery query(Random random, int seconds) {
    String name = LEVELS.get(random.nextInt(LEVELS.size()));
    Level level = name.isEmpty() ? Level.RAW : Level.parse(name).orElseThrow();
    Map<String, String> tags =
        random.nextBoolean() ? Map.of() : Map.of("channel", String.valueOf(random.nextInt(12)));
    Instant start = time(random).plusNanos(random.nextInt(3) - 1);
    return new SeriesQuery(
        "telemetry", tags, level, new TimeRange(start, start.plusSeconds(seconds)));
  }

  private List<Row> expected(SeriesQuery query) {
    var rows = new ArrayList<Row>();
    oracle.forEach((series, byTime) -> {
      if (series.measurement().equals(query.measurement())
          && series.level().equals(query.level())
          && query.wants(series.tags())) {
        byTime
            .subMap(query.range().start(), query.range().stop())
            .forEach((time, fields) -> rows.add(new Row(time, series.tags(), fields)));
      }
    });
    rows.sort(Row.ORDER);
    return rows;
  }

  /** Text tells -0.0 from 0.0, and one type from another. */
  private static List<String> texts(List<Row> rows) {
    return rows.stream().map(Row::toString).toList();
  }
}
