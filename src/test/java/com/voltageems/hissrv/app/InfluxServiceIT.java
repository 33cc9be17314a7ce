package com.voltageems.hissrv.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.voltageems.hissrv.aggregate.Functions;
import com.voltageems.hissrv.config.ConfigLoader;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.model.FieldType;
import com.voltageems.hissrv.outbox.Quarantined;
import com.voltageems.hissrv.testkit.Await;
import com.voltageems.hissrv.testkit.LocalInflux;
import com.voltageems.hissrv.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.RedisClient;

/** From the queue in Redis to a real InfluxDB 1.x that has its own mind. */
class InfluxServiceIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir static Path folder;
  private static LocalInflux influx;
  private static PrivateRedis redis;
  private static RedisClient neighbour;
  private final Instant now = Instant.now();

  @BeforeAll
  static void start() throws IOException {
    influx = LocalInflux.start(folder, "");
    redis = PrivateRedis.start(folder);
    neighbour = RedisClient.create(redis.url());
  }

  @AfterAll
  static void stop() {
    neighbour.close();
    redis.close();
    influx.close();
  }

  @Test
  void typesThatTheDatabaseHasHoldForWhatComes(@TempDir Path data) throws IOException {
    String database = influx.database();
    influx.write(database, "tariff price=1.5,steps=3i,name=\"day\"");
    push("tariff", now, "\"price\":2,\"steps\":4.0,\"name\":\"night\"");
    push("tariff", now.plusSeconds(1), "\"price\":\"dear\"");

    try (var service = service(database, data)) {
      service.startFlow();
      Await.until("both are settled", PATIENCE, () -> settled(service) == 2);
      assertThat(service.catalog().types().of("tariff"))
          .isEqualTo(
              Map.of("name", FieldType.STRING, "price", FieldType.FLOAT, "steps", FieldType.INT));
      assertThat(service.outbox().quarantine().list(9))
          .singleElement()
          .extracting(Quarantined::reason)
          .asString()
          .contains("field \"price\" of tariff is float");
    }
    assertThat(influx.ask("SELECT price, steps, \"name\" FROM tariff", "&db=" + query(database)))
        .contains("2,4,\"night\"]");
  }

  @Test
  void aTagOfMoreThanTenThousandValuesIsTold(@TempDir Path data) throws IOException {
    String database = influx.database();
    var lines = new StringBuilder();
    for (int n = 0; n <= 10_000; n++) {
      lines.append("meters,serial=").append(n).append(",site=a v=1 1\n");
    }
    influx.write(database, lines.toString());
    var told = new ListAppender<ILoggingEvent>();
    told.list = new CopyOnWriteArrayList<>();
    var log = (Logger) LoggerFactory.getLogger(StoreFacts.class);
    told.start();
    log.addAppender(told);
    try (var service = service(database, data)) {
      service.startFlow();
      Await.until(
          "it is told",
          PATIENCE,
          () -> told.list.stream().anyMatch(one -> one.getFormattedMessage().startsWith("tag ")));
    } finally {
      log.detachAppender(told);
    }
    assertThat(told.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .filteredOn(message -> message.startsWith("tag "))
        .containsExactly(
            "tag meters.serial has more than 10000 values in InfluxDB, each with series that cost it memory");
  }

  @Test
  void whatIsOutsideTheRetentionIsSetAsideAndTheRestGoesOn(@TempDir Path data) throws IOException {
    String database = influx.database();
    String _ =
        influx.ask(
            "ALTER RETENTION POLICY autogen ON \"" + database + "\" DURATION 1d SHARD DURATION 1h");
    for (int n = 0; n < 20; n++) {
      push("old", n == 7 ? now.minus(Duration.ofDays(400)) : now.plusSeconds(n), "\"v\":1.5");
    }

    try (var service = service(database, data)) {
      service.startFlow();
      Await.until("all are settled", PATIENCE, () -> settled(service) == 20);
      Await.until("none waits", PATIENCE, () -> service.outbox().size() == 0);
      assertThat(service.outbox().quarantine().list(99))
          .singleElement()
          .extracting(Quarantined::reason)
          .asString()
          .contains("beyond retention policy");
    }
    assertThat(influx.ask("SELECT COUNT(v) FROM old", "&db=" + query(database))).contains(",19]");
  }

  @Test
  void aDatabaseThatIsMissingIsWaitedForUntilAPersonMakesIt(@TempDir Path data) throws IOException {
    push("late", now, "\"v\":1.5");
    try (var service = service("made later", data)) {
      service.startFlow();
      Await.until(
          "it says so",
          PATIENCE,
          () -> service.store().check().message().contains("database not found"));
      assertThat(settled(service)).isZero();
      String _ = influx.ask("CREATE DATABASE \"made later\"");
      Await.until("it is delivered", PATIENCE, () -> settled(service) == 1);
      assertThat(service.outbox().totals().quarantined()).isZero();
    }
  }

  private static long settled(HisSrv service) {
    var totals = service.outbox().totals();
    return totals.stored() + totals.quarantined();
  }

  private static void push(String measurement, Instant time, String fields) {
    neighbour.lpush(
        "archive:pending",
        "{\"timestamp\":%d,\"measurement\":\"%s\",\"tags\":{},\"fields\":{%s}}"
            .formatted(time.toEpochMilli(), measurement, fields));
  }

  private static String query(String database) {
    return database.replace(" ", "+");
  }

  private HisSrv service(String database, Path data) throws IOException {
    Path file =
        Files.writeString(
            data.resolve("hissrv.yml"),
            """
            redis: {url: "%s"}
            service: {polling_interval: 100ms}
            performance: {batch_timeout: 50ms}
            store: {path: "%s"}
            influxdb: {url: "%s", database: "%s"}
            """
                .formatted(redis.url(), data, influx.url(), database));
    return HisSrv.replay(
        ConfigLoader.load(file, Map.of(), Functions.builtIn()), new ManualClock(now));
  }
}
