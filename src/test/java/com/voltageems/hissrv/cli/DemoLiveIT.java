package com.voltageems.hissrv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.testkit.Api;
import com.voltageems.hissrv.testkit.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code hissrv demo} goes on where the history that it filled in ends; {@link DemoIT} is quicker.
 */
class DemoLiveIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Back-filled windows have a sample every 10 s, live ones every second. */
  private static final int BACKFILLED_COUNT = 6;

  @TempDir Path folder;

  @Test
  void aLiveWindowFollowsADayOfHistory() throws IOException {
    int port = HisSrvProcess.freePort();
    try (var demo = DemoIT.start(folder, port);
        var api = new Api(port)) {
      api.awaitUp(PATIENCE);
      assertThat(DemoIT.rows(api, "range=24h")).hasSizeGreaterThan(1_400);
      // Up to 66 s to the end of the first minute with more samples, and some to close and deliver.
      Await.until(
          "a window closed live",
          PATIENCE,
          () ->
              DemoIT.rows(api, "range=5m").values().stream()
                  .anyMatch(row -> DemoIT.count(row) > BACKFILLED_COUNT));
      demo.signal("INT");
      assertThat(demo.awaitExit()).isEqualTo(130);
      assertThat(demo.output()).contains("nothing is left running");
      assertThat(DemoIT.leftBehind(folder)).isEmpty();
    }
  }
}
