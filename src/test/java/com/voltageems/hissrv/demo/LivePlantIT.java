package com.voltageems.hissrv.demo;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.RedisClient;

class LivePlantIT {
  private static final Instant MOMENT = Instant.parse("2026-03-04T10:20:30.4Z");

  @TempDir Path folder;
  private final Plant plant = new Plant(ZoneOffset.UTC);
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
  void aMomentsHashesAreInRedisAsThePlantGivesThem() {
    try (var live = new LivePlant(plant, redis.url(), InstantSource.fixed(MOMENT))) {
      live.write(MOMENT.plusSeconds(60));
      live.write(MOMENT);
    }
    Map<String, Map<String, String>> expected = plant.hashesAt(MOMENT);
    assertThat(client.keys("*")).containsExactlyInAnyOrderElementsOf(expected.keySet());
    expected.forEach((key, fields) -> {
      assertThat(client.type(key)).isEqualTo("hash");
      assertThat(client.hgetAll(key)).isEqualTo(fields);
    });
  }

  @Test
  void aChannelIsWrittenInOneTransaction() {
    try (var live = new LivePlant(plant, redis.url(), InstantSource.fixed(MOMENT))) {
      live.write(MOMENT);
    }
    assertThat(client.info("commandstats"))
        .contains("cmdstat_multi:calls=7,", "cmdstat_exec:calls=7,", "cmdstat_hset:calls=13,");
  }

  @Test
  void aDeviceThatDroppedOutHasNoKeysUntilItIsHeardAgain() {
    Instant away = Instant.parse("2026-03-04T10:24:00Z");
    try (var live = new LivePlant(plant, redis.url(), InstantSource.fixed(MOMENT))) {
      live.write(away.minusSeconds(240));
      assertThat(client.keys("comsrv:1006:*")).hasSize(2);
      live.write(away);
      assertThat(client.keys("comsrv:1006:*")).isEmpty();
      assertThat(client.keys("*"))
          .containsExactlyInAnyOrderElementsOf(plant.hashesAt(away).keySet());
      live.write(away.plusSeconds(240));
      assertThat(client.hgetAll("comsrv:1006:m"))
          .isEqualTo(plant.hashesAt(away.plusSeconds(240)).get("comsrv:1006:m"));
    }
  }

  @Test
  void itWritesOnceASecond() throws Exception {
    var times = new TreeSet<String>();
    try (var live = new LivePlant(plant, redis.url(), InstantSource.system())) {
      live.start();
      long end = System.nanoTime() + Duration.ofMillis(4_500).toNanos();
      while (System.nanoTime() < end) {
        String time = client.hget("comsrv:1001:m:ts", "1");
        if (time != null) {
          times.add(time);
        }
        Thread.sleep(20);
      }
    }
    assertThat(times).hasSizeBetween(3, 6);
  }

  @Test
  void itGoesOnWhenRedisIsBack() throws Exception {
    var asked = new AtomicInteger();
    InstantSource clock =
        () -> {
          asked.incrementAndGet();
          return MOMENT;
        };
    var log = (Logger) LoggerFactory.getLogger(LivePlant.class);
    var logged = new ListAppender<ILoggingEvent>();
    logged.start();
    log.addAppender(logged);
    try (var live = new LivePlant(plant, redis.url(), clock)) {
      live.start();
      await(() -> client.exists("comsrv:1001:m"));
      redis.kill();
      int before = asked.get();
      await(() -> asked.get() > before + 4);
      redis = PrivateRedis.start(folder, redis.port());
      try (var again = RedisClient.create(redis.url())) {
        await(() -> again.exists("modsrv:plant:measurement"));
        int written = asked.get();
        await(() -> asked.get() > written + 2);
        assertThat(again.hgetAll("comsrv:1002:m"))
            .isEqualTo(plant.hashesAt(MOMENT).get("comsrv:1002:m"));
      }
    } finally {
      log.detachAppender(logged);
    }
    assertThat(logged.list)
        .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.INFO))
        .extracting(ILoggingEvent::getLevel)
        .as("said once that it is away, once that it is back")
        .containsExactly(Level.WARN, Level.INFO);
  }

  @Test
  void itStopsPromptlyEvenWhenRedisHangs() throws Exception {
    var live = new LivePlant(plant, redis.url(), InstantSource.system());
    live.start();
    await(() -> client.exists("comsrv:1001:m"));
    assertThat(new ProcessBuilder("kill", "-STOP", "" + redis.pid()).start().waitFor()).isZero();
    Thread.sleep(1_200);
    long start = System.nanoTime();
    live.close();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    redis.kill();
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited 20 s").isLessThan(end);
      Thread.sleep(20);
    }
  }
}
