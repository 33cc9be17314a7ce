package com.voltageems.hissrv.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.http.ApiFixture.Answer;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.sqlite.SqliteStore;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CorrectionRoutesTest {
  private static final Map<String, String> TAGS = Map.of("channel", "1001", "interval", "1m");
  private static final String SERIES =
      "'measurement':'telemetry','tags':{'channel':'1001','interval':'1m'},'reason':'bench'";
  private static final String ROW =
      "'rows':[{'time':'2026-01-29T10:28:00Z','fields':{'voltage_avg':7}}]";
  private static final String RANGE =
      "'start':'2026-01-29T10:27:00Z','stop':'2026-01-29T10:30:00Z'";

  @TempDir Path folder;
  private ApiFixture api;

  /** An empty one; {@link InfluxRoutesIT} has another. */
  HistoryStore store(Path folder) {
    return new SqliteStore(folder.resolve("store"), InstantSource.fixed(ApiFixture.NOW));
  }

  @BeforeEach
  void open() {
    api = new ApiFixture(folder, store(folder));
    for (int minutes = 1; minutes <= 5; minutes++) {
      api.store("telemetry", TAGS, minutes, minutes);
      api.store("telemetry", Map.of("channel", "1002", "interval", "1m"), minutes, minutes);
    }
    api.store("telemetry", Map.of("channel", "1001", "interval", "5m"), 5, 3.0);
  }

  @AfterEach
  void close() {
    api.close();
  }

  @Test
  void aCorrectionTellsWhatWasThereAndWaitsForTheStore() {
    Answer dry = post("/corrections", SERIES + ",'dry_run':true," + ROW);
    assertThat(dry.status()).isEqualTo(200);
    assertThat(api.outbox.size()).isZero();

    Answer answer = post("/corrections", SERIES + "," + ROW);

    assertThat(answer.json().path("values"))
        .hasToString(
            "[{\"time\":\"2026-01-29T10:28:00Z\",\"field\":\"voltage_avg\",\"before\":2.0,\"after\":7.0}]");
    assertThat(dry.json().path("values")).isEqualTo(answer.json().path("values"));
    assertThat(answer.json().path("coarser"))
        .hasToString(
            "[{\"interval\":\"5m\",\"start\":\"2026-01-29T10:25:00Z\",\"stop\":\"2026-01-29T10:30:00Z\",\"windows\":1}]");
    assertThat(api.outbox.size()).isEqualTo(1);
  }

  @Test
  void aDeletionCountsFirstAndThenDeletesNothingElse() {
    String order = "'measurement':'telemetry','tags':{'channel':'1001'},'reason':'bench'," + RANGE;

    Answer dry = post("/deletions", order + ",'dry_run':true");
    assertThat(dry.json().path("rows").asInt()).isEqualTo(3);
    assertThat(rows("1001")).isEqualTo(5);
    Answer answer = post("/deletions", order);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("rows").asInt()).isEqualTo(3);
    assertThat(answer.json().path("levels")).hasToString("{\"1m\":3}");
    assertThat(answer.json().path("left").asInt()).isZero();
    assertThat(answer.json().at("/coarser/0/interval").asText()).isEqualTo("5m");
    assertThat(rows("1001")).isEqualTo(2);
    assertThat(rows("1002")).isEqualTo(5);
    assertThat(post("/deletions", order).json().path("rows").asInt()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          'measurement':'telemetry','reason':'r','stop':'now'                       | 400 | missing-parameter   | start
          'measurement':'telemetry','reason':'r','start':'now-1h'                   | 400 | missing-parameter   | stop
          'reason':'r','start':'now-1h','stop':'now'                                | 400 | missing-parameter   | measurement
          'measurement':'telemetry','start':'now-1h','stop':'now'                   | 400 | missing-parameter   | reason
          'measurement':'telemetry','reason':' ','start':'now-1h','stop':'now'      | 400 | bad-parameter       | reason
          'measurement':'telemetry','reason':'a\\nb','start':'now-1h','stop':'now'  | 400 | bad-parameter       | reason
          'measurement':'telemetry','reason':'r','start':'now-1h','stop':'now+1s'   | 400 | bad-parameter       | stop
          'measurement':'telemetry','reason':'r','start':'now','stop':'now-1h'      | 400 | bad-parameter       | stop
          'measurement':'telemetri','reason':'r','start':'now-1h','stop':'now'      | 404 | unknown-measurement | measurement
          'measurement':'telemetry','tags':{'chanel':'1'},'reason':'r','start':'now-1h','stop':'now' | 400 | unknown-tag | chanel
          'measurement':'telemetry','tags':{'channel':1},'reason':'r','start':'now-1h','stop':'now'  | 400 | bad-parameter | tags.channel
          'measurement':'telemetry','tags':[],'reason':'r','start':'now-1h','stop':'now' | 400 | bad-parameter | tags
          'measurement':'telemetry','reason':'r','dry_run':'yes','start':'now-1h','stop':'now' | 400 | bad-parameter | dry_run
          'measurement':'telemetry','reason':'r','dryrun':true,'start':'now-1h','stop':'now' | 400 | unknown-parameter | dryrun
          """)
  void aDeletionThatIsNotClearIsNone(String order, int status, String problem, String parameter) {
    Answer answer = post("/deletions", order);

    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.problem()).isEqualTo(problem);
    assertThat(answer.json().path("parameter").asText()).isEqualTo(parameter);
    assertThat(rows("1001")).isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'time':'2026-01-29T10:28:01Z','fields':{'voltage_avg':7}}      | bad-parameter | rows[0].time
          {'time':'2026-01-29T10:30:00Z','fields':{'voltage_avg':7}}      | bad-parameter | rows[0].time
          {'time':'2026-01-29T10:28:00Z','fields':{'voltage_agv':7}}      | unknown-field | fields
          {'time':'2026-01-29T10:28:00Z','fields':{'voltage_avg':'high'}} | bad-parameter | rows
          {'time':'2026-01-29T10:28:00Z','fields':{'voltage_count':1.5}}  | bad-parameter | rows
          {'time':'2026-01-29T10:28:00Z','fields':{'voltage_avg':1e400}}  | bad-parameter | rows[0].fields.voltage_avg
          {'time':'2026-01-29T10:28:00Z','fields':{'voltage_avg':null}}   | bad-parameter | rows[0].fields.voltage_avg
          {'time':'2026-01-29T10:28:00Z','fields':{}}                     | bad-parameter | rows[0]
          {'time':'2026-01-29T10:28:00Z','fields':{'voltage_avg':1}},{'time':'2026-01-29T10:28:00Z','fields':{'voltage_avg':2}} | bad-parameter | rows[1].time
          """)
  void aRowThatDoesNotFitIsNotWritten(String rows, String problem, String parameter) {
    Answer answer = post("/corrections", SERIES + ",'rows':[" + rows + "]");

    assertThat(answer.problem()).as(answer.body()).isEqualTo(problem);
    assertThat(answer.json().path("parameter").asText()).isEqualTo(parameter);
    assertThat(api.outbox.size()).isZero();
  }

  @Test
  void aSeriesIsNamedWithAllItsTags() {
    Answer answer =
        post(
            "/corrections",
            "'measurement':'telemetry','tags':{'channel':'1001'},'reason':'r'," + ROW);

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.problem()).isEqualTo("unknown-series");
    assertThat(answer.json().path("nearest").toString()).contains("interval=1m");
  }

  private int rows(String channel) {
    return api.get(
            "/query?measurement=telemetry&interval=1m&channel="
                + channel
                + "&start=2026-01-29T10:00:00Z&stop=2026-01-29T10:30:00Z")
        .json()
        .path("rows")
        .size();
  }

  private Answer post(String path, String members) {
    return api.sendBody("POST", path, "{" + members.replace('\'', '"') + "}");
  }
}
