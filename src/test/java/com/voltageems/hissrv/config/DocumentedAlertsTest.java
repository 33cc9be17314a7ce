package com.voltageems.hissrv.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules that docs/operations.md gives to copy. */
class DocumentedAlertsTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("ALERT_URL", "http://alert-service/webhook");

  @TempDir Path folder;

  @Test
  void eachBlockLoadsAsItStands() throws IOException {
    List<String> blocks =
        Pattern.compile("```yaml\n(alerts:\n.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("docs/operations.md")))
            .results()
            .map(found -> found.group(1))
            .toList();

    assertThat(blocks).hasSize(2);
    for (String block : blocks) {
      Config config = new ConfigFixture(folder).load(block, ENVIRONMENT);
      assertThat(config.alerts()).hasSize((int) block.lines().skip(1).count());
    }
  }
}
