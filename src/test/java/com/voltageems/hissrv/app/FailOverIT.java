package com.voltageems.hissrv.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.aggregate.Functions;
import com.voltageems.hissrv.config.ConfigLoader;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.testkit.Await;
import com.voltageems.hissrv.testkit.LocalInflux;
import com.voltageems.hissrv.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** Two real InfluxDB 1.x behind one configuration, of which the first is killed and comes back. */
class FailOverIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int EACH = 50;

  @TempDir Path folder;
  private final Instant now = Instant.now();

  @Test
  void theNextAddressServesWhileTheFirstIsDownAndNothingIsLost() throws Exception {
    try (var first = influx("first");
        var second = influx("second");
        var redis = PrivateRedis.start(folder);
        var neighbour = RedisClient.create(redis.url());
        var service = service(redis, first, second)) {
      service.startFlow();
      push(neighbour, 0);
      settled(service, EACH);
      assertThat(count(first)).isEqualTo(EACH);
      assertThat(service.store().check().message()).isEqualTo("influxdb at " + first.url());

      first.kill();
      push(neighbour, EACH);
      settled(service, 2 * EACH);
      assertThat(count(second)).isEqualTo(EACH);
      assertThat(service.store().check().ok()).isTrue();
      assertThat(service.store().check().message()).isEqualTo("influxdb at " + second.url());
      assertThat(service.store().check().warning()).contains(first.url() + " does not serve");
      assertThat(service.store().measurements()).containsExactly("m");

      first.startAgain();
      Await.until(
          "the first serves again",
          PATIENCE,
          () -> service.store().check().message().equals("influxdb at " + first.url()));
      push(neighbour, 2 * EACH);
      settled(service, 3 * EACH);
      assertThat(count(first)).isEqualTo(2 * EACH);
      assertThat(count(second)).isEqualTo(EACH);
      assertThat(service.store().check().warning()).isNull();
      assertThat(service.outbox().totals().quarantined()).isZero();
    }
  }

  private static void settled(HisSrv service, int points) {
    Await.until(
        points + " are acknowledged",
        PATIENCE,
        () -> service.outbox().totals().stored() == points && service.outbox().size() == 0);
  }

  private LocalInflux influx(String name) throws IOException {
    var influx = LocalInflux.start(Files.createDirectory(folder.resolve(name)), "");
    String _ = influx.ask("CREATE DATABASE ems");
    return influx;
  }

  private static long count(LocalInflux influx) {
    String answer = influx.ask("SELECT COUNT(v) FROM m", "&db=ems");
    return answer.contains("\"values\"")
        ? Long.parseLong(answer.replaceFirst("(?s).*,(\\d+)]]}.*", "$1"))
        : 0;
  }

  private void push(RedisClient neighbour, int from) {
    for (int i = from; i < from + EACH; i++) {
      neighbour.lpush(
          "archive:pending",
          "{\"timestamp\":%d,\"measurement\":\"m\",\"tags\":{},\"fields\":{\"v\":%d}}"
              .formatted(now.plusSeconds(i).toEpochMilli(), i));
    }
  }

  private HisSrv service(PrivateRedis redis, LocalInflux first, LocalInflux second)
      throws IOException {
    Path data = Files.createDirectory(folder.resolve("data"));
    Path file =
        Files.writeString(
            data.resolve("hissrv.yml"),
            """
            redis: {url: "%s"}
            service: {polling_interval: 100ms}
            performance: {batch_timeout: 50ms}
            store: {path: "%s"}
            influxdb:
              url: ["%s", "%s"]
              database: ems
            """
                .formatted(redis.url(), data, first.url(), second.url()));
    return HisSrv.replay(
        ConfigLoader.load(file, Map.of(), Functions.builtIn()), new ManualClock(now));
  }
}
