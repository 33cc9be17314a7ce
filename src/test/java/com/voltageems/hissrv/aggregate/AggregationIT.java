package com.voltageems.hissrv.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.voltageems.hissrv.config.MappingConfig;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.observe.Offenders;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.redis.Script;
import com.voltageems.hissrv.testkit.ExpectedStatistics;
import com.voltageems.hissrv.testkit.ManualClock;
import com.voltageems.hissrv.transform.Mapping;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.RedisClient;

class AggregationIT {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final long WINDOW = START.getEpochSecond();
  private static final List<Level> LEVELS =
      List.of(Level.parse("1m").orElseThrow(), Level.parse("5m").orElseThrow());

  @TempDir static Path folder;
  private static PrivateRedis server;
  private static RedisClient neighbour;

  private final ManualClock clock = new ManualClock(START);
  private final Metrics metrics = new Metrics();
  private RedisConnection redis;

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
    redis = new RedisConnection(server.url());
  }

  private Aggregation aggregation() {
    return aggregation(LEVELS);
  }

  private Aggregation aggregation(List<Level> levels) {
    return aggregation(levels, ZoneOffset.UTC);
  }

  private Aggregation aggregation(List<Level> levels, ZoneId zone) {
    var rules =
        List.of(
            rule("comsrv:(\\d+):m", "telemetry"), rule("modsrv:([^:]+):measurement", "model_data"));
    return new Aggregation(
        redis,
        clock,
        Mode.REPLAY,
        levels,
        zone,
        new Mapping(rules),
        metrics,
        new Offenders(metrics, clock));
  }

  private static MappingConfig rule(String pattern, String measurement) {
    return new MappingConfig(Pattern.compile(pattern), measurement, List.of(), Map.of(), true);
  }

  private void sampleEachSecond(Aggregation aggregation, int seconds, Map<String, String> live) {
    for (int i = 0; i < seconds; i++) {
      neighbour.hset("comsrv:1001:m", live);
      aggregation.sample();
      clock.advance(Duration.ofSeconds(1));
    }
  }

  private static String archive(String level, long start, String id) {
    return "archive:" + level + ":" + start + ":" + id;
  }

  private static double[] statistics(String archive, String pointId) {
    String line = neighbour.hget(archive, pointId);
    assertThat(line).as(archive + " " + pointId).isNotNull();
    return List.of(line.split(" ")).stream().mapToDouble(Double::parseDouble).toArray();
  }

  @Test
  void aClosedWindowIsAReadableHashThatIsQueuedAndExpires() {
    var aggregation = aggregation();
    sampleEachSecond(aggregation, 60, Map.of("1", "230.500000", "2", "-0.100000"));
    assertThat(aggregation.closeDue()).isEqualTo(1);

    String key = archive("1m", WINDOW, "1001");
    Map<String, String> hash = neighbour.hgetAll(key);
    assertThat(hash)
        .containsEntry("source", "comsrv:1001:m")
        .containsEntry("timestamp", Long.toString(WINDOW))
        .containsEntry("revision", "1")
        .containsEntry("stats", "avg min max count sum")
        .containsEntry("1", "230.5 230.5 230.5 60 13830");
    assertThat(neighbour.ttl(key)).isBetween(7190L, 7200L);
    assertThat(neighbour.lrange("archive:pending", 0, -1)).containsExactly(key);
    assertThat(neighbour.keys("hissrv:acc:*")).isEmpty();
    assertThat(neighbour.keys("hissrv:raw:*")).isEmpty();
  }

  @Test
  void aWindowIsNotClosedBeforeItHasEnded() {
    var aggregation = aggregation();
    sampleEachSecond(aggregation, 59, Map.of("1", "1"));
    assertThat(aggregation.closeDue()).isZero();
    clock.advance(Duration.ofSeconds(1));
    assertThat(aggregation.closeDue()).isEqualTo(1);
  }

  @Test
  void noSamplesNoWindow() {
    var aggregation = aggregation();
    neighbour.hset("comsrv:1001:m", Map.of("1", "NaN", "2", "junk"));
    for (int i = 0; i < 61; i++) {
      aggregation.sample();
      clock.advance(Duration.ofSeconds(1));
    }
    assertThat(aggregation.closeDue()).isZero();
    assertThat(neighbour.keys("archive:*")).isEmpty();
    assertThat(metrics.value("junk_values")).isEqualTo(120);
  }

  @Test
  void withoutAFiveMinuteLevelNoneIsClosedAndNothingPilesUp() {
    var aggregation = aggregation(LEVELS.subList(0, 1));
    sampleEachSecond(aggregation, 600, Map.of("1", "1"));
    assertThat(aggregation.closeDue()).isEqualTo(10);
    assertThat(neighbour.keys("archive:5m:*")).isEmpty();
    assertThat(neighbour.hkeys("hissrv:src:{comsrv:1001:m}"))
        .containsExactlyInAnyOrder("closed:1m", "last", "at", "still", "every");
  }

  @Test
  void fiveMinutesFoldSumsAndCountsNotAverages() {
    var aggregation = aggregation();
    sampleEachSecond(aggregation, 10, Map.of("1", "100"));
    clock.set(START.plusSeconds(60));
    sampleEachSecond(aggregation, 60, Map.of("1", "10"));
    clock.set(START.plusSeconds(300));
    aggregation.closeDue();
    assertThat(statistics(archive("5m", WINDOW, "1001"), "1"))
        .containsExactly((10 * 100 + 60 * 10) / 70.0, 10, 100, 70, 1600);
    assertThat(neighbour.hget(archive("5m", WINDOW, "1001"), "windows")).isEqualTo("2");
  }

  @Test
  void junkBookkeepingAndFieldsThatComeAndGoDisturbNothingElse() {
    var aggregation = aggregation();
    sampleEachSecond(aggregation, 7, Map.of("1", "5", "2", "abc", "timestamp", "1700000000"));
    sampleEachSecond(aggregation, 20, Map.of("1", "6", "2", "7", "__updated", "1", "ts:1", "9"));
    neighbour.hdel("comsrv:1001:m", "2", "timestamp");
    sampleEachSecond(aggregation, 5, Map.of("1", "inf", "3", "1e400"));
    clock.set(START.plusSeconds(60));
    aggregation.closeDue();

    String key = archive("1m", WINDOW, "1001");
    assertThat(statistics(key, "1")).containsExactly(155 / 27.0, 5, 6, 27, 155);
    assertThat(statistics(key, "2")).containsExactly(7, 7, 7, 20, 140);
    assertThat(neighbour.hgetAll(key))
        .doesNotContainKeys("3", "__updated", "ts:1")
        .containsEntry("timestamp", Long.toString(WINDOW));
    assertThat(metrics.value("junk_values")).isEqualTo(7 + 5 + 5);
    assertThat(metrics.value("points_with_junk")).isEqualTo(3);
  }

  @Test
  void aPointNamedLikeAHeaderFieldIsKeptApart() {
    var aggregation = aggregation();
    for (int i = 0; i < 3; i++) {
      neighbour.hset("modsrv:x:measurement", Map.of("source", "1", "stats", "2", "\\odd", "3"));
      aggregation.sample();
      clock.advance(Duration.ofSeconds(1));
    }
    clock.set(START.plusSeconds(300));
    aggregation.closeDue();
    for (String level : List.of("1m", "5m")) {
      String key = archive(level, WINDOW, "modsrv:x:measurement");
      assertThat(neighbour.hgetAll(key))
          .containsEntry("source", "modsrv:x:measurement")
          .containsEntry("\\source", "1 1 1 3 3")
          .containsEntry("\\stats", "2 2 2 3 6")
          .containsEntry("\\\\odd", "3 3 3 3 9");
    }
  }

  @Test
  void aChannelOfThousandsOfPointsIsExactToo() {
    var random = new Random(7);
    var live = new HashMap<String, String>();
    IntStream.range(0, 6500).forEach(i -> live.put("p" + i, Integer.toString(random.nextInt(999))));
    var aggregation = aggregation();
    sampleEachSecond(aggregation, 13, live);
    clock.set(START.plusSeconds(60));
    aggregation.closeDue();
    Map<String, String> hash = neighbour.hgetAll(archive("1m", WINDOW, "1001"));
    live.forEach((id, text) -> {
      long v = Long.parseLong(text);
      assertThat(hash).containsEntry(id, v + " " + v + " " + v + " 13 " + 13 * v);
    });
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 104, 641, 6_500})
  void aChannelOfAnyWidthWhoseEveryValueChangesIsExact(int points) {
    var random = new Random(points);
    var oracle = new HashMap<String, Map<String, ExpectedStatistics>>();
    String key = archive("1m", WINDOW, "1001");
    var aggregation = aggregation();
    for (int second = 0; second < 23; second++) {
      var live = new HashMap<String, String>();
      for (int p = 0; p < points; p++) {
        String text = random.nextInt(2_000) == 0 ? value(random) : number(random);
        live.put("p" + p, text);
        if (Double.isFinite(parse(text))) {
          add(oracle, key, "p" + p, parse(text));
        }
      }
      sampleEachSecond(aggregation, 1, live);
    }
    clock.set(START.plusSeconds(60));
    aggregation.closeDue();
    oracle.forEach(AggregationIT::verify);
  }

  @Test
  void aLateSampleIsMergedIntoTheArchiveThatIsStillThereAndFoldedUpwards() {
    var aggregation = aggregation();
    sampleEachSecond(aggregation, 60, Map.of("1", "10"));
    clock.set(START.plusSeconds(300));
    aggregation.closeDue();
    neighbour.del("archive:pending");

    clock.set(START.plusSeconds(30));
    neighbour.hset("comsrv:1001:m", Map.of("1", "71"));
    aggregation.sample();
    clock.set(START.plusSeconds(301));
    aggregation.closeDue();

    assertThat(statistics(archive("1m", WINDOW, "1001"), "1"))
        .containsExactly(671 / 61.0, 10, 71, 61, 671);
    assertThat(statistics(archive("5m", WINDOW, "1001"), "1"))
        .containsExactly(671 / 61.0, 10, 71, 61, 671);
    assertThat(neighbour.hget(archive("1m", WINDOW, "1001"), "revision")).isEqualTo("2");
    assertThat(neighbour.hget(archive("5m", WINDOW, "1001"), "revision")).isEqualTo("2");
    assertThat(neighbour.lrange("archive:pending", 0, -1))
        .containsExactly(archive("5m", WINDOW, "1001"), archive("1m", WINDOW, "1001"));
  }

  @Test
  void aSampleForAWindowThatIsClosedAndGoneIsCountedAsLate() {
    var aggregation = aggregation();
    sampleEachSecond(aggregation, 60, Map.of("1", "10"));
    aggregation.closeDue();
    neighbour.del(archive("1m", WINDOW, "1001"));
    clock.set(START.plusSeconds(30));
    aggregation.sample();
    assertThat(metrics.value("late_samples")).isEqualTo(1);
    assertThat(neighbour.exists(archive("1m", WINDOW, "1001"))).isFalse();
  }

  @Test
  void anotherAggregationGoesOnWithTheOpenWindow() {
    sampleEachSecond(aggregation(), 23, Map.of("1", "1"));
    clock.advance(Duration.ofSeconds(9));
    var second = aggregation();
    sampleEachSecond(second, 28, Map.of("1", "2"));
    second.closeDue();
    assertThat(statistics(archive("1m", WINDOW, "1001"), "1"))
        .containsExactly(79 / 51.0, 1, 2, 51, 79);
  }

  @Test
  void windowsLeftOpenByOneThatStoppedAreClosedEvenWhenTheirSourceIsGone() {
    sampleEachSecond(aggregation(), 23, Map.of("1", "1"));
    neighbour.del("comsrv:1001:m");
    clock.set(START.plus(Duration.ofHours(3)));
    assertThat(aggregation().closeDue()).isEqualTo(2);
    assertThat(statistics(archive("1m", WINDOW, "1001"), "1")[3]).isEqualTo(23);
    assertThat(statistics(archive("5m", WINDOW, "1001"), "1")[3]).isEqualTo(23);
  }

  @Test
  void aWindowClosedTwiceIsClosedOnce() {
    var first = aggregation();
    var second = aggregation();
    sampleEachSecond(first, 60, Map.of("1", "1"));
    assertThat(second.closeDue()).isEqualTo(1);
    assertThat(first.closeDue()).isZero();
    assertThat(neighbour.llen("archive:pending")).isEqualTo(1);
  }

  @Test
  void twoSamplersNeverDoubleACount() {
    var first = aggregation();
    var second = aggregation();
    for (int i = 0; i < 120; i++) {
      neighbour.hset("comsrv:1001:m", Map.of("1", "1", "2", Integer.toString(i)));
      if (i % 25 == 7) {
        neighbour.hset("comsrv:1001:m", "new" + i, "1");
      }
      first.sample();
      clock.advance(Duration.ofMillis(300));
      neighbour.hset("comsrv:1001:m", "3", "1");
      second.sample();
      neighbour.hdel("comsrv:1001:m", "3");
      clock.advance(Duration.ofMillis(700));
    }
    assertThat(first.closeDue() + second.closeDue()).isEqualTo(2);
    assertThat(statistics(archive("1m", WINDOW, "1001"), "1")[3]).isEqualTo(60);
    assertThat(statistics(archive("1m", WINDOW + 60, "1001"), "1")[3]).isEqualTo(60);
    assertThat(metrics.value("samples_ignored")).isEqualTo(120);
  }

  @Test
  void aSamplerThatReadTheTimeFirstAndCallsLastIsNotCounted() {
    var first = aggregation();
    var second = aggregation();
    neighbour.hset("comsrv:1001:m", Map.of("1", "1"));
    for (int i = 0; i < 60; i++) {
      clock.set(START.plusSeconds(i).plusMillis(5));
      second.sample();
      clock.set(START.plusSeconds(i).plusMillis(3));
      first.sample();
    }
    clock.set(START.plusSeconds(60));
    assertThat(first.closeDue()).isEqualTo(1);
    assertThat(statistics(archive("1m", WINDOW, "1001"), "1")[3]).isEqualTo(60);
  }

  @Test
  void aHashOfTooManyFieldsIsRefusedAndHoldsUpNoOtherSource() {
    var wide = new HashMap<String, String>();
    for (int i = 0; i < 20_001; i++) {
      wide.put("p" + i, "1");
    }
    neighbour.hset("comsrv:5:m", wide);
    sampleEachSecond(aggregation(), 3, Map.of("1", "1"));
    assertThat(metrics.value("samples")).isEqualTo(3);
    assertThat(metrics.value("samples_refused")).isEqualTo(3);
  }

  @Test
  void aFlushedScriptCacheHeals() {
    var aggregation = aggregation();
    sampleEachSecond(aggregation, 5, Map.of("1", "1"));
    neighbour.scriptFlush("any");
    sampleEachSecond(aggregation, 5, Map.of("1", "1"));
    neighbour.scriptFlush("any");
    clock.set(START.plusSeconds(60));
    assertThat(aggregation.closeDue()).isEqualTo(1);
    assertThat(statistics(archive("1m", WINDOW, "1001"), "1")[3]).isEqualTo(10);
  }

  @Test
  void aLiveKeyOfAnotherTypeIsCountedAndLeftAlone() {
    neighbour.set("comsrv:7:m", "text");
    var aggregation = aggregation();
    sampleEachSecond(aggregation, 2, Map.of("1", "1"));
    assertThat(metrics.value("live_keys_of_wrong_type")).isEqualTo(1);
    assertThat(aggregation.sourceCount()).isEqualTo(1);

    neighbour.del("comsrv:1001:m");
    neighbour.set("comsrv:1001:m", "text");
    aggregation.sample();
    assertThat(metrics.value("live_keys_of_wrong_type")).isEqualTo(2);
  }

  @Test
  void keysOfOursThatSomebodySpoiltHoldUpNoOtherSource() {
    neighbour.hset("comsrv:5:m", Map.of("1", "5"));
    neighbour.hset("comsrv:6:m", Map.of("1", "6"));
    neighbour.set("hissrv:src:{comsrv:5:m}", "spoilt");
    neighbour.set(archive("1m", WINDOW, "6"), "spoilt");
    neighbour.hset("comsrv:7:m", Map.of("1", "7"));
    neighbour.hset(
        archive("1m", WINDOW, "7"), Map.of("stats", "avg min max count sum", "1", "bar"));
    var aggregation = aggregation();
    sampleEachSecond(aggregation, 60, Map.of("1", "1"));
    clock.set(START.plusSeconds(300));
    aggregation.closeDue();
    assertThat(statistics(archive("5m", WINDOW, "1001"), "1")[3]).isEqualTo(60);
    assertThat(statistics(archive("5m", WINDOW, "6"), "1")[3]).isEqualTo(60);
    assertThat(statistics(archive("5m", WINDOW, "7"), "1")[3]).isEqualTo(60);
    assertThat(metrics.value("live_keys_of_wrong_type")).isEqualTo(60);
  }

  @Test
  void aWindowThatCannotBeClosedIsTroubleUntilItCan() {
    neighbour.hset("comsrv:5:m", Map.of("1", "5"));
    var aggregation = aggregation();
    sampleEachSecond(aggregation, 30, Map.of("1", "1"));
    String accumulator = "hissrv:acc:{comsrv:5:m}:1m:" + WINDOW;
    boolean _ = neighbour.copy(accumulator, "saved", false);
    neighbour.hset(accumulator, "fields", "spoilt");
    sampleEachSecond(aggregation, 30, Map.of("1", "1"));
    assertThat(metrics.value("samples")).as("of the other source").isGreaterThanOrEqualTo(60);
    assertThat(aggregation.closeDue()).isEqualTo(1);
    assertThat(aggregation.check().ok()).isFalse();
    assertThat(aggregation.check().message()).contains("1m " + WINDOW + " of comsrv:5:m");
    assertThat(aggregation.closeDue()).as("not tried at once again").isZero();

    neighbour.rename("saved", accumulator);
    clock.advance(Duration.ofSeconds(10));
    assertThat(aggregation.closeDue()).isEqualTo(1);
    assertThat(aggregation.check().ok()).isTrue();
    assertThat(statistics(archive("1m", WINDOW, "5"), "1")[3]).as("nothing is lost").isEqualTo(60);
  }

  @Test
  void aFieldNameWithNulIsTakenForNoOther() {
    var aggregation = aggregation();
    sampleEachSecond(aggregation, 3, Map.of("1", "10", "2", "20"));
    neighbour.del("comsrv:1001:m");
    sampleEachSecond(aggregation, 3, Map.of("1\0002", "30"));
    neighbour.del("comsrv:1001:m");
    sampleEachSecond(aggregation, 3, Map.of("1", "10", "2", "20"));
    clock.set(START.plusSeconds(60));
    aggregation.closeDue();
    String archive = archive("1m", WINDOW, "1001");
    assertThat(statistics(archive, "1")).containsExactly(10, 10, 10, 6, 60);
    assertThat(statistics(archive, "2")).containsExactly(20, 20, 20, 6, 120);
    assertThat(statistics(archive, "1\0002")).containsExactly(30, 30, 30, 3, 90);
  }

  @Test
  void numbersAreReadAsCReadsThemAndAllElseIsJunk() {
    var good = List.of("5", "+5", " 5 ", "5e0", "0.05E2", "0x5", "5.");
    var junk = List.of("", " ", "5abc", "5,0", "inf", "-inf", "nan", "1e999", "true");
    var live = new HashMap<String, String>();
    good.forEach(text -> live.put("good" + live.size(), text));
    junk.forEach(text -> live.put("junk" + live.size(), text));
    var aggregation = aggregation();
    sampleEachSecond(aggregation, 12, live);
    clock.set(START.plusSeconds(60));
    aggregation.closeDue();
    Map<String, String> archive = neighbour.hgetAll(archive("1m", WINDOW, "1001"));
    assertThat(archive.keySet()).noneMatch(field -> field.startsWith("junk"));
    assertThat(archive).containsEntry("good0", "5 5 5 12 60");
    assertThat(archive.values().stream().filter("5 5 5 12 60"::equals)).hasSize(good.size());
    assertThat(metrics.value("points_with_junk")).isEqualTo(junk.size());
    assertThat(metrics.value("junk_values")).isEqualTo(12L * junk.size());
  }

  @Test
  void aFoldedWindowWhoseMinutesExpiredIsCountedAsLost() {
    var aggregation = aggregation();
    sampleEachSecond(aggregation, 60, Map.of("1", "1"));
    aggregation.closeDue();
    neighbour.del(archive("1m", WINDOW, "1001"));
    clock.set(START.plusSeconds(300));
    assertThat(aggregation.closeDue()).isZero();
    assertThat(metrics.value("windows_lost")).isEqualTo(1);
  }

  @Test
  void aClockThatWasAheadOnceMakesNoSampleLate() {
    neighbour.hset("comsrv:1001:m", Map.of("1", "1"));
    neighbour.hset("hissrv:src:{comsrv:1001:m}", "closed:1m", "9999999960");
    var live =
        new Aggregation(
            redis,
            redis.clock(),
            Mode.LIVE,
            LEVELS,
            ZoneOffset.UTC,
            new Mapping(List.of(rule("comsrv:(\\d+):m", "telemetry"))),
            metrics,
            new Offenders(metrics, clock));
    live.sample();
    assertThat(metrics.value("samples")).isEqualTo(1);
    assertThat(metrics.value("late_samples")).isZero();
  }

  @Test
  void aRedisWithoutMemoryIsTroubleAndTheWindowGoesOnAfterwards() {
    var aggregation = aggregation();
    sampleEachSecond(aggregation, 10, Map.of("1", "1"));
    neighbour.configSet("maxmemory", "1mb");
    aggregation.tick(Duration.ZERO);
    assertThat(aggregation.check().ok()).isFalse();
    assertThat(aggregation.check().message()).contains("OOM");
    neighbour.configSet("maxmemory", "0");
    aggregation.tick(Duration.ZERO);
    assertThat(aggregation.check().ok()).isTrue();
    clock.set(START.plusSeconds(60));
    assertThat(aggregation.closeDue()).isEqualTo(1);
    assertThat(statistics(archive("1m", WINDOW, "1001"), "1")[3]).isEqualTo(11);
  }

  @Test
  void aStaleLeaseIsRefusedAndALiveTimeMustBeRedisTime() {
    var script = Script.fromResource("/lua/aggregate.lua");
    neighbour.hset("comsrv:1001:m", Map.of("1", "1"));
    List<String> keys =
        List.of(
            "archive:pending",
            "comsrv:1001:m",
            "hissrv:src:{comsrv:1001:m}",
            "hissrv:acc:{comsrv:1001:m}:1m:" + WINDOW,
            "hissrv:raw:{comsrv:1001:m}:1m:" + WINDOW,
            archive("1m", WINDOW, "1001"));
    String now = Long.toString(START.toEpochMilli());
    String later = Long.toString(START.toEpochMilli() + 500);
    assertThat(redis.eval(script, keys, List.of("sample", now, "8", "replay", "1000", "5")))
        .as("no sample before")
        .isEqualTo(List.of(List.of(1L, "0")));
    assertThat(redis.eval(script, keys, List.of("sample", later, "7", "replay", "1000", "5")))
        .isEqualTo(List.of(List.of("fenced")));
    assertThat(redis.eval(script, keys, List.of("sample", later, "0", "replay", "1000", "5")))
        .isEqualTo(List.of(1L));
    assertThatThrownBy(
            () -> redis.eval(script, keys, List.of("sample", now, "0", "live", "1000", "5")))
        .hasMessageContaining("off the time of Redis");
    String present = Long.toString(redis.clock().millis());
    assertThat(redis.eval(script, keys, List.of("sample", present, "0", "live", "1000", "5")))
        .as("samples are missing since")
        .isEqualTo(List.of(List.of(1L, later)));
  }

  @Test
  void everyStatisticOfAnIrregularLogEqualsAnIndependentCalculation() {
    long seed = 20260301;
    var random = new Random(seed);
    var aggregation = aggregation();
    var oracle = new HashMap<String, Map<String, ExpectedStatistics>>();
    var sampled = new HashMap<String, Long>();
    for (int second = 0; second < 600; second++) {
      clock.set(START.plusSeconds(second).plusMillis(random.nextInt(900)));
      if (random.nextInt(10) == 0) {
        continue;
      }
      for (String source : List.of("comsrv:1001:m", "modsrv:x:measurement")) {
        if (random.nextInt(40) == 0) {
          neighbour.del(source);
        }
        for (int p = 1; p <= 5; p++) {
          if (random.nextInt(3) > 0) {
            neighbour.hset(source, Integer.toString(p), value(random));
          }
        }
        if (random.nextInt(20) == 0) {
          neighbour.hdel(source, Integer.toString(1 + random.nextInt(5)));
        }
      }
      aggregation.discoverSoon();
      aggregation.sample();
      for (String source : List.of("comsrv:1001:m", "modsrv:x:measurement")) {
        String id = source.equals("comsrv:1001:m") ? "1001" : source;
        Map<String, String> live = neighbour.hgetAll(source);
        long millis = clock.instant().toEpochMilli();
        // Two samples within half an interval are those of two samplers: one counts.
        if (live.isEmpty() || millis - sampled.getOrDefault(source, 0L) < 500) {
          continue;
        }
        sampled.put(source, millis);
        live.forEach((p, text) -> {
          long now = clock.instant().getEpochSecond();
          double v = parse(text);
          if (Double.isFinite(v)) {
            add(oracle, archive("1m", now / 60 * 60, id), p, v);
            add(oracle, archive("5m", now / 300 * 300, id), p, v);
          }
        });
      }
      if (random.nextInt(30) == 0) {
        aggregation.closeDue();
      }
    }
    clock.set(START.plusSeconds(900));
    aggregation.closeDue();
    assertThat(metrics.value("samples_ignored")).isPositive();

    assertThat(neighbour.keys("archive:*m:*")).containsExactlyInAnyOrderElementsOf(oracle.keySet());
    oracle.forEach((key, points) -> {
      assertThat(neighbour.hgetAll(key).keySet())
          .as("seed %d, %s", seed, key)
          .containsAll(points.keySet());
      verify(key, points);
    });
  }

  private static void verify(String key, Map<String, ExpectedStatistics> points) {
    points.forEach((p, expected) -> {
      double[] found = statistics(key, p);
      String name = key + " " + p;
      expected.verifyAvg(found[0], name);
      expected.verifyMin(found[1], name);
      expected.verifyMax(found[2], name);
      expected.verifyCount(found[3], name);
      expected.verifySum(found[4], name);
    });
  }

  private static void add(
      Map<String, Map<String, ExpectedStatistics>> oracle, String key, String point, double value) {
    oracle
        .computeIfAbsent(key, k -> new HashMap<>())
        .computeIfAbsent(point, k -> new ExpectedStatistics())
        .add(value);
  }

  private static double parse(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  private static String value(Random random) {
    return switch (random.nextInt(12)) {
      case 0 -> "NaN";
      case 1 -> "junk";
      case 2 -> "1e16";
      case 3 -> "-0";
      case 4 -> Double.toString(random.nextGaussian() * 1e-7);
      case 5 -> "";
      default -> number(random);
    };
  }

  private static String number(Random random) {
    return String.format(Locale.ROOT, "%.6f", random.nextGaussian() * 230);
  }
}
