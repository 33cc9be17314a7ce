package com.voltageems.hissrv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.testkit.Api;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code hissrv verify} as a user calls it; what it verifies is the service's to show. */
class VerifyCommandIT {
  @TempDir Path folder;

  @Test
  void itAsksTheServiceOfTheConfigurationAndSaysWhatIsWrongWithTheCall() throws IOException {
    int port = HisSrvProcess.freePort();
    Path config =
        Files.writeString(
            folder.resolve("hissrv.yml"),
            """
            redis:
              url: redis://127.0.0.1:%d
            store:
              path: data
            api:
              host: 0.0.0.0
              port: %d
            """
                .formatted(HisSrvProcess.freePort(), port));
    String[] call = {"verify", "--config", config.toString()};
    assertThat(ends(1, call)).contains("no HisSrv answers at http://127.0.0.1:" + port);

    try (var api = new Api(port);
        var service = HisSrvProcess.start(folder, "run", "--config", config.toString())) {
      api.awaitUp(Duration.ofSeconds(30));
      assertThat(ends(0, call)).contains("0 windows expected, 0 stored, 0 on their way, 0 missing");
      assertThat(ends(0, "verify", "--url", "http://localhost:" + port, "--json"))
          .contains("\"expected\":0")
          .contains("\"gaps\":[]");
      assertThat(ends(2, "verify", "--config", config.toString(), "--from", "yesterday"))
          .contains("--from: 'yesterday' is no time");
      assertThat(service.isAlive()).isTrue();
    }
  }

  private String ends(int code, String... call) throws IOException {
    try (var command = HisSrvProcess.start(folder, call)) {
      assertThat(command.awaitExit()).as("%s", command.errors()).isEqualTo(code);
      return command.output() + command.errors();
    }
  }
}
