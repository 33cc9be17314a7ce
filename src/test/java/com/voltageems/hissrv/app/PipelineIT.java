package com.voltageems.hissrv.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.voltageems.hissrv.config.Config;
import com.voltageems.hissrv.config.NamedAggregation;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.FieldValue.FloatValue;
import com.voltageems.hissrv.model.FieldValue.IntegerValue;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.model.Statistic;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.store.Row;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.testkit.ExpectedStatistics;
import com.voltageems.hissrv.testkit.ManualClock;
import com.voltageems.hissrv.testkit.TestConfig;
import com.voltageems.hissrv.transform.Catalog;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** The whole path on a controlled clock: live hash → Lua → archive → outbox → store. */
class PipelineIT {
  private static final Instant START = Instant.parse("2026-03-01T23:50:00Z");
  private static final List<String> SOURCES = List.of("comsrv:1001:m", "modsrv:x:measurement");
  private static final Map<String, String> FIELDS = Map.of("1", "voltage", "2", "current");

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(START);
  private PrivateRedis server;
  private RedisClient neighbour;
  private Config config;

  @BeforeEach
  void startRedis() {
    server = PrivateRedis.start(folder);
    neighbour = RedisClient.create(server.url());
    config = TestConfig.of(server.url(), folder.resolve("data"));
  }

  @AfterEach
  void stopRedis() {
    neighbour.close();
    server.close();
  }

  /** One expected value per statistic, by {@code level/window/source/point}. */
  private final Map<String, ExpectedStatistics> expected = new HashMap<>();

  private void expect(String source, String point, double value) {
    long now = clock.instant().getEpochSecond();
    for (String level : List.of("1m", "5m")) {
      long length = level.equals("1m") ? 60 : 300;
      String key = level + "/" + now / length * length + "/" + source + "/" + point;
      expected.computeIfAbsent(key, k -> new ExpectedStatistics()).add(value);
    }
  }

  private static double number(Row row, String field) {
    FieldValue value = row.fields().get(field);
    return switch (value) {
      case FloatValue v -> v.value();
      case IntegerValue v -> v.value();
      case null, default -> throw new AssertionError(field + " is " + value + " at " + row.time());
    };
  }

  @Test
  void everyStoredStatisticOfAnIrregularLogEqualsAnIndependentCalculation() {
    for (long seed : new long[] {1, 2, 3}) {
      clock.set(START.plus(Duration.ofDays(10 * seed)));
      expected.clear();
      feed(new Random(seed), 960);
      try (var service = HisSrv.replay(config, clock)) {
        service.sync();
        verifyStored(service, seed);
      }
    }
  }

  /** Values at irregular moments, gaps, and a restart of HisSrv now and then. */
  private void feed(Random random, int seconds) {
    Instant start = clock.instant();
    HisSrv service = HisSrv.replay(config, clock);
    long sampled = 0;
    try {
      for (int second = 0; second < seconds; second++) {
        clock.set(start.plusSeconds(second).plusMillis(random.nextInt(1_000)));
        if (random.nextInt(8) == 0) {
          continue;
        }
        // Two samples within half an interval are those of two samplers: one counts.
        boolean counts = clock.millis() - sampled >= 500;
        sampled = counts ? clock.millis() : sampled;
        for (String source : SOURCES) {
          for (String point : FIELDS.keySet()) {
            double value = random.nextGaussian() * Math.pow(10, random.nextInt(6));
            String text = String.format(Locale.ROOT, "%.6f", value);
            neighbour.hset(source, point, text);
            if (counts) {
              expect(source, point, Double.parseDouble(text));
            }
          }
        }
        service.aggregation().sample();
        if (random.nextInt(50) == 0) {
          service.sync();
        }
        if (random.nextInt(200) == 0) {
          service.close();
          service = HisSrv.replay(config, clock);
        }
      }
      clock.set(start.plusSeconds(seconds + 600));
      service.sync();
    } finally {
      service.close();
    }
  }

