package com.voltageems.hissrv.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueryRouteTest {
  @TempDir Path folder;
  private ApiFixture api;

  @BeforeEach
  void open() {
    api = new ApiFixture(folder);
  }

  @AfterEach
  void close() {
    api.close();
  }

  @Test
  void theProductPagesQueryAnswers() {
    var channel = Map.of("channel", "1001", "interval", "1m");
    api.store("telemetry", channel, 2, 230.0);
    api.store("telemetry", channel, 1, 0.1 + 0.2);
    api.store("telemetry", Map.of("channel", "1002", "interval", "1m"), 1, 1.0);

    var answer = api.get("/query?measurement=telemetry&channel=1001&range=1h");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("content-type")).startsWith("application/json");
    assertThat(answer.body())
        .isEqualTo(
            """
            {"measurement":"telemetry","tags":{"channel":"1001"},"interval":"1m",\
            "start":"2026-01-29T09:30:00Z","stop":"2026-01-29T10:30:00Z",\
            "columns":["time","voltage_avg","voltage_count"],\
            "rows":[["2026-01-29T10:28:00Z",230.0,60],\
            ["2026-01-29T10:29:00Z",0.30000000000000004,60]]}\
            """);
  }

  @Test
  void rowsSortByTimeThenTags() {
    for (String channel : List.of("2", "10", "1")) {
      api.store("telemetry", Map.of("channel", channel, "interval", "1m"), 1, 1.0);
      api.store("telemetry", Map.of("channel", channel, "interval", "1m"), 2, 1.0);
    }

    JsonNode rows = api.get("/query?measurement=telemetry").json().path("rows");

    assertThat(rows)
        .extracting(row -> row.get(0).asText().substring(11, 16) + " " + row.get(1).asText())
        .containsExactly("10:28 1", "10:28 10", "10:28 2", "10:29 1", "10:29 10", "10:29 2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "逆变器 东/1",
        "a&b=c#d%",
        "\"quoted\" \\ back",
        "'; DROP TABLE points; --",
        "tab\tnew\nline",
        "😀 é e\u0301",
        "<script>alert(1)</script>",
        "1+1",
        "%2500",
        "*"
      })
  void anyTagValueIsFoundAndNothingElse(String value) {
    api.store("telemetry", Map.of("channel", value), 1, 1.0);
    api.store("telemetry", Map.of("channel", "other"), 1, 2.0);

    var answer = api.get("/query?measurement=telemetry&channel=" + encode(value));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().at("/tags/channel").asText()).isEqualTo(value);
    assertThat(answer.json().path("rows")).hasSize(1);
    assertThat(answer.json().at("/rows/0/1").asDouble()).isEqualTo(1.0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1' OR '1'='1", "1\" OR \"\"=\"", "%", "_", "1001;", "1001 --", "\u0000"})
  void whatLooksLikeAQueryIsOnlyAValue(String value) {
    api.store("telemetry", Map.of("channel", "1001"), 1, 1.0);

    var answer = api.get("/query?measurement=telemetry&channel=" + encode(value));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("rows")).isEmpty();
  }

  @Test
  void whatLooksLikeAQueryIsOnlyAName() {
    api.store("telemetry", Map.of("channel", "1001"), 1, 1.0);

    assertThat(api.get("/query?measurement=" + encode("telemetry' OR 1=1 --")).status())
        .isEqualTo(404);
    assertThat(
            api.get("/query?measurement=telemetry&" + encode("channel' OR 1=1 --") + "=1").status())
        .isEqualTo(400);
    assertThat(api.get("/query?measurement=telemetry&interval=" + encode("1m' OR 1=1 --")).status())
        .isEqualTo(400);
  }

  @Test
  void addressesNeedNotBeEscapedBeyondWhatHttpAsks() {
    api.store("遥测", Map.of("站", "东"), 1, 1.0);

    var answer =
        api.raw(
            "GET /query?measurement=遥测&站=东 HTTP/1.1",
            "Host: localhost",
            "Connection: close",
            "",
            "");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("rows")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"%", "%4", "%zz", "%ff", "%c0%af", "%e4%b8"})
  void brokenEscapesAreRefused(String broken) {
    api.store("telemetry", Map.of("channel", "1001"), 1, 1.0);

    var answer =
        api.raw(
            "GET /query?measurement=telemetry&channel=" + broken + " HTTP/1.1",
            "Host: localhost",
            "Connection: close",
            "",
            "");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.header("content-type")).startsWith("application/problem+json");
  }

  @Test
  void everyKindOfValueIsJsonsOwn() {
    api.store.write(
        List.of(
            Point.of(
                SeriesKey.of("doc", Map.of("t", "x")),
                ApiFixture.NOW.minusSeconds(1),
                Map.of(
                    "a", FieldValue.of(1e300),
                    "b", FieldValue.of(Long.MAX_VALUE),
                    "c", FieldValue.of(true),
                    "d", FieldValue.of("火"),
                    "e", FieldValue.of(-0.0),
                    "f", FieldValue.of(10.0)))));

    assertThat(api.get("/query?measurement=doc").body())
        .contains("[[\"2026-01-29T10:29:59Z\",1.0E300,9223372036854775807,true,\"火\",-0.0,10.0]]");
  }

  @Test
  void aProblemSaysWhereAndWhatToDo() {
    api.store("telemetry", Map.of("channel", "1001"), 1, 1.0);

    var answer = api.get("/query?measurement=telemetri");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body())
        .isEqualTo(
            """
            {"type":"urn:hissrv:problem:unknown-measurement","title":"No such measurement","status":404,\
            "detail":"Nothing is stored under the measurement 'telemetri'. Nearest: telemetry.",\
            "parameter":"measurement","nearest":["telemetry"]}\
            """);
    assertThat(api.get("/query").problem()).isEqualTo("missing-parameter");
    assertThat(api.get("/query?measurement=telemetry&range=1").problem())
        .isEqualTo("bad-parameter");
    assertThat(api.get("/query?measurement=telemetry&range=1h&range=2h").problem())
        .isEqualTo("duplicated-parameter");
    assertThat(
            api.get("/query?measurement=telemetry&chanel=1").json().path("nearest").get(0).asText())
        .isEqualTo("channel");
  }

  @Test
  void aStoreThatIsDownAsksForPatience() throws IOException {
    api.store("telemetry", Map.of("channel", "1001"), 1, 1.0);
    Path away = api.storeFolder.resolveSibling("away");
    Files.move(api.storeFolder, away);
    Files.writeString(api.storeFolder, "not a folder");

    var answer = api.get("/query?measurement=telemetry");

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.problem()).isEqualTo("store-unavailable");
    assertThat(Integer.parseInt(answer.header("retry-after"))).isPositive();

    Files.delete(api.storeFolder);
    Files.move(away, api.storeFolder);
    assertThat(api.get("/query?measurement=telemetry").json().path("rows"))
        .as("comes back by itself")
        .hasSize(1);
  }

  @Test
  void largeAnswersAreCompressedForWhoAsks() {
    for (int minute = 1; minute < 60; minute++) {
      api.store("telemetry", Map.of("interval", "1m"), minute, 230.0);
    }

    var answer = api.send("GET", "/query?measurement=telemetry", "Accept-Encoding", "gzip");

    assertThat(answer.header("content-encoding")).isEqualTo("gzip");
    assertThat(api.get("/query?measurement=telemetry").json().path("rows")).hasSize(59);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
