package com.voltageems.hissrv.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.http.ApiFixture.Answer;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.testkit.ParquetTable;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@code GET /export} answers over HTTP, whatever the store. Three channels have a window each
 * minute of the last two hours; a text, a truth and a field that few have are among their values.
 */
abstract class ExportContract {
  private static final String T = "/export?measurement=t";
  private static final int MINUTES = 120;

  @TempDir Path folder;
  private ApiFixture api;

  /** An empty store. */
  abstract HistoryStore store(Path folder);

  @BeforeEach
  void open() {
    api = new ApiFixture(folder, store(folder));
    var points = new ArrayList<Point>();
    for (String channel : List.of("1", "2", "=10")) {
      for (int minute = 1; minute <= MINUTES; minute++) {
        var fields = new TreeMap<String, FieldValue>();
        fields.put("v_avg", FieldValue.of(minute / 3.0));
        fields.put("v_count", FieldValue.of(60L + minute));
        if (minute % 7 == 0) {
          fields.put("note", FieldValue.of("minute \"" + minute + "\", ü"));
          fields.put("ok", FieldValue.of(minute % 2 == 0));
        }
        if (channel.equals("2")) {
          fields.put("rare", FieldValue.of((double) minute));
        }
        points.add(
            Point.of(
                SeriesKey.of("t", Map.of("channel", channel, "interval", "1m")),
                at(minute),
                fields));
      }
    }
    points.add(
        Point.of(
            SeriesKey.of("t", Map.of("aggregation", "1h_max", "interval", "1h")),
            at(90),
            Map.of("v_avg", FieldValue.of(1.0))));
    points.add(
        Point.of(
            SeriesKey.of("events", Map.of()),
            ApiFixture.NOW.minusNanos(1),
            Map.of("code", FieldValue.of(7L))));
    assertThat(api.store.write(points).rejections()).isEmpty();
  }

  private static Instant at(int minutesAgo) {
    return ApiFixture.NOW.minusSeconds(60L * minutesAgo);
  }

  @AfterEach
  void close() {
    api.close();
  }

  @Test
  void itIsWhatAQueryAnswers() {
    for (String format : List.of("csv", "ndjson")) {
      String parameters = "&range=3h&channel!=1&format=" + format;
      assertThat(api.get(T + parameters).body())
          .as(format)
          .isEqualTo(api.get("/query?measurement=t" + parameters).body());
    }
    assertThat(api.get(T + "&range=3h").body().lines()).hasSize(3 * MINUTES + 1);
  }

  @Test
  void anIndependentReaderFindsInParquetWhatIsInNdjson() {
    byte[] file = api.bytes(T + "&range=3h&format=parquet");
    var expected = new ArrayList<Map<String, Object>>();
    api.get(T + "&range=3h&format=ndjson")
        .body()
        .lines()
        .forEach(line -> expected.add(ParquetTable.row(line)));

    ParquetTable table = ParquetTable.of(file);

    assertThat(table.rows()).hasSize(3 * MINUTES).isEqualTo(expected);
    assertThat(table.columns())
        .containsExactly(
            "time INT64 TIMESTAMP(MICROS, UTC)",
            "channel BYTE_ARRAY STRING",
            "note BYTE_ARRAY STRING",
            "ok BOOLEAN null",
            "rare DOUBLE null",
            "v_avg DOUBLE null",
            "v_count INT64 null");
  }

  @Test
  void eventsKeepTheirNanosecond() {
    byte[] file = api.bytes("/export?measurement=events&format=parquet");

    assertThat(ParquetTable.of(file).rows())
        .containsExactly(Map.of("time", ApiFixture.NOW.minusNanos(1), "code", 7L));
  }

  @ParameterizedTest
  @ValueSource(strings = {"csv", "ndjson"})
  void partsOneAfterTheOtherAreTheWhole(String format) {
    String whole = api.get(T + "&start=now-3h&stop=now&format=" + format).body();
    var parts = new StringBuilder();
    for (int from = 180; from > 0; from -= 20) {
      String head = format.equals("csv") && from < 180 ? "&header=false" : "";
      parts.append(
          api.get(
                  T
                      + "&start=%s&stop=%s&format=%s%s"
                          .formatted(at(from), at(from - 20), format, head))
              .body());
    }

    assertThat(parts).hasToString(whole);
  }

  @Test
  void aHeadTellsHowItIsUnderstood() {
    Answer head = api.send("HEAD", T + "&start=now-1d&stop=now-1h&format=parquet");

    assertThat(head.status()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(head.header("export-start")).isEqualTo("2026-01-28T10:30:00Z");
    assertThat(head.header("export-stop")).isEqualTo("2026-01-29T09:30:00Z");
    assertThat(head.header("export-interval")).isEqualTo("1m");
    assertThat(head.header("content-type")).isEqualTo("application/vnd.apache.parquet");
    assertThat(head.header("content-disposition")).isEqualTo("attachment; filename=\"t.parquet\"");
    String columns = head.header("export-columns");
    assertThat(api.get(T).header("export-columns")).isEqualTo(columns);
    assertThat(api.get(T + "&fields=v").header("export-columns")).isNotEqualTo(columns);
  }

  @Test
  void itIsCompressedWhenAskedAndParquetIsCompressedAlready() {
    String range = T + "&range=3h&format=";
    assertThat(api.send("GET", range + "csv", "Accept-Encoding", "gzip").header("content-encoding"))
        .isEqualTo("gzip");
    assertThat(api.send("GET", range + "parquet", "Accept-Encoding", "gzip").headers())
        .doesNotContainKey("content-encoding");
    assertThat(
            api.send("GET", T, "Accept", "application/vnd.apache.parquet").header("content-type"))
        .isEqualTo("application/vnd.apache.parquet");
  }

  @Test
  void aRangeWithoutRowsIsAFileToo() {
    String none = T + "&start=now-9d&stop=now-8d&format=";

    assertThat(api.get(none + "csv").body().lines()).hasSize(1);
    assertThat(api.get(none + "ndjson").status()).isEqualTo(200);
    assertThat(ParquetTable.of(api.bytes(none + "parquet")).rows()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mode=plot|unknown-parameter|mode",
        "fn=mean|unknown-parameter|fn",
        "limit=5|unknown-parameter|limit",
        "format=json|bad-parameter|format",
        "format=ndjson&header=false|bad-parameter|header",
        "header=maybe|bad-parameter|header",
        "interval=2m|unknown-level|interval",
        "fields=nothing|unknown-field|fields",
        "chanel=1|unknown-tag|chanel",
        "start=tomorrow|bad-parameter|start"
      })
  void everyErrorSaysWhichParameterAndWhatItTakes(String question, String type, String parameter) {
    Answer answer = api.get(T + "&" + question);

    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.problem()).isEqualTo(type);
    assertThat(answer.json().path("parameter").asText()).isEqualTo(parameter);
    assertThat(answer.json().path("expected").asText()).isNotEmpty();
  }

  @Test
  void whatIsNotThereIsNotFound() {
    assertThat(api.get("/export").problem()).isEqualTo("missing-parameter");
    assertThat(api.get("/export?measurement=tt").status()).isEqualTo(404);
  }
}
