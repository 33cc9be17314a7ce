package com.voltageems.hissrv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.voltageems.hissrv.testkit.Api;
import com.voltageems.hissrv.testkit.Await;
import com.voltageems.hissrv.testkit.LocalInflux;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backup, restore and import as a user calls them: from one store into the other. */
class BackupIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int POINTS = 4_000;

  @TempDir Path folder;

  @Test
  void historyMovesFromTheEmbeddedStoreToInfluxDbAndIsTheSame() throws IOException {
    int embedded = HisSrvProcess.freePort();
    int influx = HisSrvProcess.freePort();
    Path embeddedConfig = config("embedded", embedded, "store: {path: embedded}");
    Files.writeString(folder.resolve("points.lp"), points());
    try (var database = LocalInflux.start(Files.createDirectory(folder.resolve("influx")), "");
        var api = new Api(embedded);
        var other = new Api(influx)) {
      Path influxConfig =
          config(
              "influx",
              influx,
              "store: {path: other}\ninfluxdb: {url: \"%s\", database: \"%s\"}"
                  .formatted(database.url(), database.database()));
      try (var _ = HisSrvProcess.start(folder, "run", "--config", embeddedConfig.toString())) {
        api.awaitUp(PATIENCE);
        var imported = json(1, embeddedConfig, "import", "points.lp");
        assertThat(imported.path("accepted").asInt()).isEqualTo(POINTS);
        assertThat(imported.path("refused").asInt()).isEqualTo(1);
        awaitStored(api, POINTS);

        var first = json(0, embeddedConfig, "backup", "first");
        assertThat(first.path("rows").asInt()).isEqualTo(POINTS);
        // The days that have passed are settled only a day later: all is written again.
        assertThat(json(0, embeddedConfig, "backup", "first").path("days"))
            .isEqualTo(first.path("days"));
      }
      try (var _ = HisSrvProcess.start(folder, "run", "--config", influxConfig.toString())) {
        other.awaitUp(PATIENCE);
        aDamagedBackupIsNotSent(influxConfig);

        assertThat(json(0, influxConfig, "restore", "first").path("accepted").asInt())
            .isEqualTo(POINTS);
        assertThat(folder.resolve("first/restore.json")).doesNotExist();
        awaitStored(other, POINTS);
        itGoesOnWhereItWas(influxConfig, "http://127.0.0.1:" + influx);
        awaitStored(other, POINTS + 5);

        assertThat(json(0, influxConfig, "backup", "second").path("rows").asInt())
            .isEqualTo(POINTS);
        assertThat(texts("second")).isEqualTo(texts("first"));
      }
    }
  }

  private void aDamagedBackupIsNotSent(Path config) throws IOException {
    Path file = files("first").values().iterator().next();
    byte[] bytes = Files.readAllBytes(file);
    byte[] damaged = bytes.clone();
    damaged[bytes.length / 2] ^= 1;
    Files.write(file, damaged);

    assertThat(json(1, config, "restore", "first").path("error").asText())
        .isEqualTo("1 files are not as they were written; nothing was sent");

    Files.write(file, bytes);
  }

  /** As it is left behind by one that was stopped five points before the end of all files. */
  private void itGoesOnWhereItWas(Path config, String service) throws IOException {
    var mark = new JsonMapper().createObjectNode().put("service", service);
    var manifest = new JsonMapper().readTree(folder.resolve("first/manifest.json").toFile());
    int left = 5;
    for (var file : manifest.path("files").properties()) {
      JsonNode told = file.getValue();
      mark.putObject(file.getKey())
          .put("sha256", told.path("sha256").asText())
          .put("points", told.path("rows").asInt() - left);
      left = 0;
    }
    Files.writeString(folder.resolve("first/restore.json"), mark.toString());

    assertThat(json(0, config, "restore", "first").path("accepted").asInt()).isEqualTo(5);
  }

  private static void awaitStored(Api api, int points) {
    Await.until(
        points + " points are stored",
        PATIENCE,
        () ->
            api.get("/status").map(status -> status.path("processed").asInt()).orElse(0) == points);
  }

  private Path config(String name, int port, String more) throws IOException {
    return Files.writeString(
        folder.resolve(name + ".yml"),
        """
        redis: {url: "redis://127.0.0.1:%d"}
        api: {host: 127.0.0.1, port: %d}
        %s
        """
            .formatted(HisSrvProcess.freePort(), port, more));
  }

  /** Of three days, two levels and all types, and a line that is none. */
  private static String points() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    Instant now = InstantSource.system().instant().truncatedTo(ChronoUnit.MINUTES);
    var lines = new StringBuilder("this is no point\n");
    for (int n = 0; n < POINTS; n++) {
      Instant time = now.minus(Duration.ofMinutes(n));
      lines.append(
          "telemetry,channel=%d,interval=%s v_avg=%s,v_count=%di,ok=%b,note=\"%s\" %d000000000\n"
              .formatted(
                  n % 7,
                  n % 3 == 0 ? "5m" : "1m",
                  random.nextDouble() * Math.pow(10, random.nextInt(-200, 200)),
                  random.nextLong(),
                  random.nextBoolean(),
                  "a \\\"b\\\" \\\\ ü\n" + random.nextInt(),
                  time.getEpochSecond()));
    }
    return lines.toString();
  }

  private JsonNode json(int code, Path config, String... call) throws IOException {
    var arguments = new ArrayList<>(Arrays.asList(call));
    arguments.addAll(List.of("--config", config.toString(), "--json"));
    try (var command = HisSrvProcess.start(folder, arguments.toArray(String[]::new))) {
      assertThat(command.awaitExit(PATIENCE)).as("%s", command.errors()).isEqualTo(code);
      return new JsonMapper().readTree(command.output());
    }
  }

  private Map<String, Path> files(String backup) throws IOException {
    Path root = folder.resolve(backup);
    var files = new TreeMap<String, Path>();
    try (var all = Files.walk(root)) {
      all.filter(file -> file.toString().endsWith(".lp.gz"))
          .forEach(file -> files.put(root.relativize(file).toString(), file));
    }
    return files;
  }

  private Map<String, String> texts(String backup) throws IOException {
    var texts = new TreeMap<String, String>();
    for (var file : files(backup).entrySet()) {
      try (var in = new GZIPInputStream(Files.newInputStream(file.getValue()))) {
        texts.put(file.getKey(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return texts;
  }
}
