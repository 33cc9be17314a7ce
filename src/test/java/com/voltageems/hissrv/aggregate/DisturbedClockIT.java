package com.voltageems.hissrv.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.config.MappingConfig;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Statistic;
import com.voltageems.hissrv.model.ValueFunction;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.observe.Offenders;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.testkit.ExpectedFunctions;
import com.voltageems.hissrv.testkit.ExpectedStatistics;
import com.voltageems.hissrv.testkit.ManualClock;
import com.voltageems.hissrv.transform.Mapping;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.RedisClient;

/**
 * Everything at once: jumps of the clock, missed ticks, fields that come and go, junk, samples
 * after the close, closes by two, lost scripts, restarts at any step. The oracle knows the rules
 * only: one sample per half interval, a closed window takes late samples as long as its archive is
 * there.
 */
class DisturbedClockIT {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  private static final List<Level> LEVELS =
      Stream.of("1m", "5m").map(name -> Level.parse(name).orElseThrow()).toList();

  @TempDir static Path folder;
  private static PrivateRedis server;
  private static RedisClient neighbour;

  private final ManualClock clock = new ManualClock(START);
  private final Metrics metrics = new Metrics();
  private List<ValueFunction> functions = List.of();

  /** What one source's windows should hold, by level and start. */
  private static final class Expected {
    private final Map<Long, Map<String, ExpectedStatistics>> minutes = new TreeMap<>();
    private final Map<Long, Map<String, List<Double>>> values = new TreeMap<>();
    private final TreeSet<Long> late = new TreeSet<>();
    private final Map<Long, Long> lastSample = new HashMap<>();
    private final TreeSet<Long> open = new TreeSet<>();
    private long closed = Long.MIN_VALUE;

    void sample(long millis, Map<String, String> live) {
      long start = Math.floorDiv(millis, 60_000L) * 60;
      if (!open.contains(start) && start <= closed) {
        if (minutes.containsKey(start)) {
          late.add(start);
          add(start, live);
        }
        return;
      }
      // The last sample of this window, or of the last second of the one before.
      Long last = lastSample.get(open.contains(start) ? start : -1L);
      if (last != null && millis >= last && millis - last < 500) {
        return;
      }
      open.add(start);
      lastSample.put(start, millis);
      if (millis % 60_000 >= 59_000) {
        lastSample.put(-1L, millis);
      }
      add(start, live);
    }

    private void add(long start, Map<String, String> live) {
      live.forEach((point, text) -> {
        if (!text.equals("junk")) {
          minutes
              .computeIfAbsent(start, s -> new TreeMap<>())
              .computeIfAbsent(point, p -> new ExpectedStatistics())
              .add(Double.parseDouble(text));
          for (long from : List.of(start, -Math.floorDiv(start, 300L) * 300)) {
            values
                .computeIfAbsent(from, s -> new TreeMap<>())
                .computeIfAbsent(point, p -> new ArrayList<>())
                .add(Double.parseDouble(text));
          }
        }
      });
    }

    void close(long millis) {
      for (long start : List.copyOf(open)) {
        if ((start + 60) * 1_000 <= millis) {
          open.remove(start);
          closed = Math.max(closed, start);
        }
      }
    }
  }

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

  private Aggregation aggregation() {
    var rule =
        new MappingConfig(
            Pattern.compile("comsrv:(\\d+):m"),
            "telemetry",
            List.of(),
            Map.of(),
            true,
            Statistic.USUAL,
            functions);
    return new Aggregation(
        new RedisConnection(server.url()),
        clock,
        Mode.REPLAY,
        LEVELS,
        ZoneOffset.UTC,
        new Mapping(List.of(rule)),
        metrics,
        new Offenders(metrics, clock));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void everyMinuteHoldsWhatTheRulesSay(long seed) {
    verify(seed, disturb(seed, 0));
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13})
  void functionsSeeEveryValueWhenTheyComeLast(long seed) {
    functions = ExpectedFunctions.asked(LEVELS);
    Expected expected = disturb(seed, 0);
    verify(seed, expected);
    verifyFunctions(seed, expected, start -> true);
  }

  @ParameterizedTest
  @ValueSource(longs = {21, 22, 23})
  void functionsThatCameBeforeALateSampleSeeItOrAreGone(long seed) {
    functions = ExpectedFunctions.asked(LEVELS);
    Expected expected = disturb(seed, 20);
    verify(seed, expected);
    verifyFunctions(
        seed,
        expected,
        start ->
            expected
                .late
                .subSet(Math.abs(start), Math.abs(start) + (start > 0 ? 60 : 300))
                .isEmpty());
  }

