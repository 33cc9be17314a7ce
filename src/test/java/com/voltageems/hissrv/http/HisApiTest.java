package com.voltageems.hissrv.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.sqlite.SqliteStore;
import com.voltageems.hissrv.transform.Origin;
import com.voltageems.hissrv.transform.Transformed;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What front ends of VoltageEMS ask, of windows of a minute with sixty samples each. */
class HisApiTest {
  private static final String QUERY =
      "/hisApi/data/query?redis_key=comsrv:1001:m&point_id=1"
          + "&start_time=2026-01-29T08:00:00Z&end_time=2026-01-29T10:00:00Z";
  private static final String STATISTICS = QUERY.replace("query?", "statistics?");
  private static final String LATEST = "/hisApi/data/latest?redis_key=comsrv:1001:m&point_id=1";

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

  /** A window a minute from 08:00 on, its average counting from 0. */
  private void store(String channel, int windows) {
    store("telemetry", Map.of("channel", channel, "interval", "1m"), "voltage", windows, 0);
  }

  private void store(
      String measurement, Map<String, String> tags, String field, int windows, int offset) {
    Instant start = Instant.parse("2026-01-29T08:00:00Z");
    var points = new ArrayList<Point>();
    for (int i = 0; i < windows; i++) {
      points.add(
          Point.of(
              SeriesKey.of(measurement, tags),
              start.plusSeconds(60L * i),
              Map.of(
                  field + "_avg",
                  FieldValue.of((double) i + offset),
                  field + "_min",
                  FieldValue.of(i - 0.5),
                  field + "_max",
                  FieldValue.of(i + 0.5),
                  field + "_count",
                  FieldValue.of(60L))));
    }
    api.store.write(points);
  }

  @Test
  void aPointsHistoryIsInBucketsNewestFirst() {
    store("1001", 120);

    var answer = api.get(QUERY + "&interval=720");

    assertThat(answer.status()).isEqualTo(200);
    JsonNode body = answer.json();
    assertThat(body.path("status").asText()).isEqualTo("success");
    assertThat(body.path("total").asInt()).isEqualTo(10);
    assertThat(body.path("page").asInt()).isEqualTo(1);
    assertThat(body.path("has_more").asBoolean(true)).isFalse();
    assertThat(times(body)).first().isEqualTo("2026-01-29T09:48:00Z");
    assertThat(times(body)).last().isEqualTo("2026-01-29T08:00:00Z");
    assertThat(body.at("/data/0/value").asDouble()).isEqualTo(113.5);
    assertThat(body.at("/data/9/value").asDouble()).isEqualTo(5.5);
  }

  @Test
  void seriesJoinOnTheTextOfTimesWhateverTheRange() {
    store("1001", 120);
    store("1002", 120);

    // A week in 120 buckets: no divisor of a day.
    JsonNode one = api.get(QUERY + "&interval=5040").json();
    String later = QUERY.replace("1001", "1002").replace("08:00:00Z", "08:01:31Z");
    JsonNode other = api.get(later + "&interval=5040").json();

    assertThat(times(other)).isEqualTo(times(one)).hasSizeBetween(2, 3);
    for (String time : times(one)) {
      assertThat(Instant.parse(time).getEpochSecond() % 5040).isZero();
    }
  }

  @Test
  void pagesTogetherAreTheWhole() {
    store("1001", 120);
    List<String> whole = times(api.get(QUERY + "&interval=60").json());
    assertThat(whole).hasSize(120).isSortedAccordingTo(Comparator.reverseOrder());

    var pages = new ArrayList<String>();
    JsonNode page;
    int number = 0;
    do {
      page = api.get(QUERY + "&interval=60&page_size=50&page=" + ++number).json();
      assertThat(page.path("total").asInt()).isEqualTo(120);
      assertThat(page.path("page").asInt()).isEqualTo(number);
      assertThat(page.path("page_size").asInt()).isEqualTo(50);
      pages.addAll(times(page));
    } while (page.path("has_more").asBoolean());

    assertThat(number).isEqualTo(3);
    assertThat(pages).isEqualTo(whole);
    assertThat(api.get(QUERY + "&interval=60&page=9").json().path("data")).isEmpty();
  }

