package com.voltageems.hissrv.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.testkit.Api;
import com.voltageems.hissrv.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service as a process whose configuration file, and a secret beside it, change. */
class HangupIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path folder;

  @Test
  void aFileRenamedOverTheOldOneAndSighupAreFollowedAndNoSecretIsTold() throws IOException {
    int port = HisSrvProcess.freePort();
    Path file = folder.resolve("hissrv.yml");
    write(file, port, "10s", "debug");
    Files.writeString(folder.resolve("secret"), "first-canary");
    try (var api = new Api(port);
        var process = HisSrvProcess.start(folder, "run", "--config", file.toString())) {
      api.awaitUp(Duration.ofSeconds(30));
      write(folder.resolve("next.yml"), port, "7s", "info");
      Files.move(folder.resolve("next.yml"), file, StandardCopyOption.ATOMIC_MOVE);
      Await.until("the file is read again", PATIENCE, () -> revision(api) == 2);
      assertThat(
              api.get("/config")
                  .orElseThrow()
                  .at("/settings/service.polling_interval/value")
                  .asText())
          .isEqualTo("7s");

      Files.writeString(folder.resolve("secret"), "second-canary");
      process.signal("HUP");
      Await.until("the secret is read again", PATIENCE, () -> revision(api) == 3);

      Files.writeString(file, "redis: {url: \"redis://:third-canary@127.0.0.1:1\", uri: 1}\n");
      Await.until(
          "the bad file shows",
          PATIENCE,
          () ->
              api.get("/health")
                  .orElseThrow()
                  .at("/components/config/status")
                  .asText()
                  .equals("down"));
      assertThat(revision(api)).isEqualTo(3);
      write(file, port, "7s", "info");
      Await.until(
          "the mended one is taken",
          PATIENCE,
          () ->
              api.get("/health")
                  .orElseThrow()
                  .at("/components/config/status")
                  .asText()
                  .equals("up"));

      var told = new StringBuilder();
      for (String path :
          new String[] {"/config", "/config/history", "/mappings", "/status", "/health"}) {
        told.append(api.get(path).orElseThrow());
      }
      process.signal("TERM");
      assertThat(process.awaitExit()).isEqualTo(143);
      told.append(process.errors());
      try (var files = Files.walk(folder.resolve("data"))) {
        for (Path one : files.filter(Files::isRegularFile).toList()) {
          told.append(new String(Files.readAllBytes(one), ISO_8859_1));
        }
      }
      assertThat(told)
          .doesNotContain("canary")
          .contains("revision 2 (file)", "revision 3 (SIGHUP)");
    }
  }

  private static int revision(Api api) {
    return api.get("/config").orElseThrow().path("revision").asInt();
  }

  private void write(Path file, int port, String polling, String level) throws IOException {
    Files.writeString(
        file,
        """
        service: {polling_interval: %s}
        redis: {url: "redis://:${file:secret}@127.0.0.1:1"}
        store: {path: "%s"}
        api: {host: "127.0.0.1", port: %d}
        logging: {level: %s}
        mappings:
          - source_pattern: "comsrv:([0-9]+):m"
            measurement: telemetry
            field_mappings: {"1": voltage}
        """
            .formatted(polling, folder.resolve("data"), port, level));
  }
}
