package com.voltageems.hissrv.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.voltageems.hissrv.http.ApiFixture.Answer;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.store.HistoryStore;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
 * What {@code GET /query} answers over HTTP, whatever the store. It is 10:30; channels 1, 2 and 10
 * have a window each minute of the ten before, whose average is the minute.
 */
abstract class QueryContract {
  private static final String T = "/query?measurement=t";

  @TempDir Path folder;
  private ApiFixture api;

  /** An empty store. */
  abstract HistoryStore store(Path folder);

  @BeforeEach
  void open() {
    api = new ApiFixture(folder, store(folder));
    var points = new ArrayList<Point>();
    for (String channel : List.of("1", "2", "10")) {
      for (int minute = 20; minute < 30; minute++) {
        var fields =
            Map.of(
                "v_avg", FieldValue.of((double) minute),
                "v_count", FieldValue.of(60L),
                "v_max", FieldValue.of(minute + 0.5),
                "w_last", FieldValue.of(1.0));
        points.add(
            Point.of(
                SeriesKey.of("t", Map.of("channel", channel, "interval", "1m")),
                ApiFixture.NOW.minusSeconds(60L * (30 - minute)),
                fields));
      }
    }
    assertThat(api.store.write(points).rejections()).isEmpty();
  }

  @AfterEach
  void close() {
    api.close();
  }

  @Test
  void theNewestRowOfEachSeriesHasAnAge() {
    JsonNode answer = api.get("/latest?measurement=t&channel!=2&fields=v_avg,v_count").json();

    assertThat(answer.path("interval").asText()).isEqualTo("1m");
    assertThat(answer.path("after").isNull()).isTrue();
    assertThat(answer.path("series"))
        .hasToString(
            """
            [{"tags":{"channel":"1"},"time":"2026-01-29T10:29:00Z","age_seconds":60.0,\
            "fields":{"v_avg":29.0,"v_count":60}},\
            {"tags":{"channel":"10"},"time":"2026-01-29T10:29:00Z","age_seconds":60.0,\
            "fields":{"v_avg":29.0,"v_count":60}}]\
            """);
    assertThat(
            api.get("/latest?measurement=t&stop=2026-01-29T10:25:00Z").json().at("/series/0/time"))
        .hasToString("\"2026-01-29T10:24:00Z\"");
    assertThat(api.get("/latest?measurement=t&range=20s").json().path("series")).isEmpty();
  }