  @Test
  void withoutAnIntervalWindowsComeAsTheyAreStored() {
    store("1001", 3);

    JsonNode body = api.get(QUERY).json();

    assertThat(times(body))
        .containsExactly("2026-01-29T08:02:00Z", "2026-01-29T08:01:00Z", "2026-01-29T08:00:00Z");
    assertThat(body.at("/data/0/value").asDouble()).isEqualTo(2.0);
  }

  @ParameterizedTest
  @CsvSource({"mean,29.5", "sum,106200.0", "min,-0.5", "max,59.5", "count,3600"})
  void statisticsAreOfAllSamples(String aggregation, double expected) {
    store("1001", 60);

    JsonNode body = api.get(STATISTICS + "&aggregation=" + aggregation + "&interval=1h").json();

    assertThat(times(body)).containsExactly("2026-01-29T08:00:00Z");
    assertThat(body.at("/data/0/value").asDouble()).isEqualTo(expected);
  }

  @Test
  void theLatestIsTheNewestWindow() {
    store("1001", 7);

    JsonNode body = api.get(LATEST).json();

    assertThat(body.at("/data/timestamp").asText()).isEqualTo("2026-01-29T08:06:00Z");
    assertThat(body.at("/data/value").asDouble()).isEqualTo(6.0);
  }

  @Test
  void whatWasStoredUnderAnEarlierNameIsFound() {
    store("1001", 2);
    Map<String, String> before = Map.of("meter", "1001", "interval", "1m");
    store("old", before, "u", 5, 100);
    var series = SeriesKey.of("old", before);
    var origins = List.of(new Origin("u", "comsrv:1001:m", "1", "V"));
    api.catalog.record(
        List.of(new Transformed.Mapped(List.of(), Map.of(series, origins), List.of(), List.of())));

    JsonNode body = api.get(QUERY + "&interval=60").json();

    assertThat(body.findValuesAsText("value"))
        .containsExactly("104.0", "103.0", "102.0", "1.0", "0.0");
    JsonNode channels = api.get("/hisApi/channels").json();
    assertThat(channels.at("/data/0/redis_key").asText()).isEqualTo("comsrv:1001:m");
    assertThat(channels.at("/data/0/point_ids/0").asText()).isEqualTo("1");
  }

  @Test
  void aSeriesWithMoreTagsIsAnotherOne() {
    store("1001", 2);
    var more = Map.of("channel", "1001", "phase", "b", "interval", "1m");
    store("telemetry", more, "voltage", 4, 100);

    assertThat(api.get(QUERY + "&interval=60").json().findValuesAsText("value"))
        .containsExactly("1.0", "0.0");
    assertThat(api.get(LATEST).json().at("/data/value").asDouble()).isEqualTo(1.0);
  }

  @Test
  void itsHealthIsTheServices() {
    assertThat(api.get("/hisApi/health").json().path("status").asText()).isEqualTo("up");
  }

  @ParameterizedTest
  @CsvSource({
    "redis_key=comsrv:1001:m,missing-parameter,400",
    "point_id=1,missing-parameter,400",
    "redis_key=comsrv:1001:m&point_id=99,unknown-point,404",
    "redis_key=nothing:1&point_id=1,unknown-point,404",
    "redis_key=comsrv:1001:m&point_id=1&interval=0,bad-parameter,400",
    "redis_key=comsrv:1001:m&point_id=1&interval=7,bad-parameter,400",
    "redis_key=comsrv:1001:m&point_id=1&interval=9999999,bad-parameter,400",
    "redis_key=comsrv:1001:m&point_id=1&page=0,bad-parameter,400",
    "redis_key=comsrv:1001:m&point_id=1&page_size=10001,bad-parameter,400",
    "redis_key=comsrv:1001:m&point_id=1&start_time=yesterday,bad-parameter,400",
    "redis_key=comsrv:1001:m&point_id=1&start_time=now&end_time=now-1d,bad-parameter,400",
    "redis_key=comsrv:1001:m&point_id=1&start=now-1d,bad-parameter,400",
  })
  void badQuestionsAreExplained(String query, String problem, int status) {
    store("1001", 2);

    var answer = api.get("/hisApi/data/query?" + query);

    assertThat(answer.problem()).isEqualTo(problem);
    assertThat(answer.status()).isEqualTo(status);
  }

  private static List<String> times(JsonNode body) {
    return body.path("data").findValuesAsText("timestamp");
  }
}
