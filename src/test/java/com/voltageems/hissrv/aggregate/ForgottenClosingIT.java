package com.voltageems.hissrv.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.config.MappingConfig;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.model.Level;
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
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** A Redis that comes back without what it was told last, as a replica that takes over may. */
class ForgottenClosingIT {
  private static final Instant START = Instant.parse("2026-03-01T08:00:00Z");
  private static final String LIVE = "comsrv:1001:m";

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(START);
  private final Metrics metrics = new Metrics();

  private Aggregation on(RedisConnection redis) {
    var mapping =
        new MappingConfig(Pattern.compile("comsrv:(\\d+):m"), "t", List.of(), Map.of(), true);
    return new Aggregation(
        redis,
        clock,
        Mode.REPLAY,
        List.of(new Level("1m", Duration.ofMinutes(1))),
        ZoneOffset.UTC,
        new Mapping(List.of(mapping)),
        metrics,
        new Offenders(metrics, clock));
  }

  @Test
  void aWindowIsClosedAgainThoughNoSampleMetTheOutage() {
    var server = PrivateRedis.start(folder);
    try (var redis = new RedisConnection(server.url())) {
      var aggregation = on(redis);
      Map<String, byte[]> before = new HashMap<>();
      try (var neighbour = RedisClient.create(server.url())) {
        for (int second = 0; second < 60; second += 10) {
          neighbour.hset(LIVE, "1", Integer.toString(second));
          aggregation.sample();
          clock.advance(Duration.ofSeconds(10));
        }
        neighbour.keys("*").forEach(key -> before.put(key, neighbour.dump(key)));
        aggregation.sample();
        assertThat(aggregation.closeDue()).isEqualTo(1);
      }
      server.kill();
      assertThat(redis.check().ok()).as("somebody else meets the outage").isFalse();
      server = PrivateRedis.start(folder, server.port());
      try (var neighbour = RedisClient.create(server.url())) {
        before.forEach((key, value) -> neighbour.restore(key, 0, value));
        clock.advance(Duration.ofSeconds(10));
        aggregation.sample();
        assertThat(aggregation.closeDue()).isEqualTo(1);
        assertThat(neighbour.hget("archive:1m:" + START.getEpochSecond() + ":1001", "1"))
            .isEqualTo("25 0 50 6 150");
      }
    } finally {
      server.close();
    }
  }
}
