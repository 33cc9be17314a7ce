package com.voltageems.hissrv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.voltageems.hissrv.demo.LivePlant;
import com.voltageems.hissrv.demo.Plant;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.testkit.Api;
import com.voltageems.hissrv.testkit.Await;
import com.voltageems.hissrv.testkit.LockHolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** The service as a process, stopped by SIGTERM in mid-window and started again. */
class RestartIT {
  private static final InstantSource CLOCK = InstantSource.system();

  @TempDir Path folder;

  @Test
  void theWindowsCountIsWhatItWouldHaveBeenLessThePause() throws IOException {
    int port = HisSrvProcess.freePort();
    try (var redis = PrivateRedis.start(folder);
        var plant = new LivePlant(new Plant(ZoneOffset.UTC), redis.url(), CLOCK);
        var api = new Api(port)) {
      plant.start();
      Path config = Files.writeString(folder.resolve("hissrv.yml"), config(redis.url(), port));
      String[] run = {"run", "--config", config.toString()};
      try (var first = HisSrvProcess.start(folder, run)) {
        api.awaitUp(Duration.ofSeconds(30));
        awaitSecondOfMinute(5, 25);
        Instant window = CLOCK.instant().truncatedTo(ChronoUnit.MINUTES);
        Await.pause(Duration.ofSeconds(8));
        first.signal("TERM");
        Instant stopped = CLOCK.instant();
        assertThat(first.awaitExit()).isEqualTo(143);
        Await.pause(Duration.ofSeconds(6));

        try (var second = HisSrvProcess.start(folder, run)) {
          api.awaitUp(Duration.ofSeconds(30));
          long pause = Duration.between(stopped, CLOCK.instant()).toSeconds();
          Await.until(
              "the window is closed and stored",
              Duration.ofSeconds(90),
              () -> count(api, window).isPresent());
          // The first window may have begun before the service did: it is the one that was open.
          long began = firstSampled(window);
          long expected = 60 - began - pause;
          assertThat(count(api, window).orElseThrow())
              .as("sampled from second %d, a pause of %d s", began, pause)
              .isBetween(expected - 2, expected + 2);
          second.signal("INT");
          assertThat(second.awaitExit()).isEqualTo(130);
        }
      }
    }
  }

  @Test
  void aSecondServiceOnTheSameDataDirectoryIsRefusedUntilTheFirstHasEnded() throws IOException {
    String noRedis = "redis://127.0.0.1:" + HisSrvProcess.freePort();
    int port = HisSrvProcess.freePort();
    Path one = Files.writeString(folder.resolve("one.yml"), config(noRedis, port));
    Path other =
        Files.writeString(folder.resolve("other.yml"), config(noRedis, HisSrvProcess.freePort()));
    try (var api = new Api(port);
        var first = HisSrvProcess.start(folder, "run", "--config", one.toString())) {
      api.awaitUp(Duration.ofSeconds(30));
      try (var second = HisSrvProcess.start(folder, "run", "--config", other.toString())) {
        assertThat(second.awaitExit()).isEqualTo(1);
        assertThat(second.errors().strip()).isEqualTo("hissrv: another HisSrv uses data");
      }
      first.signal("KILL");
      assertThat(first.awaitExit()).isEqualTo(137);
      try (var next = HisSrvProcess.start(folder, "run", "--config", one.toString())) {
        api.awaitUp(Duration.ofSeconds(30));
        next.signal("TERM");
        assertThat(next.awaitExit()).isEqualTo(143);
      }
    }
  }

  @Test
  void withAStoreThatTakesNothingAStopEndsInTimeAndLosesNothing() throws IOException {
    int port = HisSrvProcess.freePort();
    try (var redis = PrivateRedis.start(folder);
        var neighbour = RedisClient.create(redis.url());
        var api = new Api(port)) {
      String text = config(redis.url(), port).replace("1s}", "1s, stop_timeout: 3s}");
      Path config = Files.writeString(folder.resolve("hissrv.yml"), text);
      String[] run = {"run", "--config", config.toString()};
      push(neighbour, 0, 1);
      try (var first = HisSrvProcess.start(folder, run)) {
        api.awaitUp(Duration.ofSeconds(30));
        Await.until("it flows", Duration.ofSeconds(30), () -> stored(api) == 1);
        Path data = folder.resolve("data/store");
        try (var _ = LockHolder.lock(files(data))) {
          push(neighbour, 1, 300);
          Await.until(
              "all is on disk", Duration.ofSeconds(10), () -> !neighbour.exists("archive:pending"));
          Instant asked = CLOCK.instant();
          first.signal("TERM");
          assertThat(first.awaitExit()).isEqualTo(143);
          assertThat(Duration.between(asked, CLOCK.instant())).isLessThan(Duration.ofSeconds(5));
        }
      }
      try (var second = HisSrvProcess.start(folder, run)) {
        api.awaitUp(Duration.ofSeconds(30));
        Await.until("all has arrived", Duration.ofSeconds(30), () -> stored(api) == 300);
        second.signal("TERM");
        assertThat(second.awaitExit()).isEqualTo(143);
      }
    }
  }

  private static void push(RedisClient neighbour, int from, int to) {
    for (int i = from; i < to; i++) {
      neighbour.lpush(
          "archive:pending",
          "{\"timestamp\":%d,\"measurement\":\"m\",\"fields\":{\"v\":1}}"
              .formatted(1_700_000_000 + i));
    }
  }

  private static long stored(Api api) {
    return api.get("/status").map(status -> status.get("processed").longValue()).orElse(-1L);
  }

  private static Path[] files(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".db")).toArray(Path[]::new);
    }
  }

  private long startedAt;

  private void awaitSecondOfMinute(int from, int to) {
    startedAt = CLOCK.millis() / 1_000;
    Await.until(
        "the minute is young",
        Duration.ofSeconds(70),
        () -> {
          long second = CLOCK.millis() / 1_000 % 60;
          return second >= from && second <= to;
        });
  }

  /** 0 when the service ran before the window began. */
  private long firstSampled(Instant window) {
    return Math.max(0, startedAt - window.getEpochSecond());
  }

  private static Optional<Long> count(Api api, Instant window) {
    return api.get("/query?measurement=telemetry&channel=1001&range=10m")
        .flatMap(answer -> cell(answer, window, "voltage_count"))
        .map(JsonNode::longValue);
  }

  private static Optional<JsonNode> cell(JsonNode answer, Instant time, String column) {
    int index = -1;
    for (int i = 0; i < answer.get("columns").size(); i++) {
      if (answer.get("columns").get(i).textValue().equals(column)) {
        index = i;
      }
    }
    for (JsonNode row : answer.get("rows")) {
      if (index >= 0 && row.get(0).textValue().equals(time.toString())) {
        return Optional.of(row.get(index));
      }
    }
    return Optional.empty();
  }

  private static String config(String redisUrl, int port) {
    return """
    service: {polling_interval: 1s}
    redis: {url: "%s"}
    store: {type: sqlite, path: data}
    api: {host: 127.0.0.1, port: %d}
    mappings:
      - source_pattern: "comsrv:(\\\\d+):m"
        measurement: telemetry
        tags: [{name: channel, source: capture, index: 1}]
        field_mappings: {"1": voltage, "2": current, "3": power}
    """
        .formatted(redisUrl, port);
  }
}
