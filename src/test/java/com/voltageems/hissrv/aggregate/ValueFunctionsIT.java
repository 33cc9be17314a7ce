package com.voltageems.hissrv.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.config.MappingConfig;
import com.voltageems.hissrv.config.NamedAggregation;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.lease.Held;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Statistic;
import com.voltageems.hissrv.model.ValueFunction;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.observe.Offenders;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.redis.Script;
import com.voltageems.hissrv.testkit.ExpectedFunctions;
import com.voltageems.hissrv.testkit.ManualClock;
import com.voltageems.hissrv.transform.Mapping;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/**
 * Functions that need every value: which rows are kept for them, for how long, and what is added.
 */
class ValueFunctionsIT {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final long WINDOW = START.getEpochSecond();
  private static final String MINUTE = "archive:1m:" + WINDOW + ":1";
  private static final String FIVE = "archive:5m:" + WINDOW + ":1";
  private static final String RAW = "hissrv:raw:{comsrv:1:m}:1m:" + WINDOW;
  private static final Duration ALL = Duration.ofMinutes(1);
  private static final Level ONE_MINUTE = Level.parse("1m").orElseThrow();
  private static final List<Level> LEVELS = List.of(ONE_MINUTE, Level.parse("5m").orElseThrow());

  @TempDir static Path folder;
  private static PrivateRedis server;
  private static RedisClient neighbour;

  private final ManualClock clock = new ManualClock(START);
  private final Metrics metrics = new Metrics();

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

  private Aggregation aggregation(List<ValueFunction> functions) {
    var asking = rule("comsrv:(\\d+):m", functions);
    return aggregation(new Mapping(List.of(asking, rule("modsrv:([^:]+):measurement", List.of()))));
  }

  private Aggregation aggregation(Mapping mapping) {
    return new Aggregation(
        new RedisConnection(server.url()),
        clock,
        Mode.REPLAY,
        LEVELS,
        ZoneOffset.UTC,
        mapping,
        metrics,
        new Offenders(metrics, clock));
  }

  private Aggregation aggregation() {
    return aggregation(ExpectedFunctions.asked(LEVELS));
  }

  private static MappingConfig rule(String pattern, List<ValueFunction> functions) {
    return new MappingConfig(
        Pattern.compile(pattern),
        "telemetry",
        List.of(),
        Map.of(),
        true,
        Statistic.USUAL,
        functions);
  }

  private static ValueFunction function(String name, ToDoubleFunction<double[]> body) {
    return new ValueFunction(name, List.of(), Set.copyOf(LEVELS), body);
  }

  /** Whole seconds from now on; the value is the second. */
  private void sampleSeconds(Aggregation aggregation, int seconds) {
    for (int i = 0; i < seconds; i++) {
      neighbour.hset("comsrv:1:m", "a", Long.toString(clock.instant().getEpochSecond() - WINDOW));
      aggregation.sample();
      clock.advance(Duration.ofSeconds(1));
    }
  }

  @Test
  void whatFunctionsGaveStandsReadablyInTheArchiveWhichIsQueuedAgain() {
    var aggregation = aggregation();
    sampleSeconds(aggregation, 60);
    assertThat(aggregation.closeDue()).isEqualTo(1);
    assertThat(neighbour.hget(MINUTE, "a")).isEqualTo("29.5 0 59 60 1770");
    assertThat(aggregation.addFunctions(ALL)).isEqualTo(1);
    assertThat(neighbour.hgetAll(MINUTE))
        .containsEntry("revision", "2")
        .containsEntry("functions", "percentile(95) percentile(12.5) median mode")
        .containsEntry(
            "a",
            "29.5 0 59 60 1770 percentile(95)=56.05 percentile(12.5)=7.375 median=29.5 mode=0");
    assertThat(neighbour.lrange("archive:pending", 0, -1)).containsExactly(MINUTE, MINUTE);
    assertThat(aggregation.addFunctions(ALL)).as("once").isZero();
  }

