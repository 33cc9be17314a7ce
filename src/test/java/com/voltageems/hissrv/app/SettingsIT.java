package com.voltageems.hissrv.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.voltageems.hissrv.aggregate.Functions;
import com.voltageems.hissrv.config.ConfigSource;
import com.voltageems.hissrv.config.LiveConfig;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.testkit.Api;
import com.voltageems.hissrv.testkit.Await;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** What settings do that no other test shows, from the file to what a user sees. */
class SettingsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration LONG_ENOUGH = Duration.ofMillis(1_500);
  private static final InstantSource CLOCK = InstantSource.system();

  @TempDir static Path redisFolder;
  private static PrivateRedis server;
  private static RedisClient neighbour;

  @TempDir Path folder;

  @BeforeAll
  static void startRedis() {
    server = PrivateRedis.start(redisFolder);
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

  private LiveConfig live(String sections) throws IOException {
    write(sections);
    return new LiveConfig(
        new ConfigSource(folder.resolve("hissrv.yml"), Map.of(), Functions.builtIn()), CLOCK);
  }

  private void write(String sections) throws IOException {
    Files.writeString(
        folder.resolve("hissrv.yml"),
        """
        redis: {url: "%s"}
        mappings:
          - {source_pattern: "comsrv:([0-9]+):m", measurement: telemetry, field_mappings: {"1": v}}
        """
                .formatted(server.url())
            + sections.replace("DATA", folder.resolve("data").toString()));
  }

  private static void push(int from, int to, String text) {
    for (int i = from; i < to; i++) {
      neighbour.lpush(
          "archive:pending",
          "{\"timestamp\":%d,\"measurement\":\"m\",\"fields\":{\"v\":\"%s\"}}"
              .formatted(1_700_000_000 + i, text));
    }
  }

  private static long stored(HisSrv service) {
    return service.outbox().totals().stored();
  }

  private static void awaitStored(HisSrv service, int points) {
    Await.until(points + " are stored", PATIENCE, () -> stored(service) == points);
  }

  @Test
  void withAggregationOffNothingIsSampledAndWhatOthersQueueIsStored() throws IOException {
    String sections =
        """
        service: {polling_interval: 100ms}
        performance: {batch_timeout: 0s}
        store: {path: "DATA"}
        api: {host: 127.0.0.1, port: 0}
        """;
    neighbour.hset("comsrv:1:m", "1", "5");
    try (var service = HisSrv.live(live(sections + "aggregation: {enabled: false}\n"), CLOCK)) {
      service.start();
      push(0, 1, "x");
      awaitStored(service, 1);
      Await.pause(LONG_ENOUGH);
      assertThat(neighbour.keys("hissrv:src:*")).isEmpty();
      assertThat(neighbour.exists("hissrv:config:aggregation")).isFalse();
    }
    try (var service = HisSrv.live(live(sections), CLOCK)) {
      service.start();
      Await.until("it samples", PATIENCE, () -> !neighbour.keys("hissrv:src:*").isEmpty());
    }
  }

  @Test
  void theQueueIsEmptiedOncePerPollingIntervalAlsoAfterAReload() throws IOException {
    String sections =
        """
        performance: {batch_timeout: 0s}
        aggregation: {enabled: false}
        store: {path: "DATA"}
        api: {host: 127.0.0.1, port: 0}
        """;
    LiveConfig live = live(sections + "service: {polling_interval: 1h}\n");
    try (var service = HisSrv.live(live, CLOCK)) {
      service.start();
      push(0, 3, "x");
      Await.pause(LONG_ENOUGH);
      assertThat(neighbour.llen("archive:pending")).isEqualTo(3);
      write(sections + "service: {polling_interval: 100ms}\n");
      assertThat(live.reload("test").needRestart()).isEmpty();
      awaitStored(service, 3);
    }
  }

  @Test
  void pointsWaitForTheirBatchToFillNoLongerThanBatchTimeout() throws IOException {
    String sections =
        """
        service: {polling_interval: 100ms}
        aggregation: {enabled: false}
        store: {path: "DATA"}
        api: {host: 127.0.0.1, port: 0}
        """;
    LiveConfig live = live(sections + "performance: {batch_timeout: 10m, batch_size: 3}\n");
    try (var service = HisSrv.live(live, CLOCK)) {
      service.start();
      push(0, 2, "x");
      Await.until("both are on disk", PATIENCE, () -> service.outbox().size() == 2);
      Await.pause(LONG_ENOUGH);
      assertThat(stored(service)).as("the batch is not full").isZero();
      push(2, 3, "x");
      awaitStored(service, 3);
      write(sections + "performance: {batch_timeout: 0s, batch_size: 3}\n");
      live.reload("test");
      push(3, 4, "x");
      awaitStored(service, 4);
    }
  }

  @Test
  void theNarrowestBoundsSlowTheFlowAndLoseNothing() throws IOException {
    int count = 4_000;
    push(0, count, "x".repeat(600));
    try (var service =
        HisSrv.live(
            live(
                """
                service: {polling_interval: 100ms}
                performance:
                  batch_size: 100000
                  batch_timeout: 0s
                  write_buffer_size: 1
                  max_retries: 0
                  outbox_size: 1MiB
                aggregation: {enabled: false}
                store: {path: "DATA"}
                api: {host: 127.0.0.1, port: 0}
                """),
            CLOCK)) {
      service.start();
      Await.until("all is stored", Duration.ofSeconds(60), () -> stored(service) == count);
      assertThat(service.outbox().quarantine().totals().setAside()).isZero();
      assertThat(neighbour.exists("archive:pending")).isFalse();
    }
  }

  @Test
  void aRetentionThatIsShortenedHoldsForWhatComesFromThenOn() throws IOException {
    String sections =
        """
        service: {polling_interval: 100ms}
        performance: {batch_timeout: 0s}
        aggregation: {enabled: false}
        api: {host: 127.0.0.1, port: 0}
        """;
    Instant old = CLOCK.instant().minus(Duration.ofDays(100));
    LiveConfig live = live(sections + "store: {path: \"DATA\", retention: {raw: forever}}\n");
    try (var service = HisSrv.live(live, CLOCK)) {
      service.start();
      document(old, "a");
      document(CLOCK.instant(), "b");
      awaitStored(service, 2);
      write(sections + "store: {path: \"DATA\", retention: {raw: 2d}}\n");
      assertThat(live.reload("test").needRestart()).isEmpty();
      document(old, "c");
      document(CLOCK.instant(), "d");
      awaitStored(service, 3);
      Await.until(
          "the old one is refused",
          PATIENCE,
          () -> service.outbox().quarantine().totals().setAside() == 1);
      assertThat(service.outbox().quarantine().list(1).getFirst().reason())
          .contains("older than the retention of 2d");
    }
  }

  private static void document(Instant time, String text) {
    neighbour.lpush(
        "archive:pending",
        "{\"timestamp\":%d,\"measurement\":\"m\",\"fields\":{\"v\":\"%s\"}}"
            .formatted(time.getEpochSecond(), text));
  }

  @Test
  void itListensOnTheHostThatIsNamedAndTellsTheSite() throws IOException {
    String sections =
        """
        aggregation: {enabled: false}
        site: {name: Roof North}
        store: {path: "DATA"}
        """;
    var other = InetAddress.getByName("127.0.0.2");
    try (var service = HisSrv.live(live(sections + "api: {host: 127.0.0.1, port: 0}\n"), CLOCK)) {
      service.start();
      assertThatThrownBy(() -> connect(other, service.port())).isInstanceOf(ConnectException.class);
      try (var api = new Api(service.port())) {
        assertThat(api.get("/status").orElseThrow().path("site").asText()).isEqualTo("Roof North");
      }
    }
    try (var service = HisSrv.live(live(sections + "api: {port: 0}\n"), CLOCK)) {
      service.start();
      connect(other, service.port());
    }
  }

  private static void connect(InetAddress host, int port) throws IOException {
    new Socket(host, port).close();
  }
}
