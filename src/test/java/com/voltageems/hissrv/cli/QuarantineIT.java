package com.voltageems.hissrv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.outbox.Intake;
import com.voltageems.hissrv.outbox.Outbox;
import com.voltageems.hissrv.testkit.Api;
import com.voltageems.hissrv.testkit.Await;
import com.voltageems.hissrv.testkit.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** {@code hissrv quarantine} against the service as a process, with real Redis and store. */
class QuarantineIT {
  private static final String BAD =
      "{\"timestamp\":\"yesterday\",\"measurement\":\"tariff\",\"fields\":{\"price\":0.31}}";

  @TempDir Path folder;
  private PrivateRedis redis;
  private RedisClient neighbour;
  private Api api;
  private int port;

  @BeforeEach
  void startRedis() throws IOException {
    redis = PrivateRedis.start(folder);
    neighbour = RedisClient.create(redis.url());
    port = HisSrvProcess.freePort();
    api = new Api(port);
  }

  @AfterEach
  void stopRedis() {
    api.close();
    neighbour.close();
    redis.close();
  }

  private HisSrvProcess service(String mappedSource) throws IOException {
    Files.writeString(
        folder.resolve("hissrv.yml"),
        """
        service: {polling_interval: 1s}
        redis: {url: "%s"}
        store: {type: sqlite, path: data}
        api: {host: 0.0.0.0, port: %d}
        mappings:
          - source_pattern: "%s"
            measurement: telemetry
            field_mappings: {"1": voltage}
        """
            .formatted(redis.url(), port, mappedSource));
    var service = HisSrvProcess.start(folder, "run", "--config", "hissrv.yml");
    api.awaitUp(Duration.ofSeconds(60));
    return service;
  }

  private record Ran(int code, String output, String errors) {
    JsonNode json() throws IOException {
      return new JsonMapper().readTree(output);
    }
  }

  private Ran quarantine(String... arguments) throws IOException {
    return with("", "false", arguments);
  }

