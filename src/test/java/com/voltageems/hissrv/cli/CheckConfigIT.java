package com.voltageems.hissrv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.testkit.Api;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code hissrv check-config} as a user calls it; its dry run is the guide's to show. */
class CheckConfigIT {
  @TempDir Path folder;

  @Test
  void allThatIsWrongIsToldAtOnceAndNoSecretIs() throws IOException {
    Path file =
        write(
            "bad.yml",
            "redis: {url: \"redis://:canary@x:1\"}\nmapings: []\napi: {port: canary7}\n");
    assertThat(ends(1, "check-config", file.toString(), "--json"))
        .contains("\"valid\":false")
        .contains("\"line\":2,\"column\":1,\"path\":\"mapings\"")
        .contains("\"path\":\"api.port\"")
        .contains("bad.yml:2:1: mapings: unknown key")
        .contains("did you mean \"mappings\"?")
        .doesNotContain("canary@");
    Path away = write("away.yml", "redis: {url: \"redis://:canary@127.0.0.1:1\"}\n");
    assertThat(ends(1, "check-config", away.toString(), "--live"))
        .startsWith("ok: ")
        .contains("redis at redis://127.0.0.1:1")
        .doesNotContain("canary");
    assertThat(ends(2, "check-config", away.toString(), "--redis-url", "redis://localhost:1"))
        .contains("--redis-url goes with --live");
  }

  @Test
  void whatDiffersFromARunningServiceIsToldWithSecretsMasked() throws IOException {
    int port = HisSrvProcess.freePort();
    String sections =
        """
        redis: {url: "redis://:canary@127.0.0.1:%d"}
        store: {path: data}
        api: {host: 127.0.0.1, port: %d}
        """
            .formatted(HisSrvProcess.freePort(), port);
    Path running = write("running.yml", sections + "service: {polling_interval: 10s}\n");
    Path next = write("next.yml", sections + "service: {stop_timeout: 5s}\n");
    String url = "http://127.0.0.1:" + port;
    try (var api = new Api(port);
        var service = HisSrvProcess.start(folder, "run", "--config", running.toString())) {
      api.awaitUp(Duration.ofSeconds(30));
      assertThat(ends(0, "check-config", next.toString(), "--url", url))
          .contains("service.polling_interval: 10s -> (not written)")
          .contains("service.stop_timeout: (not written) -> 5s")
          .doesNotContain("aggregation.")
          .doesNotContain("redis.url")
          .doesNotContain("canary");
      assertThat(service.isAlive()).isTrue();
    }
  }

  private Path write(String name, String yaml) throws IOException {
    return Files.writeString(folder.resolve(name), yaml);
  }

  private static String ends(int code, String... call) {
    var command = HisSrvCall.of(List.of(call));
    assertThat(command.code()).as("%s", command.errors()).isEqualTo(code);
    return command.output() + command.errors();
  }
}