  @Test
  void aValueIsExplainedByWhatIsStoredBesideIt() {
    JsonNode answer = api.get("/explain?measurement=t&channel=2&field=v&time=now-150s").json();

    assertThat(answer.path("field").asText()).isEqualTo("v_avg");
    assertThat(answer.path("interval").asText()).isEqualTo("1m");
    assertThat(answer.path("start").asText()).isEqualTo("2026-01-29T10:27:00Z");
    assertThat(answer.path("stop").asText()).isEqualTo("2026-01-29T10:28:00Z");
    assertThat(answer.path("value").asDouble()).isEqualTo(27.0);
    assertThat(answer.path("origin").asText()).isEqualTo("store");
    assertThat(answer.path("samples")).hasToString("{\"count\":60,\"max\":27.5}");
    assertThat(answer.path("rule").isNull()).isTrue();
    assertThat(answer.at("/delivery/state").asText()).isEqualTo("unknown");
    assertThat(
            api.get("/explain?measurement=t&channel=2&field=v_max&time=now-9h").json().get("value"))
        .as("nothing is there")
        .isEqualTo(NullNode.getInstance());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "field=v_avg&channel=1|400|missing-parameter",
        "time=now&channel=1|400|missing-parameter",
        "field=v_avg&time=now|400|bad-parameter",
        "field=v_avg&time=now-5m|400|bad-parameter",
        "field=x&time=now-5m&channel=1|400|unknown-field",
        "field=v_avg&time=soon&channel=1|400|bad-parameter",
        "field=v_avg&time=now&time=now&channel=1|400|duplicated-parameter",
        "field=v_avg&time=now&channel=1&limit=3|400|unknown-parameter",
        "field=v_avg&time=now&channel=1&interval=7m|400|unknown-level",
        "field=v_avg&time=now&chanel=1|400|unknown-tag",
        "field=v_avg&time=now&channel=99|404|unknown-series"
      })
  void whatCanNotBeExplainedSaysWhy(String question, int status, String type) {
    Answer answer = api.get("/explain?measurement=t&" + question);

    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.problem()).isEqualTo(type);
  }

  @Test
  void theNewestRowsComeInPages() {
    var seen = new ArrayList<String>();
    String after = "";
    do {
      JsonNode page = api.get("/latest?measurement=t&limit=2" + after).json();
      page.path("series").forEach(one -> seen.add(one.at("/tags/channel").asText()));
      after = page.path("after").isNull() ? "" : "&after=" + page.path("after").asText();
    } while (!after.isEmpty());

    assertThat(seen).containsExactly("1", "10", "2");
    assertThat(api.get("/latest").problem()).isEqualTo("missing-parameter");
    assertThat(api.get("/latest?measurement=t&mode=raw").problem()).isEqualTo("unknown-parameter");
    assertThat(api.get("/latest?measurement=t&limit=0").problem()).isEqualTo("bad-parameter");
    assertThat(api.get("/latest?measurement=t&after=%21").problem()).isEqualTo("bad-parameter");
    assertThat(api.get("/latest?measurement=tt").problem()).isEqualTo("unknown-measurement");
    assertThat(api.get("/latest?measurement=t&chanel=1").problem()).isEqualTo("unknown-tag");
    assertThat(api.get("/latest?measurement=t&fields=x").problem()).isEqualTo("unknown-field");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "channel=1|10",
        "channel=1&channel=10|20",
        "channel!=1|20",
        "channel!=1&channel!=2|10",
        "channel=~1.*|20",
        "channel!=~1.*|10",
        "channel=~1.*&channel!=10|10",
        "tag.channel=2|10",
        "fields=v_avg|30",
        "fields=v|30",
        "range=5m|15",
        "start=now-5m|15",
        "start=1769682300&stop=1769682420|6",
        "start=2026-01-29T10:25:00Z&stop=2026-01-29T10:27:00Z|6",
        "interval=auto&channel=1|10",
        "order=desc|30",
        "limit=7|7",
        "fn=mean&every=5m|6",
        "fn=count,max&every=5m&channel=1|2",
        "fn=mean&channel=1|1",
        "fn=mean&every=5m&range=20m&fill=null|12",
        "fn=mean&every=5m&tz=Asia/Shanghai|6",
        "mode=summary|3",
        "mode=interpolated&at=2026-01-29T10:25:30Z|3",
        "mode=interpolated&every=30s&start=now-5m&stop=now-4m&channel=1|2",
        "mode=interpolated&at=now&max_gap=1h|0",
        "mode=plot&max_points=8&channel=1&fields=v_avg&range=10m|4",
        "mode=raw|30"
      })
  void everyParameterIsUnderstood(String question, int rows) {
    Answer answer = api.get(T + "&" + escaped(question));

    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.json().path("rows")).as(answer.body()).hasSize(rows);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "channel=~(|bad-parameter|channel",
        "channel=~((a{99}){99}){99}|bad-parameter|channel",
        "fields=nothing|unknown-field|fields",
        "fields=v_avg,|bad-parameter|fields",
        "range=yesterday|bad-parameter|range",
        "start=tomorrow|bad-parameter|start",
        "stop=99999999999999999999|bad-parameter|stop",
        "interval=2m|unknown-level|interval",
        "interval=often|bad-parameter|interval",
        "fn=avarage|bad-parameter|fn",
        "fn=stddev&fields=v|missing-statistic|fn",
        "fn=mean&every=90s|bad-parameter|every",
        "fn=mean&every=0|bad-parameter|every",
        "fn=mean&every=5m&tz=Nowhere|bad-parameter|tz",
        "fn=mean&every=5m&fill=maybe|bad-parameter|fill",
        "fill=null|bad-parameter|fill",
        "limit=0|bad-parameter|limit",
        "limit=200001|bad-parameter|limit",
        "limit=1&cursor=abc|bad-parameter|cursor",
        "order=up|bad-parameter|order",
        "mode=chart|bad-parameter|mode",
        "mode=interpolated|bad-parameter|at",
        "mode=plot&max_points=-1|bad-parameter|max_points",
        "mode=interpolated&at=now&max_gap=x|bad-parameter|max_gap",
        "format=xml|bad-parameter|format",
        "format=csv&channel=~(|bad-parameter|channel",
        "format=ndjson&fields=nothing|unknown-field|fields",
        "chanel=1|unknown-tag|chanel",
        "limit=1&limit=2|duplicated-parameter|limit"
      })
  void everyErrorSaysWhichParameterAndWhatItTakes(String question, String type, String parameter) {
    Answer answer = api.get(T + "&" + escaped(question));

    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.problem()).isEqualTo(type);
    assertThat(answer.json().path("parameter").asText()).isEqualTo(parameter);
    assertThat(answer.json().path("expected").asText()).isNotEmpty();
  }

  @Test
  void aMissingStatisticIsNamedForAProgramToo() {
    JsonNode problem = api.get(T + "&fields=v&fn=stddev,mean&every=5m").json();

    assertThat(problem.path("statistics")).extracting(JsonNode::asText).containsExactly("stddev");
    assertThat(problem.path("field").asText()).isEqualTo("v");
    assertThat(problem.path("detail").asText()).contains("Store stddev in mappings[].statistics");
  }

  @Test
  void pagesLeadFromOneToTheNext() {
    var seen = new ArrayList<String>();
    String cursor = "";
    do {
      JsonNode page =
          api.get(T + "&limit=7" + (cursor.isEmpty() ? "" : "&cursor=" + cursor)).json();
      page.path("rows").forEach(row -> seen.add(row.toString()));
      assertThat(page.has("cursor")).isTrue();
      cursor = page.path("cursor").asText("");
    } while (!cursor.isEmpty() && !cursor.equals("null"));

    assertThat(seen).hasSize(30).doesNotHaveDuplicates();
    var whole = new ArrayList<String>();
    api.get(T).json().path("rows").forEach(row -> whole.add(row.toString()));
    assertThat(seen).isEqualTo(whole);
  }

  @Test
  void csvAndNdjsonSayTheSameAsJson() {
    Answer csv = api.get(T + "&channel=1&range=2m&format=csv");
    assertThat(csv.header("content-type")).startsWith("text/csv");
    assertThat(csv.body())
        .isEqualTo(
            """
            time,channel,v_avg,v_count,v_max,w_last\r
            2026-01-29T10:28:00Z,1,28.0,60,28.5,1.0\r
            2026-01-29T10:29:00Z,1,29.0,60,29.5,1.0\r
            """);

    Answer lines =
        api.send("GET", T + "&channel=1&range=1m&fields=v_avg", "Accept", "application/x-ndjson");
    assertThat(lines.header("content-type")).startsWith("application/x-ndjson");
    assertThat(lines.body())
        .isEqualTo("{\"time\":\"2026-01-29T10:29:00Z\",\"channel\":\"1\",\"v_avg\":29.0}\n");

    Answer page = api.get(T + "&channel=1&fields=v_avg&limit=1&format=csv");
    assertThat(page.body()).isEqualTo("time,v_avg\r\n2026-01-29T10:20:00Z,20.0\r\n");
    assertThat(page.header("next-cursor")).isNotEmpty();
    Answer folded = api.get(T + "&channel=1&fn=mean&every=5m&format=ndjson&fields=v");
    assertThat(folded.body())
        .isEqualTo(
            """
            {"time":"2026-01-29T10:20:00Z","v_mean":22.0}
            {"time":"2026-01-29T10:25:00Z","v_mean":27.0}
            """);
    assertThat(api.get(T + "&channel=7&format=csv").body())
        .as("nothing but the columns")
        .isEqualTo("time,channel,v_avg,v_count,v_max,w_last\r\n");
    assertThat(api.get(T + "&channel=7&format=ndjson").body()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text/csv|text/csv",
        "application/x-ndjson|application/x-ndjson",
        "*/*|application/json",
        "text/html,application/xhtml+xml,*/*;q=0.8|application/json",
        "text/csv;q=0.5,application/json;q=0.4|text/csv",
        "text/csv;q=0,application/x-ndjson;q=0.1|application/x-ndjson",
        "nonsense;;q=7,,|application/json"
      })
  void acceptDecidesTheFormat(String accept, String type) {
    assertThat(api.send("GET", T, "Accept", accept).header("content-type")).startsWith(type);
    assertThat(api.send("HEAD", T, "Accept", accept).status()).isEqualTo(200);
  }

  @Test
  void csvAndNdjsonAreCompressedForWhoAsks() {
    for (int minute = 30; minute < 59; minute++) {
      api.store("t", Map.of("channel", "1", "interval", "1m"), minute, 1.0);
    }
    for (String format : List.of("csv", "ndjson")) {
      assertThat(
              api.send("GET", T + "&format=" + format, "Accept-Encoding", "gzip")
                  .header("content-encoding"))
          .isEqualTo("gzip");
    }
  }

  @Test
  void aSpreadsheetFindsNoFormulaInCsv() {
    for (String text :
        List.of("=cmd|'/c calc'!A1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "-1.5", "a,\"b")) {
      var tags = new TreeMap<>(Map.of("channel", text.replace("\t", "=")));
      api.store.write(
          List.of(
              Point.of(
                  new SeriesKey("u", tags),
                  ApiFixture.NOW.minusSeconds(1),
                  Map.of("v", FieldValue.of(-1.0), "s", FieldValue.of(text)))));
    }

    String csv = api.get("/query?measurement=u&format=csv").body();

    assertThat(csv)
        .contains("'=cmd|'/c calc'!A1", "'+1+1", "'-1+1", "'@SUM(A1)", "'\t=1")
        .contains(",-1.5,", ",-1.0")
        .contains("\"a,\"\"b\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "' OR 1=1 --",
        "\" OR \"\"=\"",
        "'; DROP MEASUREMENT t; --",
        "\\",
        "\u0000",
        "\n",
        "/.*/",
        "%",
        "${jndi:ldap://x}",
        "<script>alert(1)</script>",
        "../../etc/passwd",
        "\uD83D\uDE00",
        "1) OR (1=1",
        "*",
        "a{1,1000}"
      })
  void noParameterCanSayMoreThanItsValue(String attack) {
    String whole = api.get(T).json().path("rows").toString();
    for (String parameter :
        List.of(
            "measurement",
            "range",
            "start",
            "stop",
            "interval",
            "fields",
            "mode",
            "fn",
            "every",
            "fill",
            "tz",
            "at",
            "max_gap",
            "max_points",
            "order",
            "limit",
            "cursor",
            "format",
            "channel",
            "channel!",
            "tag.channel",
            "tag.interval",
            attack,
            attack + "!")) {
      for (String value : List.of(attack, "~" + attack, "v_avg," + attack)) {
        String base = parameter.equals("measurement") ? "/query?" : T + "&";
        Answer answer = api.get(base + encode(parameter) + "=" + encode(value));
        assertThat(answer.status()).as(parameter + "=" + value).isIn(200, 400, 404);
        if (answer.status() == 200 && parameter.equals("channel") && !value.startsWith("~")) {
          assertThat(answer.json().path("rows")).as(parameter + "=" + value).isEmpty();
        }
      }
    }
    assertThat(api.get(T).json().path("rows")).asString().isEqualTo(whole);
  }

  private static String escaped(String question) {
    return question
        .replace("{", "%7B")
        .replace("}", "%7D")
        .replace("(", "%28")
        .replace(")", "%29")
        .replace("|", "%7C");
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