  private void verifyStored(HisSrv service, long seed) {
    Instant from = START.plus(Duration.ofDays(10 * seed));
    int verified = 0;
    for (String source : SOURCES) {
      for (String level : List.of("1m", "5m")) {
        for (Row row : rows(service, source, level, from)) {
          for (var field : FIELDS.entrySet()) {
            String key =
                level + "/" + row.time().getEpochSecond() + "/" + source + "/" + field.getKey();
            ExpectedStatistics statistics =
                Objects.requireNonNull(expected.remove(key), key + " was never sampled");
            String name = source.startsWith("comsrv") ? field.getValue() : field.getKey();
            String what = "seed " + seed + " " + key;
            statistics.verifyCount(number(row, name + "_count"), what);
            statistics.verifyMin(number(row, name + "_min"), what);
            statistics.verifyMax(number(row, name + "_max"), what);
            statistics.verifyAvg(number(row, name + "_avg"), what);
            statistics.verifySum(archivedSum(source, level, row.time(), field.getKey()), what);
            verified++;
          }
        }
      }
    }
    assertThat(expected).as("seed %d: sampled but not stored", seed).isEmpty();
    assertThat(verified).isGreaterThan(60);
  }

  private static List<Row> rows(HisSrv service, String source, String level, Instant from) {
    boolean channel = source.startsWith("comsrv");
    var rows = new ArrayList<Row>();
    service
        .store()
        .query(
            new SeriesQuery(
                channel ? "telemetry" : "model_data",
                channel ? Map.of("channel", "1001") : Map.of("model", "x"),
                Level.parse(level).orElseThrow(),
                new TimeRange(from, from.plus(Duration.ofDays(1)))),
            rows::add);
    return rows;
  }

  private double archivedSum(String source, String level, Instant window, String point) {
    String id = source.startsWith("comsrv") ? "1001" : source;
    String line =
        neighbour.hget("archive:" + level + ":" + window.getEpochSecond() + ":" + id, point);
    return Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
  }

  @Test
  void aWindowGoesOnAfterARestartLessThePause() {
    try (var first = HisSrv.replay(config, clock)) {
      sampleSeconds(first, 25);
    }
    clock.advance(Duration.ofSeconds(10));
    try (var second = HisSrv.replay(config, clock)) {
      sampleSeconds(second, 25);
      second.sync();
      List<Row> rows = rows(second, "comsrv:1001:m", "1m", START);
      assertThat(rows).hasSize(1);
      assertThat(number(rows.getFirst(), "voltage_count")).isEqualTo(60 - 10);
    }
  }

  private void sampleSeconds(HisSrv service, int seconds) {
    for (int i = 0; i < seconds; i++) {
      neighbour.hset("comsrv:1001:m", Map.of("1", "230.5", "9", "1"));
      service.aggregation().sample();
      clock.advance(Duration.ofSeconds(1));
    }
  }

  @Test
  void tagsFieldsCatalogAndUnmappedPointsAreAsTheMappingSays() {
    try (var service = HisSrv.replay(config, clock)) {
      sampleSeconds(service, 60);
      service.sync();
      Row row = rows(service, "comsrv:1001:m", "1m", START).getFirst();
      assertThat(row.time()).isEqualTo(START);
      assertThat(row.tags()).isEqualTo(Map.of("channel", "1001", "interval", "1m"));
      assertThat(row.fields())
          .isEqualTo(
              Map.of(
                  "voltage_avg", FieldValue.of(230.5),
                  "voltage_min", FieldValue.of(230.5),
                  "voltage_max", FieldValue.of(230.5),
                  "voltage_count", FieldValue.of(60L)));
      assertThat(service.catalog().entries())
          .singleElement()
          .satisfies(entry -> {
            assertThat(entry.tags()).isEqualTo("channel=1001");
            assertThat(entry.origin().sourceKey()).isEqualTo("comsrv:1001:m");
            assertThat(entry.origin().unit()).isEqualTo("V");
          });
      assertThat(service.metrics().snapshot())
          .containsEntry("points_unmapped_by{who=\"comsrv:1001:m/9\"}", 1L);
    }
  }