  private Ran with(String input, String editor, String... arguments) throws IOException {
    Path out = Files.createTempFile(folder, "cli", ".out");
    Path err = Files.createTempFile(folder, "cli", ".err");
    List<String> command = ChildJvm.command(Main.class);
    command.add("quarantine");
    command.addAll(Arrays.asList(arguments));
    if (Stream.of(arguments).noneMatch("--url"::equals)) {
      command.addAll(List.of("--config", "hissrv.yml"));
    }
    var builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("EDITOR", editor);
    builder.environment().remove("VISUAL");
    Process process = builder.start();
    try (var stdin = process.outputWriter()) {
      stdin.write(input);
    }
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    } finally {
      process.destroyForcibly();
    }
    return new Ran(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  private void awaitInQuarantine(int items) {
    Await.until(
        items + " in quarantine",
        Duration.ofSeconds(30),
        () ->
            api.get("/quarantine")
                .filter(answer -> answer.path("waiting").asInt() == items)
                .isPresent());
  }

  private void awaitStored(String measurement) {
    Await.until(
        measurement + " is stored",
        Duration.ofSeconds(30),
        () ->
            api.get(
                    "/query?measurement="
                        + measurement
                        + "&start=2026-01-29T00:00:00Z&stop=2026-01-30T00:00:00Z")
                .filter(answer -> answer.path("rows").size() == 1)
                .isPresent());
  }

  @Test
  void aPoisonedDocumentIsListedMendedReplayedAndArrives() throws IOException {
    try (var _ = service("comsrv:(\\\\d+):m")) {
      neighbour.lpush("archive:pending", BAD);
      awaitInQuarantine(1);

      Ran list = quarantine("list");
      assertThat(list.code()).as(list.errors()).isZero();
      assertThat(list.output())
          .contains("yesterday")
          .contains("unreadable timestamp")
          .contains("1 in quarantine");

      Ran again = quarantine("replay", "1");
      assertThat(again.code()).isEqualTo(1);
      assertThat(again.output()).contains("1 stays: unreadable timestamp");

      Ran mended =
          quarantine(
              "repair",
              "1",
              "--time",
              "2026-01-29T10:00:00Z",
              "--rename",
              "price=price_eur",
              "--set",
              "slot=40i",
              "--tag",
              "zone=DE",
              "--replay");
      assertThat(mended.code()).as(mended.errors()).isZero();
      awaitStored("tariff");
      JsonNode stored =
          api.get("/query?measurement=tariff&start=2026-01-29T00:00:00Z").orElseThrow();
      assertThat(stored.path("columns")).hasToString("[\"time\",\"price_eur\",\"slot\"]");
      assertThat(stored.path("rows")).hasToString("[[\"2026-01-29T10:00:00Z\",0.31,40]]");
      assertThat(stored.at("/tags/zone").asText()).isEqualTo("DE");

      Ran empty = quarantine("list", "--json");
      assertThat(empty.json().path("waiting").asInt()).isZero();
      assertThat(empty.json().path("replayed").asInt()).isEqualTo(1);
    }
  }

  @Test
  void editorFileExportAndDiscardDoWhatTheySay() throws IOException {
    try (var _ = service("comsrv:(\\\\d+):m")) {
      neighbour.lpush("archive:pending", BAD, "{\"timestamp\":1,", BAD);
      awaitInQuarantine(3);

      Ran edited = with("", "sed -i s/yesterday/2026-01-29T10:00:00Z/", "repair", "1", "--edit");
      assertThat(edited.code()).as(edited.errors()).isZero();
      Ran unchanged = with("", "true", "repair", "3", "--edit");
      assertThat(unchanged.code()).isEqualTo(1);
      assertThat(unchanged.errors().strip()).isEqualTo("hissrv: nothing was changed in the editor");
      String whole = BAD.replace("yesterday", "2026-01-29T11:00:00Z").replace("tariff", "other");
      Ran piped = with(whole, "false", "repair", "2", "--file", "-");
      assertThat(piped.code()).as(piped.errors()).isZero();

      Ran exported = quarantine("export");
      assertThat(exported.output().lines()).hasSize(3);
      Ran replayed = quarantine("replay", "--all", "--json");
      assertThat(replayed.code()).isEqualTo(1);
      assertThat(replayed.json().path("replayed").asInt()).isEqualTo(2);
      awaitStored("tariff");
      awaitStored("other");

      assertThat(quarantine("discard", "--all").code()).isEqualTo(2);
      assertThat(quarantine("discard", "--all", "--yes").output()).contains("1 discarded");
      Ran gone = quarantine("show", "3");
      assertThat(gone.code()).isEqualTo(1);
      assertThat(gone.errors()).contains("404: There is no 3 in quarantine");
    }
  }

  @Test
  void anArchiveOfNoRuleArrivesOnceThereIsOneAndItIsReplayed() throws IOException {
    String archive = "archive:1m:1769680800:1001";
    try (var service = service("modsrv:(\\\\d+):measurement")) {
      neighbour.hset(archive, "1", "230.5");
      neighbour.lpush("archive:pending", archive);
      awaitInQuarantine(1);
      service.signal("TERM");
      assertThat(service.awaitExit()).isEqualTo(143);
    }
    neighbour.del(archive);
    try (var _ = service("comsrv:(\\\\d+):m")) {
      Ran replayed = quarantine("replay", "--reason", "no mapping rule");
      assertThat(replayed.code()).as(replayed.errors()).isZero();
      assertThat(replayed.output()).contains("1 replayed (1 points");
      awaitStored("telemetry");
    }
  }

  @Test
  void whoCannotBeAskedIsSaidInOneLine() throws IOException {
    String nobody = "http://127.0.0.1:" + HisSrvProcess.freePort();
    Ran down = quarantine("list", "--url", nobody);
    assertThat(down.code()).isEqualTo(1);
    assertThat(down.errors().strip())
        .startsWith("hissrv: no HisSrv answers at " + nobody)
        .doesNotContain("\n");
    Ran wrong = quarantine("list", "--url", "ftp://x");
    assertThat(wrong.code()).isEqualTo(1);
    assertThat(wrong.errors()).contains("'ftp://x' is no address");
    Ran none = quarantine("replay", "--url", nobody);
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.errors()).contains("which are meant?");
    Ran how = quarantine("repair", "1", "--url", nobody);
    assertThat(how.code()).isEqualTo(2);
    Ran what = quarantine("--url", nobody);
    assertThat(what.code()).isEqualTo(2);
  }

  @Test
  void aHundredThousandAreExportedByAServiceWithLessMemoryThanTheyTake() throws IOException {
    int items = 100_000;
    var filler = "x".repeat(4_000);
    Path file = Files.createDirectories(folder.resolve("data")).resolve("outbox.db");
    try (var outbox = new Outbox(file, InstantSource.system())) {
      for (int n = 0; n < items; n += 1_000) {
        var intake = new Intake();
        for (int i = 0; i < 1_000; i++) {
          intake.quarantine("e" + (n + i), "{" + filler, "malformed");
        }
        outbox.append(intake);
      }
    }
    try (var service = service("comsrv:(\\\\d+):m")) {
      Ran exported = quarantine("export", "--output", "all.ndjson");
      assertThat(exported.code()).as(exported.errors()).isZero();
      Path all = folder.resolve("all.ndjson");
      assertThat(Files.size(all)).as("bytes, of a heap of 256 MB").isGreaterThan(400_000_000);
      try (Stream<String> lines = Files.lines(all)) {
        assertThat(lines.count()).isEqualTo(items);
      }
      assertThat(folder.resolve("all.ndjson.part")).doesNotExist();
      assertThat(service.isAlive()).isTrue();
    }
  }
}
