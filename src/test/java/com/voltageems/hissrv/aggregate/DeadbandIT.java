package com.voltageems.hissrv.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.config.FilterConfig;
import com.voltageems.hissrv.config.FilterConfig.Band;
import com.voltageems.hissrv.config.FilterConfig.Condition;
import com.voltageems.hissrv.config.MappingConfig;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Statistic;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.observe.Offenders;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.testkit.ManualClock;
import com.voltageems.hissrv.transform.Mapping;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.RedisClient;

/** A value within the deadband counts as the last one kept. */
class DeadbandIT {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final String LIVE = "comsrv:1:m";
  private static final Map<String, Band> BANDS =
      Map.of("1", new Band(0.5, 0), "2", new Band(0, 0.01), "*", new Band(2, 0));

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

  private static FilterConfig deadband(String name, Map<String, Band> bands, Condition... kept) {
    var source = Pattern.compile("comsrv:.*:m");
    return new FilterConfig(name, source, List.of(kept), true, true, bands);
  }

  private Aggregation aggregation(FilterConfig... filters) {
    var rule =
        new MappingConfig(
            Pattern.compile("comsrv:(\\d+):m"),
            "telemetry",
            List.of(),
            Map.of(),
            true,
            Statistic.USUAL);
    return new Aggregation(
        new RedisConnection(server.url()),
        clock,
        Mode.REPLAY,
        List.of(Level.parse("1m").orElseThrow()),
        ZoneOffset.UTC,
        new Mapping(List.of(rule)),
        new SampleRules(Duration.ofSeconds(3), List.of(filters)),
        metrics,
        new Offenders(metrics, clock));
  }

  private void second(Aggregation aggregation, String... fieldsAndValues) {
    for (int i = 0; i < fieldsAndValues.length; i += 2) {
      neighbour.hset(LIVE, fieldsAndValues[i], fieldsAndValues[i + 1]);
    }
    aggregation.sample();
    clock.advance(Duration.ofSeconds(1));
  }

  private static Map<String, String> archive(long minute) {
    return neighbour.hgetAll("archive:1m:" + (START.getEpochSecond() + 60 * minute) + ":1");
  }

  private double held(String filter) {
    return metrics.value("held_values{filter=\"" + filter + "\"}");
  }

  @Test
  void noiseIsHeldAndCountedWhatReachesTheBandIsKept() {
    var aggregation = aggregation(deadband("noise", BANDS));
    for (String value : List.of("10", "10.4", "9.6", "10.5", "10.1", "10.5")) {
      second(aggregation, "1", value, "2", "0", "timestamp", "5");
    }
    clock.set(START.plusSeconds(60));
    int _ = aggregation.closeDue();
    assertThat(archive(0))
        .containsEntry("1", "10.25 10 10.5 6 61.5")
        .containsEntry("2", "0 0 0 6 0");
    assertThat(held("noise")).isEqualTo(3);
  }

  @Test
  void whatIsDroppedMarkedOrIgnoredIsNoValueToHold() {
    var marking = deadband("both", BANDS, new Condition(null, "lt", List.of("100")));
    var aggregation = aggregation(marking);
    second(aggregation, "1", "10");
    second(aggregation, "1", "500");
    second(aggregation, "1", "junk");
    clock.advance(Duration.ofMillis(-900));
    second(aggregation, "1", "20");
    clock.advance(Duration.ofMillis(900));
    second(aggregation, "1", "10.2");
    clock.set(START.plusSeconds(60));
    int _ = aggregation.closeDue();
    assertThat(archive(0)).containsEntry("1", "10 10 10 2 20");
    assertThat(held("both")).isEqualTo(1);
    assertThat(metrics.value("samples_ignored")).isEqualTo(1);
  }

  @Test
  void theFirstFilterThatNamesAPointDecidesAndEachIsCounted() {
    var aggregation =
        aggregation(
            deadband("narrow", Map.of("1", new Band(0.1, 0))),
            deadband("wide", Map.of("1", new Band(50, 0), "2", new Band(50, 0))));
    second(aggregation, "1", "10", "2", "10");
    second(aggregation, "1", "11", "2", "11");
    second(aggregation, "1", "11.05", "2", "12");
    clock.set(START.plusSeconds(60));
    int _ = aggregation.closeDue();
    assertThat(archive(0)).containsEntry("1", "10.666666666666666 10 11 3 32");
    assertThat(archive(0)).containsEntry("2", "10 10 10 3 30");
    assertThat(held("narrow")).isEqualTo(1);
    assertThat(held("wide")).isEqualTo(2);
  }

  /** Noise, jumps, junk, gaps, points that come and go, and a new process now and then. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void everyStatisticIsThatOfTheValuesKeptOverWindowsAndRestarts(long seed) {
    var random = new Random(seed);
    var filter = deadband("noise", BANDS);
    var aggregation = aggregation(filter);
    var kept = new HashMap<String, Double>();
    var sums = new HashMap<String, double[]>();
    long expectedHeld = 0;
    for (int second = 0; second < 240; second++) {
      if (random.nextInt(40) == 0) {
        aggregation = aggregation(filter);
      }
      clock.set(START.plusSeconds(second));
      if (second % 60 == 0) {
        int _ = aggregation.closeDue();
      }
      if (random.nextInt(15) == 0) {
        continue;
      }
      neighbour.del(LIVE);
      var sample = new HashMap<String, String>();
      for (String point : List.of("1", "2", "3")) {
        double value = 100 + random.nextGaussian() * (random.nextInt(10) == 0 ? 20 : 1);
        boolean junk = random.nextInt(20) == 0;
        if (random.nextInt(10) > 0) {
          sample.put(point, junk ? "x" : Double.toString(value));
        }
        if (sample.containsKey(point) && !junk) {
          Double last = kept.get(point);
          double band =
              point.equals("1")
                  ? 0.5
                  : point.equals("3") || last == null ? 2 : 0.01 * Math.abs(last);
          if (last != null && Math.abs(value - last) < band) {
            expectedHeld += value == last ? 0 : 1;
            value = last;
          }
          kept.put(point, value);
          double[] s =
              sums.computeIfAbsent(
                  second / 60 + "/" + point,
                  _ -> new double[] {0, Double.MAX_VALUE, -Double.MAX_VALUE, 0});
          s[0]++;
          s[1] = Math.min(s[1], value);
          s[2] = Math.max(s[2], value);
          s[3] += value;
        }
      }
      if (!sample.isEmpty()) {
        neighbour.hset(LIVE, sample);
        aggregation.sample();
      }
    }
    clock.set(START.plusSeconds(240));
    int _ = aggregation.closeDue();
    assertThat(held("noise")).as("seed %d", seed).isEqualTo((double) expectedHeld).isPositive();
    sums.forEach((key, s) -> {
      int slash = key.indexOf('/');
      String line =
          archive(Long.parseLong(key.substring(0, slash)))
              .getOrDefault(key.substring(slash + 1), "0 0 0 0 0");
      String[] words = line.split(" ", -1);
      assertThat(Double.parseDouble(words[1])).as("min, seed %d", seed).isEqualTo(s[1]);
      assertThat(Double.parseDouble(words[2])).as("max, seed %d", seed).isEqualTo(s[2]);
      assertThat(Double.parseDouble(words[3])).as("count, seed %d", seed).isEqualTo(s[0]);
      assertThat(Double.parseDouble(words[4])).as("sum, seed %d", seed).isEqualTo(s[3]);
    });
  }
}