  @Test
  void aCoarserWindowIsFoldedFromArchivesThatHoldResultsOfFunctions() {
    var aggregation = aggregation();
    for (int minute = 0; minute < 5; minute++) {
      sampleSeconds(aggregation, 60);
      aggregation.closeDue();
      aggregation.addFunctions(ALL);
    }
    assertThat(neighbour.hget(FIVE, "a"))
        .isEqualTo(
            "149.5 0 299 300 44850 percentile(95)=284.05 percentile(12.5)=37.375 median=149.5"
                + " mode=0");
    assertThat(neighbour.hget(FIVE, "revision")).isEqualTo("2");
    assertThat(neighbour.keys("hissrv:raw:*")).isEmpty();
    assertThat(neighbour.keys("hissrv:acc:*")).isEmpty();
    assertThat(neighbour.hkeys("hissrv:src:{comsrv:1:m}")).noneMatch(f -> f.startsWith("values:"));
  }

  @Test
  void rowsOutliveTheCloseForTwoHoursAndARestartFindsThem() {
    var aggregation = aggregation();
    sampleSeconds(aggregation, 60);
    aggregation.closeDue();
    assertThat(neighbour.ttl(RAW)).isBetween(7190L, 7200L);
    assertThat(neighbour.ttl("hissrv:acc:{comsrv:1:m}:1m:" + WINDOW)).isBetween(7190L, 7200L);
    assertThat(aggregation().addFunctions(ALL)).isEqualTo(1);
    assertThat(neighbour.hget(MINUTE, "a")).contains("median=29.5");
    assertThat(neighbour.ttl(RAW)).as("for the five minutes").isBetween(7190L, 7200L);
  }

  @Test
  void aLateSampleIsSeenByFunctionsToo() {
    var aggregation = aggregation();
    sampleSeconds(aggregation, 60);
    aggregation.closeDue();
    aggregation.addFunctions(ALL);
    clock.set(START.plusMillis(30_500));
    neighbour.del("comsrv:1:m");
    neighbour.hset("comsrv:1:m", Map.of("a", "1000", "b", "7"));
    aggregation.sample();
    clock.set(START.plusSeconds(300));
    aggregation.closeDue();
    aggregation.addFunctions(ALL);
    for (String archive : List.of(MINUTE, FIVE)) {
      assertThat(neighbour.hget(archive, "a"))
          .contains(" 0 1000 61 2770 ")
          .contains(" percentile(95)=57 ")
          .contains(" median=30 ");
      assertThat(neighbour.hget(archive, "b")).isEqualTo("7 7 7 1 7 " + allOf("7"));
    }
  }

  private static String allOf(String value) {
    return "percentile(95)=%1$s percentile(12.5)=%1$s median=%1$s mode=%1$s".formatted(value);
  }

  @Test
  void sourcesThatAskForNothingKeepNoRows() {
    neighbour.hset("modsrv:x:measurement", "a", "1");
    var aggregation = aggregation();
    for (int second = 0; second < 60; second++) {
      aggregation.sample();
      clock.advance(Duration.ofSeconds(1));
    }
    aggregation.closeDue();
    assertThat(neighbour.keys("hissrv:raw:*")).isEmpty();
    assertThat(neighbour.hkeys("hissrv:src:{modsrv:x:measurement}"))
        .containsExactlyInAnyOrder(
            "at", "last", "still", "every", "closed:1m", "open:5m:" + WINDOW);
  }

  @Test
  void aWindowOfWhichNotAllRowsAreThereHasNoResult() {
    var plain = aggregation(List.of());
    sampleSeconds(plain, 30);
    var aggregation = aggregation();
    sampleSeconds(aggregation, 90);
    clock.set(START.plusSeconds(300));
    aggregation.closeDue();
    aggregation.addFunctions(ALL);
    assertThat(neighbour.hget(MINUTE, "a")).isEqualTo("29.5 0 59 60 1770");
    assertThat(neighbour.hget("archive:1m:" + (WINDOW + 60) + ":1", "a")).contains("median=89.5");
    assertThat(neighbour.hget(FIVE, "a")).isEqualTo("59.5 0 119 120 7140");
    assertThat(neighbour.hget(FIVE, "revision")).isEqualTo("1");
    assertThat(neighbour.hkeys("hissrv:src:{comsrv:1:m}")).noneMatch(f -> f.startsWith("values:"));
  }