  /**
   * @param often one in so many steps adds functions; 0: none but the last
   */
  private Expected disturb(long seed, int often) {
    neighbour.flushAll();
    var random = new Random(seed);
    int points = 3 + random.nextInt(60);
    var aggregation = aggregation();
    var expected = new Expected();
    for (int step = 0; step < 1_500; step++) {
      write(random, points);
      aggregation.discoverSoon();
      aggregation.sample();
      Map<String, String> live = neighbour.hgetAll("comsrv:1:m");
      if (!live.isEmpty()) {
        expected.sample(clock.millis(), live);
      }
      move(random);
      switch (random.nextInt(60)) {
        case 0, 1, 2 -> close(aggregation, expected);
        case 3 -> {
          close(aggregation, expected);
          close(aggregation(), expected);
        }
        case 4 -> aggregation = aggregation();
        case 5 -> neighbour.scriptFlush("any");
        case 6 -> neighbour.del("comsrv:1:m");
        default -> {}
      }
      if (often > 0 && random.nextInt(often) == 0) {
        aggregation.addFunctions(Duration.ofMinutes(1));
      }
    }
    clock.set(START.plus(Duration.ofDays(2)));
    close(aggregation, expected);
    aggregation.addFunctions(Duration.ofMinutes(1));
    assertThat(metrics.value("samples_merged_late")).as("it was put to the test").isPositive();
    assertThat(metrics.value("samples_ignored")).isPositive();
    return expected;
  }

  /** Windows of five minutes have their start's negative. What is there is exact, whatever came. */
  private static void verifyFunctions(long seed, Expected expected, LongPredicate whole) {
    expected.values.forEach((start, points) -> {
      String key = start > 0 ? "archive:1m:" + start + ":1" : "archive:5m:" + -start + ":1";
      points.forEach((point, values) -> {
        String name = "seed " + seed + " " + key + " " + point;
        var found = new TreeMap<String, Double>();
        for (String word : neighbour.hget(key, point).split(" ", -1)) {
          if (word.contains("=")) {
            found.put(
                word.substring(0, word.indexOf('=')),
                Double.valueOf(word.substring(word.indexOf('=') + 1)));
          }
        }
        if (whole.test(start) || !found.isEmpty()) {
          assertThat(found).as(name).isEqualTo(ExpectedFunctions.of(values));
        }
      });
    });
    assertThat(neighbour.keys("hissrv:raw:*")).isEmpty();
  }

  private void write(Random random, int points) {
    for (int p = 0; p < points; p++) {
      switch (random.nextInt(20)) {
        case 0 -> neighbour.hdel("comsrv:1:m", "p" + p);
        case 1 -> neighbour.hset("comsrv:1:m", "p" + p, "junk");
        case 2, 3, 4, 5, 6 ->
            neighbour.hset("comsrv:1:m", "p" + p, Double.toString(random.nextGaussian() * 100));
        default -> {}
      }
    }
  }

  /** About a second on; now and then some minutes, or a jump by up to ten. */
  private void move(Random random) {
    switch (random.nextInt(100)) {
      case 0 -> clock.advance(Duration.ofSeconds(random.nextInt(180)));
      case 1 -> clock.advance(Duration.ofMillis(random.nextInt(600_000)));
      case 2 -> clock.advance(Duration.ofMillis(-random.nextInt(600_000)));
      case 3 -> clock.advance(Duration.ofMillis(random.nextInt(400)));
      default -> clock.advance(Duration.ofMillis(800 + random.nextInt(400)));
    }
  }

  private void close(Aggregation aggregation, Expected expected) {
    aggregation.closeDue();
    expected.close(clock.millis());
  }

  private static void verify(long seed, Expected expected) {
    var keys = new TreeSet<String>();
    expected.minutes.forEach((start, points) -> {
      String key = "archive:1m:" + start + ":1";
      keys.add(key);
      Map<String, String> archive = neighbour.hgetAll(key);
      points.forEach((point, statistics) -> {
        String name = "seed " + seed + " " + key + " " + point;
        String line = archive.getOrDefault(point, "");
        assertThat(line).as(name).isNotEmpty();
        double[] found =
            Stream.of(line.split(" ", -1)).limit(5).mapToDouble(Double::parseDouble).toArray();
        statistics.verifyCount(found[3], name);
        statistics.verifyMin(found[1], name);
        statistics.verifyMax(found[2], name);
        statistics.verifySum(found[4], name);
        statistics.verifyAvg(found[0], name);
      });
    });
    assertThat(neighbour.keys("archive:1m:*")).as("seed %d", seed).isEqualTo(keys);
  }
}
