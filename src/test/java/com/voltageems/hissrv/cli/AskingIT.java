package com.voltageems.hissrv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.voltageems.hissrv.app.HisSrv;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.testkit.Api;
import com.voltageems.hissrv.testkit.Await;
import com.voltageems.hissrv.testkit.TestConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** The commands that ask a running service, on a real one. */
class AskingIT {
  @TempDir Path folder;
  private PrivateRedis server;
  private HisSrv service;
  private String url;

  @BeforeEach
  void start() {
    server = PrivateRedis.start(folder.resolve("redis"));
    service =
        HisSrv.live(TestConfig.of(server.url(), folder.resolve("data")), InstantSource.system());
    service.start();
    url = "http://127.0.0.1:" + service.port();
    try (var neighbour = RedisClient.create(server.url());
        var api = new Api(service.port())) {
      for (int n = 0; n < 3; n++) {
        long _ =
            neighbour.lpush(
                "archive:pending",
                "{\"timestamp\":%d,\"measurement\":\"tariff\",\"tags\":{\"site\":\"s%d\"},\"fields\":{\"price\":0.3%d}}"
                    .formatted(Instant.now().getEpochSecond() - 60, n, n));
      }
      Await.until(
          "three rows",
          Duration.ofSeconds(20),
          () ->
              api.get("/query?measurement=tariff&interval=raw")
                  .filter(answer -> answer.path("rows").size() == 3)
                  .isPresent());
    }
  }

  @AfterEach
  void stop() {
    service.close();
    server.close();
  }

  @Test
  void aTableShowsWhatWasAskedFor() {
    var all = call("query", "tariff", "--url", url);
    assertThat(all.code()).isZero();
    assertThat(all.output()).contains("time", "site", "price", "s0", "0.31", "s2");

    var one = call("query", "tariff", "site!=s0", "site!=s1", "--url", url);
    assertThat(one.output()).contains("s2").doesNotContain("s0", "s1");
    var matching = call("query", "tariff", "site=~s[01]", "--url", url);
    assertThat(matching.output()).contains("s0", "s1").doesNotContain("s2");
  }

  @Test
  void theLatestOfEachSeriesStandsWithItsAge() throws IOException {
    var all = call("latest", "tariff", "--interval", "raw", "--url", url);
    assertThat(all.code()).as(all.errors()).isZero();
    assertThat(all.output().lines())
        .hasSize(4)
        .first()
        .asString()
        .matches("site +time +age +price");
    assertThat(all.output()).contains("s0", "0.31", "s2");
    assertThat(all.errors()).contains("3 series of tariff, level raw");

    var json = call("latest", "-m", "tariff", "site=s1", "--url", url, "--json");
    assertThat(new JsonMapper().readTree(json.output()).at("/series/0/fields/price").asDouble())
        .isEqualTo(0.31);
    assertThat(call("latest", "tariff", "--limit", "1", "--url", url).errors())
        .contains("there are more");
    assertThat(call("latest", "--url", url).code()).isEqualTo(2);
  }

  @Test
  void historyIsChangedOnlyWhenItIsMeant() throws IOException {
    String time =
        new JsonMapper()
            .readTree(call("latest", "tariff", "site=s1", "--url", url, "--json").output())
            .at("/series/0/time")
            .asText();
    String[] correction = {
      "correct",
      "tariff",
      "site=s1",
      "--time",
      time,
      "--set",
      "price=0.5",
      "--reason",
      "typo",
      "--url",
      url
    };
    var unsure = call(correction);
    assertThat(unsure.code()).isEqualTo(2);
    assertThat(unsure.errors()).contains("--dry-run", "--yes");
    var dry = call(with(correction, "--dry-run"));
    assertThat(dry.code()).as(dry.errors()).isZero();
    assertThat(dry.output()).contains("0.31", "0.5", "1 values would be written");
    var corrected = call(with(correction, "--yes"));
    assertThat(corrected.output()).contains("1 values written");
    Await.until(
        "it is stored",
        Duration.ofSeconds(20),
        () -> call("latest", "tariff", "site=s1", "--url", url).output().contains("0.5"));

    String[] deletion = {
      "delete",
      "tariff",
      "site=s1",
      "--from",
      "now-1h",
      "--to",
      "now",
      "--reason",
      "bench",
      "--url",
      url
    };
    assertThat(call(deletion).code()).isEqualTo(2);
    assertThat(call(with(deletion, "--dry-run", "--yes")).code()).isEqualTo(2);
    assertThat(call(with(deletion, "--dry-run")).output())
        .contains("1 rows of raw", "1 rows would be deleted");
    var deleted = call(with(deletion, "--yes", "--json"));
    assertThat(deleted.code()).as(deleted.errors()).isZero();
    assertThat(new JsonMapper().readTree(deleted.output()).path("rows").asInt()).isEqualTo(1);
    assertThat(call("query", "tariff", "--interval", "raw", "--url", url).output())
        .contains("s0", "s2")
        .doesNotContain("s1");
    var unknown =
        call(
            "delete",
            "tarif",
            "--from",
            "now-1h",
            "--to",
            "now",
            "--reason",
            "r",
            "--yes",
            "--url",
            url);
    assertThat(unknown.code()).isEqualTo(1);
    assertThat(unknown.errors()).contains("tariff");
  }