  @Test
  void resultsThatBelongToAnOlderRevisionAreRefused() {
    var aggregation = aggregation();
    sampleSeconds(aggregation, 60);
    aggregation.closeDue();
    aggregation.addFunctions(ALL);
    Map<String, String> archive = neighbour.hgetAll(MINUTE);
    var redis = new RedisConnection(server.url());
    var script =
        new AggregationScript(
            redis,
            Mode.REPLAY,
            new Tiling(LEVELS, ZoneOffset.UTC),
            new Mapping(List.of()),
            new QueuedArchives(redis),
            SampleRules.usual());
    var answer =
        script.addFunctions(
            new Beat(clock.millis(), Held.ALL),
            ONE_MINUTE.windowAt(START.toEpochMilli()),
            new SourceKeys("comsrv:1:m", false),
            List.of(),
            true,
            "1",
            "median",
            0,
            List.of("a", "60", "median=0"));
    assertThat(answer.refusal()).isEqualTo("revised");
    assertThat(neighbour.hgetAll(MINUTE)).isEqualTo(archive);
  }

  @Test
  void aFieldHasTheFunctionsOfItsOwnAndThoseOfAggregations() {
    var functions = ExpectedFunctions.asked(LEVELS);
    var rule =
        new MappingConfig(
            Pattern.compile("comsrv:(\\d+):m"),
            "telemetry",
            List.of(),
            Map.of(
                "a",
                new MappingConfig.Field("x", null, null, Statistic.USUAL, functions.subList(3, 4)),
                "b",
                new MappingConfig.Field("y", null)),
            false);
    var five = ExpectedFunctions.asked(LEVELS.subList(1, 2)).get(2);
    var named = new NamedAggregation("n", LEVELS.get(1), "median", five, Set.of("telemetry"));
    var aggregation = aggregation(new Mapping(List.of(rule), List.of(named)));
    neighbour.hset("comsrv:1:m", Map.of("b", "2", "c", "3"));
    sampleSeconds(aggregation, 60);
    clock.set(START.plusSeconds(300));
    aggregation.closeDue();
    aggregation.addFunctions(ALL);
    assertThat(neighbour.hmget(MINUTE, "a", "b", "c"))
        .containsExactly("29.5 0 59 60 1770 mode=0", "2 2 2 60 120", "3 3 3 60 180");
    assertThat(neighbour.hmget(FIVE, "a", "b", "c"))
        .containsExactly(
            "29.5 0 59 60 1770 mode=0 median=29.5", "2 2 2 60 120 median=2", "3 3 3 60 180");
  }

  @Test
  void aWindowThatTheScriptClosedAloneGetsItsFunctionsLater() {
    sampleSeconds(aggregation(), 60);
    var redis = new RedisConnection(server.url());
    redis.eval(
        Script.fromResource("/lua/aggregate.lua"),
        List.of(),
        List.of("aggregate_1m", Long.toString(WINDOW + 60)));
    assertThat(neighbour.hget(MINUTE, "a")).isEqualTo("29.5 0 59 60 1770");
    assertThat(aggregation().addFunctions(ALL)).isEqualTo(1);
    assertThat(neighbour.hget(MINUTE, "a")).contains("median=29.5");
  }

  @Test
  void aFunctionThatFailsOrHasNoResultCostsItsOwnFieldOnly() {
    var aggregation =
        aggregation(
            List.of(
                function(
                    "fails",
                    values -> {
                      throw new IllegalStateException("on purpose");
                    }),
                function("none", values -> Double.NaN),
                function("spread", values -> Arrays.stream(values).max().orElseThrow())));
    sampleSeconds(aggregation, 60);
    aggregation.closeDue();
    assertThat(aggregation.addFunctions(ALL)).isEqualTo(1);
    assertThat(neighbour.hget(MINUTE, "a")).isEqualTo("29.5 0 59 60 1770 spread=59");
    assertThat(metrics.value("functions_failed")).isEqualTo(1);
  }

