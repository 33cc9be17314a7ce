package com.voltageems.hissrv.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.config.MappingConfig;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.observe.Offenders;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.testkit.ExpectedStatistics;
import com.voltageems.hissrv.testkit.ManualClock;
import com.voltageems.hissrv.transform.Mapping;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.RedisClient;

/** Levels coarser than those shipped, against the same function over all samples. */
class LevelsIT {
  private static final String SOURCE = "comsrv:1001:m";

  @TempDir static Path folder;
  private static PrivateRedis server;
  private static RedisClient neighbour;

  private final ManualClock clock = new ManualClock(Instant.EPOCH);
  private final Metrics metrics = new Metrics();
  private final Map<String, Map<String, ExpectedStatistics>> oracle = new HashMap<>();

  /** As the hand-off to the store would have taken them, by key; the newest revision stays. */
  private final Map<String, Map<String, String>> collected = new TreeMap<>();

  @BeforeAll
  static void startRedis() {
    server = PrivateRedis.start(folder);
    neighbour = RedisClient.create(server.url());
  }

  @AfterAll
  static void stopRedis() {
    neighbour.close();
    server.close();
  }

  @BeforeEach
  void emptyRedis() {
    neighbour.flushAll();
  }

  private static List<Level> levels(String names) {
    return Stream.of(names.split(" ", -1)).map(name -> Level.parse(name).orElseThrow()).toList();
  }

  private Aggregation aggregation(String levels, ZoneId zone) {
    var rule =
        new MappingConfig(
            Pattern.compile("comsrv:(\\d+):m"), "telemetry", List.of(), Map.of(), true);
    return new Aggregation(
        new RedisConnection(server.url()),
        clock,
        Mode.REPLAY,
        levels(levels),
        zone,
        new Mapping(List.of(rule)),
        metrics,
        new Offenders(metrics, clock));
  }

