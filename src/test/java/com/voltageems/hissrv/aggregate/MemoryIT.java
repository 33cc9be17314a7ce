package com.voltageems.hissrv.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.config.AggregationConfig;
import com.voltageems.hissrv.config.MappingConfig;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.model.Statistic;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.observe.Offenders;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.testkit.ManualClock;
import com.voltageems.hissrv.transform.Mapping;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.RedisClient;

/** The table in docs/operations.md of what a point id takes in Redis. */
class MemoryIT {
  private static final Logger LOG = LoggerFactory.getLogger(MemoryIT.class);
  private static final String SOURCE = "comsrv:1001:m";
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  @TempDir Path folder;

  private final ManualClock clock = new ManualClock(START);
  private final Random random = new Random(42);

  /** Bytes per point id, as documented. */
  @ParameterizedTest
  @CsvSource({
    "usual, 50, 850, 80, 80",
    "usual, 100, 850, 80, 80",
    "usual, 600, 850, 150, 150",
    "extended, 50, 960, 210, 210",
    "extended, 100, 960, 210, 210",
    "counters, 50, 1120, 230, 230",
    "counters, 100, 1120, 230, 230",
  })
  void aPointTakesNoMoreThanIsDocumented(
      String statistics, int points, long open, long minute, long fiveMinutes) {
    try (var server = PrivateRedis.start(folder);
        var neighbour = RedisClient.create(server.url());
        var redis = new RedisConnection(server.url())) {
      Aggregation aggregation = aggregation(redis, statistics, points);
      long mostOpen = 0;
      for (int second = 0; second < 300; second++) {
        clock.set(START.plusSeconds(second));
        write(neighbour, points);
        aggregation.sample();
        if (second >= 60) {
          mostOpen = Math.max(mostOpen, bytes(neighbour, "hissrv:*"));
        }
        int _ = aggregation.closeDue();
      }
      clock.set(START.plusSeconds(300));
      int _ = aggregation.closeDue();
      long start = START.getEpochSecond();
      long ofMinute = bytes(neighbour, "archive:1m:" + start + ":1001");
      long ofFive = bytes(neighbour, "archive:5m:" + start + ":1001");
      LOG.info(
          "{} of {} points: open {}, 1m {}, 5m {} bytes per point",
          statistics,
          points,
          mostOpen / points,
          ofMinute / points,
          ofFive / points);
      assertThat(mostOpen / points).as("open window").isLessThanOrEqualTo(open);
      assertThat(ofMinute / points).as("1m").isLessThanOrEqualTo(minute);
      assertThat(ofFive / points).as("5m").isLessThanOrEqualTo(fiveMinutes);
    }
  }

  private static long bytes(RedisClient redis, String keys) {
    return redis.keys(keys).stream().mapToLong(key -> redis.memoryUsage(key, 0)).sum();
  }

  private void write(RedisClient redis, int points) {
    var values = new HashMap<String, String>();
    for (int point = 1; point <= points; point++) {
      values.put(
          Integer.toString(point), String.format(Locale.ROOT, "%.6f", random.nextDouble() * 1_000));
    }
    redis.hset(SOURCE, values);
  }

  private static MappingConfig.Field field(String name, String statistics) {
    var counter = statistics.equals("counters") ? new MappingConfig.Counter(1_000_000, 0) : null;
    return new MappingConfig.Field(name, null, counter);
  }

  private Aggregation aggregation(RedisConnection redis, String statistics, int points) {
    var fields = new HashMap<String, MappingConfig.Field>();
    for (int point = 1; point <= points; point++) {
      fields.put(Integer.toString(point), field("p" + point, statistics));
    }
    var asked = statistics.equals("usual") ? Statistic.USUAL : EnumSet.allOf(Statistic.class);
    var rule =
        new MappingConfig(
            Pattern.compile("comsrv:(\\d+):m"), "telemetry", List.of(), fields, false, asked);
    var metrics = new Metrics();
    return new Aggregation(
        redis,
        clock,
        Mode.REPLAY,
        AggregationConfig.defaults().levels(),
        ZoneOffset.UTC,
        new Mapping(List.of(rule)),
        metrics,
        new Offenders(metrics, clock));
  }
}