  @Test
  void documentsOfOthersTakeTheSameWayAndBadOnesAreKeptWithTheirReason() {
    String good =
        "{\"timestamp\":"
            + START.getEpochSecond()
            + ",\"measurement\":\"metrics_1m\",\"tags\":{\"channel\":\"7\",\"interval\":\"1m\"},"
            + "\"fields\":{\"v\":10,\"ok\":true,\"note\":\"x\"}}";
    neighbour.lpush(
        "archive:pending",
        "{broken",
        "{\"timestamp\":\"yesterday\",\"measurement\":\"m\",\"fields\":{\"v\":1}}",
        good);
    try (var service = HisSrv.replay(config, clock)) {
      var report = service.sync();
      assertThat(report.collected()).isEqualTo(3);
      assertThat(report.delivered()).isEqualTo(1);
      assertThat(report.quarantined()).isEqualTo(2);
      assertThat(report.queueSize()).isZero();
      assertThat(service.outbox().quarantine().list(10))
          .hasSize(2)
          .satisfiesExactly(
              one -> {
                assertThat(one.content()).isEqualTo("{broken");
                assertThat(one.reason()).contains("malformed JSON");
              },
              two -> assertThat(two.reason()).contains("unreadable timestamp 'yesterday'"));
      assertThat(service.outbox().totals().stored()).isEqualTo(1);
      assertThat(service.outbox().totals().quarantined()).isEqualTo(2);
    }
    try (var again = HisSrv.replay(config, clock)) {
      assertThat(again.outbox().totals().stored()).isEqualTo(1);
      assertThat(again.store().levels("metrics_1m")).containsExactly(Level.parse("1m").get());
    }
  }

  @Test
  void namedAggregationsAreSeriesOfTheirOwnAndTrueBesideTheOrdinaryOnes() {
    var minute = Level.parse("1m").orElseThrow();
    var five = Level.parse("5m").orElseThrow();
    var named =
        new Config(
            config.service(),
            config.site(),
            config.redis(),
            config.aggregation(),
            config.mappings(),
            List.of(
                named("1m_avg", minute, "mean", Statistic.AVG),
                named("5m_max", five, "max", Statistic.MAX),
                named("5m_twa", five, "time_weighted_average", Statistic.TWA)),
            config.sources(),
            config.filters(),
            config.store(),
            config.performance(),
            config.logging(),
            config.api());
    double highest = Double.NEGATIVE_INFINITY;
    double total = 0;
    var random = new Random(7);
    try (var service = HisSrv.replay(named, clock)) {
      for (int second = 0; second < 300; second++) {
        double value = 230 + random.nextGaussian();
        highest = Math.max(highest, value);
        total += value;
        neighbour.hset("comsrv:1001:m", "1", Double.toString(value));
        service.aggregation().sample();
        clock.advance(Duration.ofSeconds(1));
      }
      service.sync();

      List<Row> ordinary = rows(service, minute, Map.of(), Set.of(SeriesKey.AGGREGATION_TAG));
      List<Row> means = rows(service, minute, Map.of("aggregation", "1m_avg"), Set.of());
      assertThat(means).hasSize(5);
      assertThat(ordinary).hasSize(5);
      for (int i = 0; i < 5; i++) {
        assertThat(means.get(i).time()).isEqualTo(ordinary.get(i).time());
        assertThat(means.get(i).tags())
            .isEqualTo(Map.of("channel", "1001", "interval", "1m", "aggregation", "1m_avg"));
        assertThat(means.get(i).fields())
            .isEqualTo(
                Map.of("voltage_mean", FieldValue.of(number(ordinary.get(i), "voltage_avg"))));
        assertThat(ordinary.get(i).fields())
            .containsOnlyKeys("voltage_avg", "voltage_count", "voltage_max", "voltage_min");
      }
      assertThat(rows(service, five, Map.of("aggregation", "5m_max"), Set.of()))
          .extracting(Row::fields)
          .containsExactly(new TreeMap<>(Map.of("voltage_max", FieldValue.of(highest))));
      // Every value held for one second: weighted by time it is the plain average.
      Row weighted = rows(service, five, Map.of("aggregation", "5m_twa"), Set.of()).getFirst();
      assertThat(number(weighted, "voltage_time_weighted_average"))
          .isCloseTo(total / 300, within(1e-9));
      assertThat(service.catalog().entries())
          .extracting(Catalog.Entry::tags)
          .containsExactly("channel=1001");
    }
  }

  private static NamedAggregation named(
      String name, Level level, String function, Statistic statistic) {
    return new NamedAggregation(name, level, function, statistic, Set.of("telemetry"));
  }

  private static List<Row> rows(
      HisSrv service, Level level, Map<String, String> tags, Set<String> without) {
    var rows = new ArrayList<Row>();
    var range = new TimeRange(START, START.plus(Duration.ofHours(1)));
    service.store().query(new SeriesQuery("telemetry", tags, without, level, range), rows::add);
    return rows;
  }
}
