package com.voltageems.hissrv.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.outbox.Delivery;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.sqlite.SqliteStore;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupRoutesTest {
  private static final Map<String, String> TAGS = Map.of("channel", "1001", "interval", "1m");

  @TempDir Path folder;
  private ApiFixture api;

  /** An empty one; {@link InfluxRoutesIT} has another. */
  HistoryStore store(Path folder) {
    return new SqliteStore(folder.resolve("store"), InstantSource.fixed(ApiFixture.NOW));
  }

  @BeforeEach
  void open() {
    api = new ApiFixture(folder, store(folder));
  }

  @AfterEach
  void close() {
    api.close();
  }

  @Test
  void itTellsTheDaysThatHaveHistory() {
    api.store("telemetry", TAGS, 0, 1);
    api.store("telemetry", TAGS, 3 * 24 * 60, 2);
    api.store("weather", TAGS, 2 * 24 * 60, 2);
    api.store("weather", Map.of("interval", "5m"), 0, 2);

    assertThat(api.get("/backup/days").json().path("levels"))
        .hasToString(
            "{\"1m\":[\"2026-01-26\",\"2026-01-27\",\"2026-01-29\"],\"5m\":[\"2026-01-29\"]}");
  }

  @Test
  void aDayIsLineProtocolThatSaysWhereItEnds() {
    api.store("telemetry", TAGS, 0, 1.5);
    api.store("telemetry", TAGS, 24 * 60, 2);
    api.store("telemetry", Map.of("interval", "5m"), 0, 3);

    assertThat(api.get("/backup?interval=1m&day=2026-01-29").body())
        .isEqualTo(
            "telemetry,channel=1001,interval=1m voltage_avg=1.5,voltage_count=60i"
                + " 1769682600000000000\n# end of 1 rows\n");
    assertThat(api.get("/backup?interval=1h&day=2026-01-29").body()).isEqualTo("# end of 0 rows\n");
  }

  @Test
  void whatIsTakenIsInTheOutboxAndWhatIsNoPointIsNamed() {
    var answer =
        api.sendBody(
            "POST",
            "/import?precision=s",
            "m,a=b v=1,n=2i 1769682600\nm v= 1\n\nm v=t 1769682600\n");

    assertThat(answer.json())
        .hasToString(
            "{\"accepted\":1,\"quarantined\":1,\"refused\":1,\"lines\":"
                + "[{\"line\":2,\"column\":5,\"reason\":\"there is no value\"}]}");
    assertThat(api.outbox.oldest(9))
        .extracting(Delivery::point)
        .containsExactly(
            Point.of(
                SeriesKey.of("m", Map.of("a", "b")),
                ApiFixture.NOW,
                Map.of("v", FieldValue.of(1.0), "n", FieldValue.of(2L))));
    assertThat(api.outbox.quarantine().totals().waiting()).isEqualTo(1);
  }

  @Test
  void nothingIsTakenWhileTooMuchWaits() {
    var lines = new StringBuilder();
    for (int n = 0; n < 50_000; n++) {
      lines.append("m v=1 ").append(n).append('\n');
    }
    assertThat(api.sendBody("POST", "/import", lines.toString()).status()).isEqualTo(200);

    var answer = api.sendBody("POST", "/import", "m v=1 1\n");

    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.problem()).isEqualTo("outbox-full");
    assertThat(answer.header("Retry-After")).isEqualTo("1");
    assertThat(api.outbox.size()).isEqualTo(50_000);
  }

  @Test
  void badQuestionsAreRefused() {
    var statuses = new ArrayList<Integer>();
    for (String path :
        List.of(
            "/backup",
            "/backup?interval=1m",
            "/backup?interval=x&day=2026-01-29",
            "/backup?interval=1m&day=2026-02-30",
            "/backup?interval=1m&day=9999-01-01",
            "/backup/days?x=1")) {
      statuses.add(api.get(path).status());
    }
    assertThat(statuses).containsOnly(400);
    assertThat(api.sendBody("POST", "/import?precision=h", "m v=1 1\n").status()).isEqualTo(400);
    assertThat(api.sendBody("POST", "/import", "m".repeat((4 << 20) + 1)).status()).isEqualTo(413);
    assertThat(api.sendBody("POST", "/import", "m".repeat(2 << 20)).status()).isEqualTo(400);
    assertThat(api.outbox.size()).isZero();
  }
}
