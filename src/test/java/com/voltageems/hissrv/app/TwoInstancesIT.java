package com.voltageems.hissrv.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.voltageems.hissrv.aggregate.Functions;
import com.voltageems.hissrv.config.ConfigSource;
import com.voltageems.hissrv.config.LiveConfig;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.testkit.Await;
import com.voltageems.hissrv.testkit.ManualClock;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** Two instances on one Redis, their store away: what users see of either. */
class TwoInstancesIT {
  private static final int CHANNELS = 8;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String RANGE =
      "&start=2026-03-01T10:00:00Z&stop=2026-03-01T11:00:00Z&include=open";

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(Instant.parse("2026-03-01T10:00:00Z"));
  private final HttpClient client = HttpClient.newHttpClient();
  private PrivateRedis server;
  private HisSrv a;
  private HisSrv b;

  @BeforeEach
  void start() throws IOException {
    server = PrivateRedis.start(folder);
    a = instance("a");
    b = instance("b");
  }

  @AfterEach
  void stop() {
    client.close();
    a.close();
    b.close();
    server.close();
  }

  private HisSrv instance(String name) throws IOException {
    Path home = Files.createDirectories(folder.resolve(name));
    Path file =
        Files.writeString(
            home.resolve("hissrv.yml"),
            """
            service: {polling_interval: 1h, stop_timeout: 1s}
            redis: {url: "%s"}
            store: {type: influxdb, path: "%s"}
            influxdb: {url: "http://127.0.0.1:1", database: ems}
            performance: {batch_timeout: 0s}
            api: {host: 127.0.0.1, port: 0}
            lease: {enabled: true, instance: %s}
            mappings:
              - source_pattern: "comsrv:([0-9]+):m"
                measurement: telemetry
                tags: [{name: channel, source: capture, index: 1}]
                field_mappings: {"1": v}
            """
                .formatted(server.url(), home.resolve("data"), name));
    var live = new LiveConfig(new ConfigSource(file, Map.of(), Functions.builtIn()), clock);
    HisSrv service = HisSrv.replay(live, clock);
    service.start();
    return service;
  }

  private HttpResponse<String> send(HisSrv to, String method, String path, String body) {
    try {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + to.port() + path))
              .method(method, BodyPublishers.ofString(body))
              .build(),
          BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private HttpResponse<String> patch(HisSrv to, String body) {
    return send(to, "PATCH", "/config", body);
  }

  private JsonNode get(HisSrv from, String path) {
    return json(send(from, "GET", path, ""));
  }

  private void awaitRevision(HisSrv service, long revision) {
    Await.until(
        "revision " + revision,
        PATIENCE,
        () -> get(service, "/config").path("revision").asLong() == revision);
  }

  @Test
  void aChangeThroughEitherShowsInBothTheSame() {
    HttpResponse<String> changed =
        send(
            a,
            "POST",
            "/mappings",
            """
            {"source_pattern": "modsrv:([^:]+):measurement", "measurement": "model",
             "field_mappings": {"*": "direct"}}
            """);
    assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
    long revision = get(a, "/config").path("revision").asLong();
    awaitRevision(b, revision);
    assertThat(get(b, "/mappings")).isEqualTo(get(a, "/mappings"));
    assertThat(get(b, "/config/history")).isEqualTo(get(a, "/config/history"));
    for (String same : List.of("revision", "since", "cause", "need_restart")) {
      assertThat(get(b, "/config").path(same)).isEqualTo(get(a, "/config").path(same));
    }
    assertThat(get(a, "/config").path("cause").asText()).isEqualTo("POST /mappings on a");
    HttpResponse<String> outdated = send(b, "DELETE", "/mappings/1", "");
    assertThat(outdated.statusCode()).isEqualTo(200);
    awaitRevision(a, revision + 1);
    assertThat(get(a, "/mappings").path("mappings")).hasSize(1);
  }