  private static String[] with(String[] call, String... more) {
    return Stream.concat(Arrays.stream(call), Arrays.stream(more)).toArray(String[]::new);
  }

  @Test
  void jsonIsOneObjectAndCsvGoesToAFile() throws IOException {
    var json = call("query", "tariff", "site=s1", "--url", url, "--json");
    assertThat(new JsonMapper().readTree(json.output()).path("rows").get(0).get(1).asDouble())
        .isEqualTo(0.31);

    Path file = folder.resolve("tariff.csv");
    var csv = call("query", "tariff", "--csv", "-o", file.toString(), "--url", url);
    assertThat(csv.code()).isZero();
    assertThat(Files.readAllLines(file)).hasSize(4).first().asString().startsWith("time,");
  }

  @Test
  void whatIsAskedWronglyIsToldWithTheNearestNameAndNothingIsSent() {
    var unknown = call("query", "tarif", "--url", url);
    assertThat(unknown.code()).isEqualTo(1);
    assertThat(unknown.errors()).contains("tariff");

    assertThat(call("query", "tariff", "site", "--url", url).code()).isEqualTo(2);
    assertThat(call("query", "--url", url).code()).isEqualTo(2);
    assertThat(call("status", "--url", "http://127.0.0.1:1").errors())
        .contains("no HisSrv answers");
  }

  @Test
  void statusNamesEveryComponentAndWatchLooksSeveralTimes() {
    var status = call("status", "--url", url);
    assertThat(status.code()).isZero();
    assertThat(status.output()).contains("redis", "aggregate", "outbox", "store", "queue_size");

    var watch = call("watch", "--every", "1s", "--times", "4", "--url", url);
    assertThat(watch.code()).isZero();
    assertThat(watch.output().split("queue_size", -1)).hasSize(5);
    assertThat(watch.output()).contains("per second");
  }

  @Test
  void theDoctorFindsARedisThatEvictsAndOneThatIsNotThere() throws IOException {
    Path config = folder.resolve("hissrv.yml");
    Files.writeString(
        config,
        "redis: {url: \"%s\"}\nstore: {path: \"%s\"}\napi: {host: 127.0.0.1, port: %d}\n"
            .formatted(server.url(), folder.resolve("data"), service.port()));
    try (var neighbour = RedisClient.create(server.url())) {
      String _ = neighbour.configSet("maxmemory", "512mb");
      String _ = neighbour.configSet("maxmemory-policy", "volatile-lru");
    }
    var evicts = call("doctor", "--config", config.toString());
    assertThat(evicts.code()).isZero();
    assertThat(evicts.output())
        .contains("ok    redis version", "set maxmemory-policy noeviction", "clock", "disk");

    Files.writeString(
        config,
        "redis: {url: \"redis://127.0.0.1:1\"}\nstore: {path: \"%s\"}\napi: {host: 127.0.0.1, port: 1}\n"
            .formatted(folder.resolve("other")));
    var away = call("doctor", "--config", config.toString());
    assertThat(away.code()).isEqualTo(1);
    assertThat(away.output()).contains("BAD   redis", "systemctl start redis-server");

    Files.writeString(config, "redsi: {}\n");
    var broken = call("doctor", "--config", config.toString());
    assertThat(broken.code()).isEqualTo(1);
    assertThat(broken.output()).contains("redis");
  }

  @Test
  void completionKnowsTheCommands() {
    assertThat(call("completion").output()).contains("quarantine", "doctor", "complete");
  }

  private HisSrvCall call(String... arguments) {
    return HisSrvCall.of(List.of(arguments));
  }
}
