package com.voltageems.hissrv.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutboxTotalsTest {
  private static final Instant NOW = Instant.parse("2026-11-22T21:00:00Z");

  @TempDir private Path folder;

  @Test
  void nothingStoredYetHasNoTime() {
    try (var outbox = new Outbox(folder.resolve("outbox.db"), () -> NOW)) {
      assertThat(outbox.totals()).isEqualTo(new Totals(0, 0, null));
    }
  }

  @Test
  void whatWasAcknowledgedIsCountedAndDated() {
    var intake = new Intake();
    intake.deliver(
        "entry",
        Point.of(SeriesKey.of("telemetry", Map.of()), NOW, Map.of("v", FieldValue.of(1.5))));
    intake.quarantine("other", "{", "malformed");
    try (var outbox = new Outbox(folder.resolve("outbox.db"), () -> NOW)) {
      outbox.append(intake);
      assertThat(outbox.totals()).isEqualTo(new Totals(0, 1, null));

      outbox.acknowledge(outbox.oldest(10), Map.of());

      assertThat(outbox.totals()).isEqualTo(new Totals(1, 1, NOW));
    }
  }
}