  /** The definition once more: a day is the site's, a week begins on Monday, the rest is UTC. */
  private static long startOf(String level, Instant time, ZoneId zone) {
    LocalDate date = LocalDate.ofInstant(time, zone);
    return switch (level) {
      case "1d" -> date.atStartOfDay(zone).toEpochSecond();
      case "7d" ->
          date.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY))
              .atStartOfDay(zone)
              .toEpochSecond();
      default -> {
        long seconds = Level.parse(level).orElseThrow().length().toSeconds();
        yield time.getEpochSecond() / seconds * seconds;
      }
    };
  }

  private void sample(Aggregation aggregation, String levels, ZoneId zone, Random random) {
    for (int p = 1; p <= 3; p++) {
      if (random.nextInt(4) > 0) {
        neighbour.hset(SOURCE, "p" + p, Double.toString(random.nextGaussian() * 230));
      } else if (random.nextInt(4) == 0) {
        neighbour.hdel(SOURCE, "p" + p);
      }
    }
    aggregation.discoverSoon();
    aggregation.sample();
    neighbour
        .hgetAll(SOURCE)
        .forEach((p, text) -> {
          for (String level : levels.split(" ", -1)) {
            oracle
                .computeIfAbsent(
                    "archive:" + level + ":" + startOf(level, clock.instant(), zone) + ":1001",
                    k -> new HashMap<>())
                .computeIfAbsent(p, k -> new ExpectedStatistics())
                .add(Double.parseDouble(text));
          }
        });
  }

  /** Archives are taken as they are queued, then expire: Redis's own clock is not the test's. */
  private void collectAndExpire() {
    for (String key = neighbour.rpop("archive:pending");
        key != null;
        key = neighbour.rpop("archive:pending")) {
      collected.put(key, neighbour.hgetAll(key));
    }
    for (String key : neighbour.keys("archive:*")) {
      List<String> parts = List.of(key.split(":", -1));
      long end =
          Long.parseLong(parts.get(2))
              + Level.parse(parts.get(1)).orElseThrow().length().toSeconds();
      if (end + 7_200 < clock.instant().getEpochSecond()) {
        neighbour.del(key);
      }
    }
  }

  private void verify(String hint) {
    assertThat(collected.keySet()).as(hint).containsExactlyInAnyOrderElementsOf(oracle.keySet());
    oracle.forEach((key, points) ->
        points.forEach((p, expected) -> {
          String name = hint + " " + key + " " + p;
          String line = collected.getOrDefault(key, Map.of()).getOrDefault(p, "");
          assertThat(line).as(name).isNotEmpty();
          double[] found =
              Stream.of(line.split(" ", -1)).mapToDouble(Double::parseDouble).toArray();
          expected.verifyAvg(found[0], name);
          expected.verifyMin(found[1], name);
          expected.verifyMax(found[2], name);
          expected.verifyCount(found[3], name);
          expected.verifySum(found[4], name);
        }));
  }

  @ParameterizedTest
  @CsvSource({
    "1m 5m 15m 1h 4h 1d 7d, Europe/Berlin, 2026-03-27T20:00:00Z",
    "1m 5m 15m 1h 4h 1d 7d, Europe/Berlin, 2026-10-23T20:00:00Z",
    "1m 5m 30m 1h 1d, Asia/Kolkata, 2026-06-01T00:00:00Z",
    "1m 5m 1h 1d, Australia/Lord_Howe, 2026-04-03T00:00:00Z",
    "1m 1h 1d, UTC, 2026-01-01T00:00:00Z",
    "1m 1d, America/New_York, 2026-03-07T00:00:00Z",
    "1m 7m 90m, UTC, 2026-01-01T00:00:00Z",
  })
  void everyLevelEqualsTheSameFunctionOverAllSamples(String levels, ZoneId zone, Instant start) {
    long seed = start.getEpochSecond();
    var random = new Random(seed);
    clock.set(start);
    var aggregation = aggregation(levels, zone);
    Instant end = start.plus(Duration.ofDays(4));
    while (clock.instant().isBefore(end)) {
      sample(aggregation, levels, zone, random);
      clock.advance(Duration.ofSeconds(30 + random.nextInt(600)));
      if (random.nextInt(3) > 0) {
        aggregation.closeDue();
        collectAndExpire();
      }
      if (random.nextInt(100) == 0) {
        aggregation = aggregation(levels, zone);
      }
    }
    clock.set(end.plus(Duration.ofDays(9)));
    aggregation.closeDue();
    collectAndExpire();
    assertThat(metrics.value("windows_lost")).isZero();
    verify("seed " + seed);
  }

  @Test
  void aLateSampleIsFoldedUpwardsAsARevision() {
    String levels = "1m 5m 1h 4h";
    Instant start = Instant.parse("2026-03-01T08:00:00Z");
    clock.set(start);
    var random = new Random(1);
    var aggregation = aggregation(levels, ZoneId.of("UTC"));
    for (int minute = 0; minute < 240; minute++) {
      clock.set(start.plus(Duration.ofMinutes(minute)));
      sample(aggregation, levels, ZoneId.of("UTC"), random);
    }
    clock.set(start.plus(Duration.ofHours(4)));
    int closed = aggregation.closeDue();
    assertThat(closed).isEqualTo(240 + 48 + 4 + 1);

    clock.set(start.plus(Duration.ofMinutes(200)).plusSeconds(30));
    sample(aggregation, levels, ZoneId.of("UTC"), random);
    clock.set(start.plus(Duration.ofHours(4)).plusSeconds(10));
    assertThat(aggregation.closeDue()).as("5m, 1h and 4h again").isEqualTo(3);
    collectAndExpire();
    verify("after the late sample");
    assertThat(collected.get("archive:4h:" + start.getEpochSecond() + ":1001"))
        .containsEntry("revision", "2")
        .containsEntry("windows", "4");
  }

  @Test
  void aRevisionWhoseArchiveExpiredDoesNotReplaceTheRecord() {
    Instant start = Instant.parse("2026-03-01T08:00:00Z");
    clock.set(start);
    var random = new Random(1);
    String levels = "1m 5m";
    var aggregation = aggregation(levels, ZoneId.of("UTC"));
    for (int minute = 0; minute < 5; minute++) {
      clock.set(start.plus(Duration.ofMinutes(minute)));
      sample(aggregation, levels, ZoneId.of("UTC"), random);
    }
    clock.set(start.plus(Duration.ofMinutes(5)));
    aggregation.closeDue();
    neighbour.del("archive:5m:" + start.getEpochSecond() + ":1001");
    neighbour.del("archive:pending");
    clock.set(start.plusSeconds(30));
    sample(aggregation, levels, ZoneId.of("UTC"), random);
    clock.set(start.plus(Duration.ofMinutes(6)));
    aggregation.closeDue();
    assertThat(neighbour.keys("archive:5m:*")).isEmpty();
    assertThat(metrics.value("windows_lost")).isEqualTo(1);
  }
}
