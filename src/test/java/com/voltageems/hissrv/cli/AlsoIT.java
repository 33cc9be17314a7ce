package com.voltageems.hissrv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.testkit.Api;
import com.voltageems.hissrv.testkit.Await;
import com.voltageems.hissrv.testkit.LocalInflux;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** The embedded store, and a real InfluxDB as the second one, in a process that is killed. */
class AlsoIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final long START = 1_790_000_000;

  /** Pushed at a time. */
  private static final int EACH = 60;

  @TempDir Path folder;

  @Test
  void theOneThatIsDownHoldsNothingUpAndHasAllTheSameAfterwards() throws Exception {
    int port = HisSrvProcess.freePort();
    try (var influx = LocalInflux.start(Files.createDirectory(folder.resolve("influx")), "");
        var redis = PrivateRedis.start(folder);
        var neighbour = RedisClient.create(redis.url());
        var api = new Api(port)) {
      String _ = influx.ask("CREATE DATABASE ems");
      influx.write("ems", "m w=\"text\" " + (START - 2) + "000000000");
      Path config = Files.writeString(folder.resolve("hissrv.yml"), config(redis, influx, port));
      String[] run = {"run", "--config", config.toString()};

      try (var first = HisSrvProcess.start(folder, run)) {
        api.awaitUp(PATIENCE);
        push(neighbour, 0);
        settled(api, EACH, EACH);

        influx.kill();
        push(neighbour, 1);
        Await.until("the first goes on", PATIENCE, () -> processed(api) == 2 * EACH);
        JsonNode also = api.get("/status").orElseThrow().path("also");
        assertThat(also.path("queue_size").asInt()).isEqualTo(EACH);
        assertThat(also.path("processed").asInt()).isEqualTo(EACH);
        Await.until("it is told", PATIENCE, () -> health(api, "also_store").equals("down"));
        assertThat(health(api, "store")).isEqualTo("up");
        assertThat(health(api, "deliver")).isEqualTo("up");
        assertBalance(api);
        push(neighbour, 2);
        first.signal("KILL");
        assertThat(first.awaitExit()).isEqualTo(137);
      }
      push(neighbour, 3);
      try (var second = HisSrvProcess.start(folder, run)) {
        api.awaitUp(PATIENCE);
        Await.until(
            "nothing waits for the first",
            PATIENCE,
            () -> !neighbour.exists("archive:pending") && pending(api, "") == 0);
        influx.startAgain();
        Await.until("nothing waits for the second", PATIENCE, () -> pending(api, "also_") == 0);
        assertThat(ofFirst(api)).hasSize(4 * EACH).isEqualTo(ofSecond(influx));

        neighbour.lpush(
            "archive:pending",
            "{\"timestamp\":%d,\"measurement\":\"m\",\"fields\":{\"w\":1}}".formatted(START - 1));
        Await.until(
            "only the second refuses it",
            PATIENCE,
            () -> waiting(api, "?store=also") == 1 && pending(api, "") == 0);
        assertThat(waiting(api, "")).isZero();
        assertBalance(api);
        assertThat(list(config, "--also")).contains("field type conflict", "1 in quarantine");
        assertThat(list(config)).contains("0 in quarantine");
        second.signal("TERM");
        assertThat(second.awaitExit()).isEqualTo(143);
      }
    }
  }

  private String list(Path config, String... more) throws IOException {
    String[] call = new String[more.length + 4];
    call[0] = "--config";
    call[1] = config.toString();
    call[2] = "quarantine";
    call[3] = "list";
    System.arraycopy(more, 0, call, 4, more.length);
    try (var listing = HisSrvProcess.start(folder, call)) {
      assertThat(listing.awaitExit()).as(listing.errors()).isZero();
      return listing.output();
    }
  }

  private static void settled(Api api, int first, int second) {
    Await.until(
        "both have what there is",
        PATIENCE,
        () ->
            api.get("/status")
                .filter(status -> status.path("processed").asInt() == first)
                .filter(status -> status.path("also").path("processed").asInt() == second)
                .isPresent());
  }

  private static long processed(Api api) {
    return api.get("/status").map(status -> status.path("processed").asLong()).orElse(-1L);
  }

  private static long waiting(Api api, String query) {
    return api.get("/quarantine" + query)
        .map(answer -> answer.path("waiting").asLong())
        .orElse(-1L);
  }

  private static String health(Api api, String component) {
    return api.get("/health")
        .orElseThrow()
        .path("components")
        .path(component)
        .path("status")
        .asText();
  }

  private static double pending(Api api, String prefix) {
    return metrics(api).getOrDefault("hissrv_" + prefix + "points_pending", -1.0);
  }

  /** Both equations of docs/operations.md, of both stores. */
  private static void assertBalance(Api api) {
    Map<String, Double> now = metrics(api);
    for (String name : List.of("hissrv_also_lag_seconds", "hissrv_also_outbox_bytes")) {
      assertThat(now).as("deploy/prometheus/hissrv.rules.yml asks for it").containsKey(name);
    }
    for (String store : new String[] {"hissrv_", "hissrv_also_"}) {
      assertThat(value(now, store + "points_collected_total"))
          .as(store)
          .isEqualTo(
              value(now, store + "points_delivered_total")
                  + value(now, store + "points_quarantined_total")
                  + value(now, store + "points_pending"));
      assertThat(value(now, store + "points_quarantined_total"))
          .as(store)
          .isEqualTo(
              value(now, store + "quarantine_waiting")
                  + value(now, store + "quarantine_replayed_total")
                  + value(now, store + "quarantine_discarded_total"));
    }
  }

  private static double value(Map<String, Double> now, String name) {
    assertThat(now).containsKey(name);
    return now.getOrDefault(name, Double.NaN);
  }

  private static Map<String, Double> metrics(Api api) {
    var values = new TreeMap<String, Double>();
    api.text("/metrics")
        .orElse("")
        .lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(line -> {
          int space = line.lastIndexOf(' ');
          values.put(line.substring(0, space), Double.valueOf(line.substring(space + 1)));
        });
    return values;
  }

  private static Map<Instant, Double> ofFirst(Api api) {
    var rows = new TreeMap<Instant, Double>();
    api.get(
            "/query?measurement=m&interval=raw&fields=v&start=%d&stop=%d"
                .formatted(START - 10, START + 1_000))
        .orElseThrow()
        .path("rows")
        .forEach(row -> rows.put(Instant.parse(row.get(0).asText()), row.get(1).asDouble()));
    return rows;
  }

  private static Map<Instant, Double> ofSecond(LocalInflux influx) throws IOException {
    var rows = new TreeMap<Instant, Double>();
    new JsonMapper()
        .readTree(influx.ask("SELECT v FROM m", "&db=ems"))
        .findPath("values")
        .forEach(row -> rows.put(Instant.parse(row.get(0).asText()), row.get(1).asDouble()));
    return rows;
  }

  private static void push(RedisClient neighbour, int batch) {
    for (int i = batch * EACH; i < (batch + 1) * EACH; i++) {
      neighbour.lpush(
          "archive:pending",
          "{\"timestamp\":%d,\"measurement\":\"m\",\"fields\":{\"v\":%d}}".formatted(START + i, i));
    }
  }

  private static String config(PrivateRedis redis, LocalInflux influx, int port) {
    return """
    service: {polling_interval: 200ms}
    performance: {batch_timeout: 50ms}
    redis: {url: "%s"}
    store:
      type: sqlite
      path: data
      also: {url: "%s", database: ems}
    api: {host: 127.0.0.1, port: %d}
    """
        .formatted(redis.url(), influx.url(), port);
  }
}