  @Test
  void ofManyChangesAtOnceEachIsMadeOrRefusedAndNoneIsLost() throws Exception {
    long before = get(a, "/config").path("revision").asLong();
    var calls = new ArrayList<Callable<Integer>>();
    for (int i = 0; i < 20; i++) {
      HisSrv to = i % 2 == 0 ? a : b;
      String body = "{\"performance\": {\"batch_size\": %d}}".formatted(100 + i);
      calls.add(() -> patch(to, body).statusCode());
    }
    var codes = new ArrayList<Integer>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var answer : threads.invokeAll(calls)) {
        codes.add(answer.get());
      }
    }
    assertThat(codes).contains(200).allMatch(code -> code == 200 || code == 412);
    long made = codes.stream().filter(code -> code == 200).count();
    awaitRevision(a, before + made);
    awaitRevision(b, before + made);
    assertThat(get(b, "/config/history")).isEqualTo(get(a, "/config/history"));
  }

  @Test
  void withoutRedisAChangeIsRefusedWholeAndAfterwardsMade() {
    int port = URI.create(server.url()).getPort();
    server.close();
    HttpResponse<String> refused = patch(a, "{\"performance\": {\"batch_size\": 7}}");
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
    assertThat(refused.body()).contains("redis-unavailable", "Nothing is changed");
    assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    assertThat(folder.resolve("a/data/config.overlay.yml")).doesNotExist();
    assertThat(get(a, "/config").path("settings").path("performance.batch_size").path("value"))
        .asString()
        .doesNotContain("7");
    server = PrivateRedis.start(folder, port);
    Await.until(
        "it is made",
        PATIENCE,
        () -> patch(a, "{\"performance\": {\"batch_size\": 7}}").statusCode() == 200);
    awaitRevision(b, get(a, "/config").path("revision").asLong());
  }

  /** Both sample their share, until a time. */
  private void sampleUntil(RedisClient neighbour, String time) {
    Instant end = Instant.parse("2026-03-01T" + time + "Z");
    while (clock.instant().isBefore(end)) {
      for (int channel = 1; channel <= CHANNELS; channel++) {
        double value = channel * 10 + clock.instant().getEpochSecond() % 7 / 3.0;
        neighbour.hset("comsrv:" + channel + ":m", "1", Double.toString(value));
      }
      a.aggregation().tick(Duration.ofSeconds(5));
      b.aggregation().tick(Duration.ofSeconds(5));
      clock.advance(Duration.ofSeconds(5));
    }
    a.aggregation().tick(Duration.ofSeconds(5));
    b.aggregation().tick(Duration.ofSeconds(5));
  }

  private static void collect(HisSrv by, HisSrv notBy) {
    long others = notBy.outbox().size();
    assertThat(by.collector().collect().collected()).isPositive();
    assertThat(by.outbox().size()).isPositive();
    assertThat(notBy.outbox().size()).isEqualTo(others);
  }

  private JsonNode fresh(HisSrv from, String measurement, String more) {
    return get(from, "/query?measurement=" + measurement + RANGE + more);
  }

  private static List<String> origins(JsonNode answer) {
    var columns = new ArrayList<String>();
    answer.path("columns").forEach(column -> columns.add(column.asText()));
    var origins = new ArrayList<String>();
    answer.path("rows").forEach(row -> origins.add(row.path(columns.indexOf("origin")).asText()));
    return origins;
  }

  @Test
  void whatIsNotStoredYetIsSeenThroughEitherAlikeWhoeverHasItInHand() {
    try (RedisClient neighbour = RedisClient.create(server.url())) {
      Await.until("both sample", PATIENCE, () -> shards(a) == 16 && shards(b) == 16);
      sampleUntil(neighbour, "10:02:00");
      neighbour.lpush(
          "archive:pending",
          "{\"timestamp\":\"2026-03-01T10:00:30Z\",\"measurement\":\"event\",\"fields\":{\"n\":1}}");
      collect(a, b);
      sampleUntil(neighbour, "10:11:00");
      neighbour.lpush(
          "archive:pending",
          "{\"timestamp\":\"2026-03-01T10:09:30Z\",\"measurement\":\"event\",\"fields\":{\"n\":2}}");
      collect(b, a);
      sampleUntil(neighbour, "10:12:20");
    }
    for (String more : List.of("&interval=1m", "&interval=5m", "&interval=1m&channel=3", "")) {
      Await.until(
          "the same answer " + more,
          PATIENCE,
          () -> fresh(b, "telemetry", more).equals(fresh(a, "telemetry", more)));
      assertThat(origins(fresh(a, "telemetry", more))).as(more).contains("outbox");
    }
    JsonNode minutes = fresh(a, "telemetry", "&interval=1m");
    assertThat(origins(minutes)).hasSize(13 * CHANNELS).contains("archive", "outbox", "open");
    assertThat(origins(fresh(a, "telemetry", "&interval=5m"))).hasSize(2 * CHANNELS);
    JsonNode events = fresh(a, "event", "");
    assertThat(origins(events)).containsExactly("outbox", "outbox");
    assertThat(fresh(b, "event", "")).isEqualTo(events);
  }

  private static int shards(HisSrv service) {
    return service.leases().orElseThrow().held().shards().size();
  }

  private static JsonNode json(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    try {
      return new JsonMapper().readTree(answer.body());
    } catch (IOException e) {
      throw new AssertionError(answer.body(), e);
    }
  }

  private void queue(String entry) {
    try (var neighbour = RedisClient.create(server.url())) {
      neighbour.lpush("archive:pending", entry);
    }
  }

  private void sync(HisSrv service) {
    assertThat(send(service, "POST", "/sync", "").statusCode()).isEqualTo(200);
  }

  @Test
  void theQuarantineIsTheSameFromEitherAndOutlivesOneThatIsLostWithItsDisk() throws IOException {
    queue("{bad");
    queue("{worse");
    queue("{worst");
    sync(a);
    assertThat(get(b, "/quarantine")).isEqualTo(get(a, "/quarantine"));
    assertThat(get(b, "/quarantine/1")).isEqualTo(get(a, "/quarantine/1"));
    assertThat(send(b, "GET", "/quarantine/export", "").body())
        .isEqualTo(send(a, "GET", "/quarantine/export", "").body())
        .hasLineCount(3);
    String mended =
        "{\"content\":{\"timestamp\":100,\"measurement\":\"m\",\"fields\":{\"v\":1}},\"revision\":0}";
    assertThat(json(send(a, "PUT", "/quarantine/1", mended)).path("revision").asInt()).isEqualTo(1);
    assertThat(send(b, "PUT", "/quarantine/1", mended).statusCode()).isEqualTo(409);

    a.close();
    assertThat(get(b, "/quarantine").path("waiting").asInt()).isEqualTo(3);
    assertThat(json(send(b, "POST", "/quarantine/1/replay", "")).path("points").asInt())
        .isEqualTo(1);
    assertThat(send(b, "POST", "/quarantine/1/replay", "").statusCode()).isEqualTo(404);
    sync(b);
    assertThat(b.outbox().size()).isEqualTo(1);
    assertThat(send(b, "POST", "/quarantine/2/replay", "").statusCode()).isEqualTo(422);
    assertThat(send(b, "DELETE", "/quarantine/3", "").statusCode()).isEqualTo(200);

    a = instance("c");
    JsonNode left = get(a, "/quarantine");
    assertThat(left).isEqualTo(get(b, "/quarantine"));
    assertThat(left.path("items")).hasSize(1);
    String query = "/query?measurement=m&start=1970-01-01T00:00:00Z&stop=1970-01-02T00:00:00Z";
    JsonNode replayed = get(a, query + "&include=open");
    assertThat(origins(replayed)).as("in the other's hands").containsExactly("outbox");
    assertThat(get(b, query + "&include=open")).isEqualTo(replayed);
    assertThat(left.path("set_aside").asInt()).isEqualTo(3);
    assertThat(left.path("waiting").asInt()).isEqualTo(1);
    assertThat(left.path("replayed").asInt()).isEqualTo(1);
    assertThat(left.path("discarded").asInt()).isEqualTo(1);
    assertThat(send(a, "GET", "/metrics", "").body())
        .contains(
            "hissrv_quarantine_set_aside_total 3",
            "hissrv_quarantine_waiting 1",
            "hissrv_quarantine_replayed_total 1",
            "hissrv_quarantine_discarded_total 1");
  }

  @Test
  void withoutRedisTheQuarantineAnswersThatItIsAwayAndKeepsWhatItHas() {
    queue("{bad");
    sync(a);
    int port = server.port();
    server.close();
    for (HttpResponse<String> refused :
        List.of(
            send(a, "GET", "/quarantine", ""),
            send(a, "POST", "/quarantine/1/replay", ""),
            send(a, "DELETE", "/quarantine/1", ""))) {
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
      assertThat(refused.body()).contains("quarantine-unavailable");
      assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    }
    assertThat(send(a, "GET", "/metrics", "").body())
        .contains("hissrv_points_quarantined_total")
        .doesNotContain("hissrv_quarantine_waiting");
    server = PrivateRedis.start(folder, port);
  }
}