  @Test
  void valuesComeInTheOrderOfTimeAlsoTheLateOnes() {
    var seen = new ArrayList<Double>();
    var aggregation =
        aggregation(
            List.of(
                function(
                    "order",
                    values -> {
                      seen.clear();
                      Arrays.stream(values).forEach(seen::add);
                      Arrays.fill(values, -1);
                      return 1;
                    }),
                function("first", values -> values[0])));
    sampleSeconds(aggregation, 60);
    aggregation.closeDue();
    clock.set(START.plusMillis(1_500));
    neighbour.hset("comsrv:1:m", "a", "77");
    aggregation.sample();
    clock.set(START.plusSeconds(61));
    aggregation.closeDue();
    aggregation.addFunctions(ALL);
    assertThat(seen).hasSize(61).startsWith(0.0, 1.0, 77.0, 2.0, 3.0).endsWith(58.0, 59.0);
    assertThat(neighbour.hget(MINUTE, "a")).endsWith(" order=1 first=0");
  }

  @Test
  void archivesThatExpiredBeforeAreLeftAlone() {
    var aggregation = aggregation();
    sampleSeconds(aggregation, 60);
    aggregation.closeDue();
    neighbour.del(MINUTE);
    assertThat(aggregation.addFunctions(ALL)).isZero();
    assertThat(neighbour.exists(MINUTE)).isFalse();
    assertThat(neighbour.hkeys("hissrv:src:{comsrv:1:m}")).noneMatch(f -> f.startsWith("values:"));
  }

  @Test
  void aThousandPointsWhoseFieldsChangeInMidWindowAreAllExact() {
    long seed = 5;
    var random = new Random(seed);
    var aggregation = aggregation();
    Map<String, List<Double>> expected = new HashMap<>();
    for (int second = 0; second < 60; second++) {
      var live = new HashMap<String, String>();
      int first = second / 20 * 50;
      for (int p = first; p < first + 1_200; p++) {
        double value = random.nextInt(20) / 10.0;
        live.put("point" + p, random.nextInt(50) == 0 ? "junk" : Double.toString(value));
        if (!"junk".equals(live.get("point" + p))) {
          expected.computeIfAbsent("point" + p, k -> new ArrayList<>()).add(value);
        }
      }
      neighbour.del("comsrv:1:m");
      neighbour.hset("comsrv:1:m", live);
      aggregation.sample();
      clock.advance(Duration.ofSeconds(1));
    }
    clock.set(START.plusSeconds(300));
    aggregation.closeDue();
    aggregation.addFunctions(ALL);
    assertThat(expected).hasSize(1_300);
    for (String archive : List.of(MINUTE, FIVE)) {
      Map<String, String> hash = neighbour.hgetAll(archive);
      expected.forEach((point, values) -> {
        var found = new HashMap<String, Double>();
        Stream.of(hash.getOrDefault(point, "").split(" ", -1))
            .skip(5)
            .map(word -> word.split("=", -1))
            .forEach(word -> found.put(word[0], Double.valueOf(word[1])));
        assertThat(found)
            .as("seed %d %s %s", seed, archive, point)
            .isEqualTo(ExpectedFunctions.of(values));
      });
    }
  }

  @Test
  void rowsTakeEightBytesPerValueAndAsManyForTheTime() {
    var live = new HashMap<String, String>();
    for (int p = 0; p < 50; p++) {
      live.put(Integer.toString(p), "230." + p);
    }
    neighbour.hset("comsrv:1:m", live);
    var aggregation = aggregation();
    for (int second = 0; second < 60; second++) {
      aggregation.sample();
      clock.advance(Duration.ofSeconds(1));
    }
    aggregation.closeDue();
    assertThat(neighbour.strlen(RAW)).isEqualTo(60 * 51 * 8);
    long layout = neighbour.memoryUsage("hissrv:acc:{comsrv:1:m}:1m:" + WINDOW);
    assertThat(neighbour.memoryUsage(RAW) + layout).isLessThan(60 * 51 * 8 + 1_500);
  }
}
