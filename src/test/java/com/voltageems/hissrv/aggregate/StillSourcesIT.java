package com.voltageems.hissrv.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.RedisClient;

/** A live hash that stands still is not read again, and its windows are the same as if it were. */
class StillSourcesIT {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final int MINUTES = 6;

  @TempDir static Path folder;
  private static PrivateRedis server;
  private static RedisClient neighbour;

  private final ManualClock clock = new ManualClock(START);

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

  private Aggregation aggregation(Set<Statistic> statistics) {
    var metrics = new Metrics();
    var rule =
        new MappingConfig(
            Pattern.compile("comsrv:(\\d+):m"), "telemetry", List.of(), Map.of(), true, statistics);
    return new Aggregation(
        new RedisConnection(server.url()),
        clock,
        Mode.REPLAY,
        List.of(Level.parse("1m").orElseThrow(), Level.parse("5m").orElseThrow()),
        ZoneOffset.UTC,
        new Mapping(List.of(rule)),
        metrics,
        new Offenders(metrics, clock));
  }

  /** Values are quarters, whose sums are exact in whatever order they are added. */
  private static Map<String, String> values(Random random) {
    var values = new HashMap<String, String>();
    for (String point : List.of("1", "2", "3", "guest")) {
      values.put(point, Double.toString(random.nextInt(4_000) / 4.0));
    }
    values.put("junk", random.nextBoolean() ? "junk" : "1");
    if (random.nextInt(3) == 0) {
      values.remove("guest");
    }
    return values;
  }

  /** Channel 2 is channel 1 and a field that changes every second: it never stands still. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void itsWindowsAreThoseOfASourceThatIsReadEverySecond(long seed) {
    var random = new Random(seed);
    boolean extended = seed % 2 == 0;
    Set<Statistic> statistics = extended ? EnumSet.allOf(Statistic.class) : Statistic.USUAL;
    var aggregation = aggregation(statistics);
    var values = values(random);
    for (int second = 0; second < MINUTES * 60; second++) {
      int minute = second / 60;
      boolean changes = random.nextInt(List.of(40, 20, 1, 10, 3, 60).get(minute)) == 0;
      if (changes) {
        values = values(random);
      }
      neighbour.del("comsrv:1:m", "comsrv:2:m");
      neighbour.hset("comsrv:1:m", values);
      neighbour.hset("comsrv:2:m", values);
      neighbour.hset("comsrv:2:m", "0", Integer.toString(second));
      aggregation.sample();
      if (random.nextInt(30) == 0) {
        aggregation = aggregation(statistics);
      }
      clock.advance(Duration.ofMillis(1_000 + (random.nextInt(20) == 0 ? 5_000 : 0)));
      int _ = aggregation.closeDue();
    }
    var archives = neighbour.keys("archive:*:1");
    assertThat(archives).hasSizeGreaterThan(MINUTES);
    for (String key : archives) {
      Map<String, String> still = neighbour.hgetAll(key);
      Map<String, String> moving = neighbour.hgetAll(key.substring(0, key.length() - 1) + "2");
      still.remove("source");
      moving.remove("source");
      moving.remove("0");
      assertThat(still).as("%s, seed %d", key, seed).isEqualTo(moving);
    }
  }

  @Test
  void onceItStoodStillForAMinuteItsValuesAreReadWhenTheyChangeOnly() {
    var aggregation = aggregation(Statistic.USUAL);
    long before = 0;
    for (int second = 0; second < 180; second++) {
      neighbour.hset("comsrv:1:m", Map.of("1", second < 150 ? "10" : "20", "2", "5"));
      aggregation.sample();
      clock.advance(Duration.ofSeconds(1));
      int _ = aggregation.closeDue();
      if (second == 59) {
        before = timesRead();
      }
    }
    // The first sample of each of two minutes, and the one change.
    assertThat(timesRead() - before).isEqualTo(3);
    assertThat(neighbour.hget("archive:1m:" + START.plusSeconds(120).getEpochSecond() + ":1", "1"))
        .isEqualTo("15 10 20 60 900");
  }

  private static long timesRead() {
    var calls =
        Pattern.compile("cmdstat_hvals:calls=(\\d+)").matcher(neighbour.info("commandstats"));
    assertThat(calls.find()).isTrue();
    return Long.parseLong(calls.group(1));
  }
}
