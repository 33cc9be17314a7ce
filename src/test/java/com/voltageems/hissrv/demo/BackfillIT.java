package com.voltageems.hissrv.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.config.Config;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

class BackfillIT {
  private static final Instant END = Instant.parse("2026-03-04T10:20:30Z");
  private static final Duration YEAR = Duration.ofDays(366);

  @TempDir Path folder;
  private PrivateRedis redis;
  private RedisClient client;

  @BeforeEach
  void startRedis() {
    redis = PrivateRedis.start(folder);
    client = RedisClient.create(redis.url());
  }

  @AfterEach
  void stopRedis() {
    client.close();
    redis.close();
  }

  @Test
  void cancelledWhileItFindsOutWhatTheStoreLacksItLooksNoFurther() {
    var asked = new AtomicInteger();
    fill(YEAR, () -> asked.incrementAndGet() >= 5);
    assertThat(asked).hasValueLessThanOrEqualTo(6);
    assertThat(client.keys("*")).as("what the plant wrote").isEmpty();
  }

  @Test
  void whatADeviceThatDroppedOutNeverHadIsNoGap() {
    fill(Duration.ofHours(1), () -> false);
    client.flushAll();
    fill(Duration.ofHours(1), () -> false);
    assertThat(client.keys("comsrv:*")).as("what the plant wrote again").isEmpty();
  }

  private void fill(Duration past, BooleanSupplier cancelled) {
    Config config = DemoConfig.load(folder, redis.url(), folder.resolve("data"), 0).current();
    var progress = new Progress(new PrintStream(OutputStream.nullOutputStream()), "", false);
    try (var plant =
        new LivePlant(new Plant(ZoneOffset.UTC), redis.url(), InstantSource.fixed(END))) {
      new Backfill(config, plant, client).run(END.minus(past), END, progress, cancelled);
    }
  }
}
