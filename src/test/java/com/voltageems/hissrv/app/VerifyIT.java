package com.voltageems.hissrv.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.voltageems.hissrv.config.Config;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.ledger.Completeness;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.testkit.ManualClock;
import com.voltageems.hissrv.testkit.TestConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** The ledger against the store, the store against Redis. */
class VerifyIT {
  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
  private static final String SOURCE = "comsrv:1001:m";

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(START);
  private PrivateRedis server;
  private RedisClient neighbour;
  private Config config;
  private HisSrv service;

  @BeforeEach
  void tenMinutesOfHistory() {
    server = PrivateRedis.start(folder);
    neighbour = RedisClient.create(server.url());
    config = TestConfig.of(server.url(), folder.resolve("data"));
    service = HisSrv.replay(config, clock);
    for (int n = 0; n < 60; n++) {
      neighbour.hset(SOURCE, Map.of("1", "230." + n));
      service.aggregation().sample();
      clock.advance(Duration.ofSeconds(10));
    }
    service.sync();
  }

  @AfterEach
  void stopAll() {
    service.close();
    neighbour.close();
    server.close();
  }

  @Test
  void whatTheStoreHasLostIsNamedAndSentAgainFromRedis() throws Exception {
    service.start();
    assertThat(numbers(verify(false), "expected", "stored", "missing"))
        .containsExactly(12L, 12L, 0L);

    service.close();
    Files.delete(folder.resolve("data/store/1m/2026-03-01.db"));
    service = HisSrv.replay(config, clock);
    service.start();

    JsonNode answer = verify(false);
    assertThat(answer.path("lost").asLong()).isEqualTo(10);
    assertThat(answer.path("missing").asLong()).isEqualTo(10);
    assertThat(answer.path("sources").get(0).path("gaps").get(0))
        .hasToString(
            "{\"start\":\"2026-03-01T10:00:00Z\",\"stop\":\"2026-03-01T10:10:00Z\","
                + "\"windows\":10,\"cause\":\"lost\"}");

    neighbour.del("archive:1m:" + START.getEpochSecond() + ":1001");
    assertThat(verify(true).path("resent").asLong()).isEqualTo(9);
    service.sync();

    assertThat(numbers(verify(false), "stored", "missing")).containsExactly(11L, 1L);
  }

  @Test
  void afterAKillTheLedgerIsToldWhatTheStoreHolds() throws IOException {
    clock.advance(Duration.ofSeconds(1));
    service.aggregation().sample();
    service.ledger().flush();
    Path data = folder.resolve("killed");
    Path from = config.store().path();
    clock.advance(Duration.ofSeconds(60));
    service.aggregation().closeDue();
    Files.createDirectories(data);
    Files.copy(from.resolve("ledger.db"), data.resolve("ledger.db"));
    Files.copy(from.resolve("ledger.db-wal"), data.resolve("ledger.db-wal"));
    service.sync();
    service.close();
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path to = data.resolve(from.relativize(file));
        if (!Files.exists(to)) {
          Files.copy(file, to);
        }
      }
    }

    service = HisSrv.replay(TestConfig.of(server.url(), data), clock);
    assertThat(account()).returns(10L, Completeness::delivered);
    service.sync();

    assertThat(account()).returns(11L, Completeness::delivered).returns(0L, Completeness::pending);
    assertThat(service.ledger().knowsTooLittleSince()).isEmpty();
  }

  @Test
  void theAccountIsAnsweredOverHttpAndWrongQuestionsAreExplained() throws Exception {
    service.start();

    JsonNode all = ask("GET", "/completeness?range=15m&limit=0");
    assertThat(all.path("expected").asLong()).isEqualTo(12);
    assertThat(all.path("delivered").asLong()).isEqualTo(12);
    assertThat(all.path("known_since").asText()).isEqualTo("2026-03-01T10:00:00Z");
    assertThat(ask("GET", "/completeness?range=15m&interval=5m&source=comsrv:*").path("sources"))
        .hasSize(1);
    assertThat(ask("GET", "/completeness?range=15m&source=x*").path("sources")).isEmpty();

    for (String wrong : List.of("interval=7m", "limit=-1", "sorce=x", "source=", "range=soon")) {
      JsonNode problem = ask("GET", "/completeness?" + wrong);
      assertThat(problem.path("status").asInt()).as(wrong).isEqualTo(400);
      assertThat(problem.path("expected").asText()).as(wrong).isNotEmpty();
    }
    assertThat(ask("POST", "/verify?range=3d").path("status").asInt()).isEqualTo(400);
    assertThat(ask("POST", "/verify?range=1h&repair=yes").path("parameter").asText())
        .isEqualTo("repair");
  }

  private Completeness account() {
    return service
        .ledger()
        .completeness(
            new TimeRange(START, clock.instant()), _ -> true, level -> level.name().equals("1m"))
        .getFirst();
  }

  private static List<Long> numbers(JsonNode answer, String... names) {
    return Stream.of(names).map(name -> answer.path(name).asLong()).toList();
  }

  private JsonNode verify(boolean repair) throws Exception {
    return ask("POST", "/verify?start=" + START + "&stop=" + clock.instant() + "&repair=" + repair);
  }

  private JsonNode ask(String method, String path) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + path))
              .method(method, BodyPublishers.noBody())
              .build();
      return new JsonMapper().readTree(client.send(request, BodyHandlers.ofString()).body());
    }
  }
}
