package com.voltageems.hissrv.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.WriteResult;
import com.voltageems.hissrv.store.sqlite.SqliteStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryQueryTest {
  private static final Instant NOW = Instant.parse("2026-01-29T10:30:00Z");

  @TempDir Path folder;
  private HistoryStore store;
  private HistoryQuery query;

  @BeforeEach
  void open() {
    store = new SqliteStore(folder.resolve("store"), InstantSource.fixed(NOW));
    query = new HistoryQuery(store, InstantSource.fixed(NOW));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void theFinestWindowedLevelAnswersByDefault() {
    write("telemetry", Map.of("channel", "1001", "interval", "5m"), minutesAgo(10), 5.0);
    write("telemetry", Map.of("channel", "1001", "interval", "1m"), minutesAgo(10), 1.0);
    write("telemetry", Map.of("channel", "1001"), minutesAgo(10), 0.5);

    QueryResult result = ask("measurement", "telemetry");

    assertThat(result.interval()).isEqualTo("1m");
    assertThat(result.columns()).containsExactly("time", "v");
    assertThat(result.rows()).containsExactly(List.of(minutesAgo(10), 1.0));
    assertThat(result.tags()).containsExactly(Map.entry("channel", "1001"));
  }

  @ParameterizedTest
  @CsvSource({"1m,1m,1.0", "60s,1m,1.0", "5m,5m,5.0", "raw,raw,0.5"})
  void anotherLevelAnswersWhenAsked(String interval, String answered, double value) {
    write("telemetry", Map.of("interval", "5m"), minutesAgo(10), 5.0);
    write("telemetry", Map.of("interval", "1m"), minutesAgo(10), 1.0);
    write("telemetry", Map.of(), minutesAgo(10), 0.5);

    QueryResult result = ask("measurement", "telemetry", "interval", interval);

    assertThat(result.interval()).isEqualTo(answered);
    assertThat(result.rows()).containsExactly(List.of(minutesAgo(10), value));
  }

  @Test
  void rawAnswersWhereThereIsNoWindowedLevel() {
    write("events", Map.of("kind", "trip"), minutesAgo(1), 1.0);

    QueryResult result = ask("measurement", "events");

    assertThat(result.interval()).isEqualTo("raw");
    assertThat(result.rows()).hasSize(1);
  }

  @Test
  void aTagNamedIntervalThatIsNoLevelStaysATag() {
    write("events", Map.of("interval", "often"), minutesAgo(1), 1.0);
    write("events", Map.of("interval", "seldom"), minutesAgo(1), 2.0);

    assertThat(ask("measurement", "events").columns()).containsExactly("time", "interval", "v");
    QueryResult often = ask("measurement", "events", "tag.interval", "often");
    assertThat(often.tags()).containsExactly(Map.entry("interval", "often"));
    assertThat(often.rows()).containsExactly(List.of(minutesAgo(1), 1.0));
  }

  @Test
  void theTagIntervalChoosesTheLevelItNames() {
    write("telemetry", Map.of("interval", "5m"), minutesAgo(10), 5.0);
    write("telemetry", Map.of("interval", "1m"), minutesAgo(10), 1.0);

    QueryResult result = ask("measurement", "telemetry", "tag.interval", "5m");

    assertThat(result.interval()).isEqualTo("5m");
    assertThat(result.tags()).isEmpty();
    assertThat(result.rows()).containsExactly(List.of(minutesAgo(10), 5.0));
  }

  @Test
  void sharedTagsStandApartAndOthersAreColumnsInOrder() {
    write(
        "t",
        Map.of("site", "a", "channel", "2", "unit", "x", "interval", "1m"),
        minutesAgo(2),
        2.0);
    write("t", Map.of("site", "a", "channel", "1", "interval", "1m"), minutesAgo(2), 1.0);
    write("t", Map.of("site", "a", "channel", "1", "interval", "1m"), minutesAgo(3), 0.0);

    QueryResult result = ask("measurement", "t");

    assertThat(result.tags()).containsExactly(Map.entry("site", "a"));
    assertThat(result.columns()).containsExactly("time", "channel", "unit", "v");
    assertThat(result.rows())
        .containsExactly(
            Arrays.asList(minutesAgo(3), "1", null, 0.0),
            Arrays.asList(minutesAgo(2), "1", null, 1.0),
            List.of(minutesAgo(2), "2", "x", 2.0));
  }

  @Test
  void fieldsAreSortedAndMissingOnesAreNull() {
    write(
        "t",
        Map.of("c", "1"),
        minutesAgo(2),
        Map.of("b", FieldValue.of(7L), "a", FieldValue.of("x")));
    write("t", Map.of("c", "1"), minutesAgo(1), Map.of("c", FieldValue.of(true)));

    QueryResult result = ask("measurement", "t");

    assertThat(result.columns()).containsExactly("time", "a", "b", "c");
    assertThat(result.rows())
        .containsExactly(
            Arrays.asList(minutesAgo(2), "x", 7L, null),
            Arrays.asList(minutesAgo(1), null, null, true));
  }

  @Test
  void noColumnNameOccursTwice() {
    write(
        "t",
        Map.of("v", "1", "time", "x"),
        minutesAgo(1),
        Map.of("v", FieldValue.of(1.0), "time", FieldValue.of(2.0)));
    write("t", Map.of("v", "2", "time", "y"), minutesAgo(1), 3.0);

    assertThat(ask("measurement", "t").columns())
        .containsExactly("time", "tag.time", "tag.v", "field.time", "v");
  }

  @Test
  void aRangeHoldsItsStartAndNotItsStop() {
    for (int minutes = 0; minutes <= 3; minutes++) {
      write("t", Map.of("interval", "1m"), minutesAgo(minutes), minutes);
    }

    QueryResult result = ask("measurement", "t", "range", "2m");

    assertThat(result.range()).isEqualTo(new TimeRange(minutesAgo(2), NOW));
    assertThat(result.rows())
        .extracting(List::getFirst)
        .containsExactly(minutesAgo(2), minutesAgo(1));
  }

  @ParameterizedTest
  @CsvSource({
    "500ms,2026-01-29T10:29:59.500Z",
    "30s,2026-01-29T10:29:30Z",
    "15m,2026-01-29T10:15:00Z",
    "1h,2026-01-29T09:30:00Z",
    "7d,2026-01-22T10:30:00Z",
    "2w,2026-01-15T10:30:00Z"
  })
  void aRangeEndsNow(String range, Instant start) {
    write("t", Map.of(), minutesAgo(1), 1.0);

    assertThat(ask("measurement", "t", "range", range).range())
        .isEqualTo(new TimeRange(start, NOW));
  }

  @Test
  void withoutARangeTheLastHourIsMeant() {
    write("t", Map.of(), minutesAgo(1), 1.0);

    assertThat(ask("measurement", "t").range()).isEqualTo(new TimeRange(minutesAgo(60), NOW));
  }

  @Test
  void startAndStopAreTakenWithAnyOffset() {
    write("t", Map.of(), minutesAgo(1), 1.0);
    var expected = new TimeRange(Instant.parse("2026-01-28T16:00:00Z"), minutesAgo(30));

    assertThat(
            ask(
                    "measurement",
                    "t",
                    "start",
                    "2026-01-29T00:00:00+08:00",
                    "stop",
                    "2026-01-29T10:00:00Z")
                .range())
        .isEqualTo(expected);
    assertThat(
            ask(
                    "measurement",
                    "t",
                    "start",
                    "2026-01-29t00:00:00 08:00",
                    "stop",
                    "2026-01-29t10:00:00z")
                .range())
        .as("an unescaped + arrives as a space")
        .isEqualTo(expected);
    assertThat(ask("measurement", "t", "start", "2026-01-28T16:00:00Z").range().stop())
        .isEqualTo(NOW);
    assertThat(ask("measurement", "t", "stop", "2026-01-29T10:00:00Z").range().start())
        .isEqualTo(minutesAgo(90));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "h",
        "1H",
        "-1h",
        "0s",
        "1.5h",
        "1h30m",
        " 1h",
        "1y",
        "9999999999999999s",
        "999999999999999w",
        "1000w0"
      })
  void aRangeThatIsNoneIsRefused(String range) {
    write("t", Map.of(), minutesAgo(1), 1.0);

    QueryProblem problem = refused("measurement", "t", "range", range);

    assertThat(problem.status()).isEqualTo(400);
    assertThat(problem.type()).isEqualTo("bad-parameter");
    assertThat(problem.facts()).containsEntry("parameter", "range").containsKey("expected");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "yesterday",
        "2026-01-29",
        "2026-01-29T10:30:00",
        "now-",
        "now-1",
        "tomorrow-1d",
        "12345678901234567890",
        "0001-01-01T00:00:00Z",
        "+9999-01-01T00:00:00Z",
        "2026-13-01T00:00:00Z"
      })
  void aTimeThatIsNoneIsRefused(String time) {
    write("t", Map.of(), minutesAgo(1), 1.0);

    assertThat(refused("measurement", "t", "start", time).facts())
        .containsEntry("parameter", "start");
    assertThat(refused("measurement", "t", "stop", time).facts())
        .containsEntry("parameter", "stop");
  }

  @Test
  void contradictionsAreRefused() {
    write("t", Map.of(), minutesAgo(1), 1.0);

    assertThat(refused("measurement", "t", "range", "1h", "start", "2026-01-29T10:00:00Z"))
        .hasMessageContaining("range");
    assertThat(refused("measurement", "t", "start", "2026-01-29T11:00:00Z"))
        .as("start after now")
        .hasMessageContaining("after");
  }

  @Test
  void aMeasurementIsNeeded() {
    assertThat(refused().type()).isEqualTo("missing-parameter");
    assertThat(refused("measurement", "").type()).isEqualTo("missing-parameter");
  }

  @Test
  void anUnknownMeasurementNamesTheNearest() {
    write("telemetry", Map.of(), minutesAgo(1), 1.0);
    write("model_data", Map.of(), minutesAgo(1), 1.0);

    QueryProblem problem = refused("measurement", "telemetri");

    assertThat(problem.status()).isEqualTo(404);
    assertThat(problem.facts()).containsEntry("nearest", List.of("telemetry"));
    assertThat(problem).hasMessageContaining("telemetry");
    assertThat(refused("measurement", "model").facts())
        .containsEntry("nearest", List.of("model_data"));
    assertThat(refused("measurement", "zzz").facts()).doesNotContainKey("nearest");
  }

  @Test
  void anEmptyStoreSaysSo() {
    assertThat(refused("measurement", "telemetry")).hasMessageContaining("no history yet");
  }

  @Test
  void anUnknownTagNamesTheNearestTagOrParameter() {
    write("telemetry", Map.of("channel", "1001", "interval", "1m"), minutesAgo(1), 1.0);

    QueryProblem problem = refused("measurement", "telemetry", "chanel", "1001");
    assertThat(problem.status()).isEqualTo(400);
    assertThat(problem.facts())
        .containsEntry("parameter", "chanel")
        .containsEntry("nearest", List.of("channel"));
    assertThat(refused("measurement", "telemetry", "rnage", "1h").facts())
        .containsEntry("nearest", List.of("range"));
    assertThat(refused("measurement", "telemetry", "tag.range", "1h").type())
        .isEqualTo("unknown-tag");
  }

  @Test
  void tagsWithReservedNamesAreReachedByAPrefix() {
    write(
        "t",
        Map.of("range", "far", "measurement", "m", "tag.x", "y", "plain", "p"),
        minutesAgo(1),
        1.0);
    write(
        "t",
        Map.of("range", "near", "measurement", "m", "tag.x", "y", "plain", "p"),
        minutesAgo(1),
        2.0);

    QueryResult result =
        ask(
            "measurement",
            "t",
            "tag.range",
            "far",
            "tag.measurement",
            "m",
            "tag.tag.x",
            "y",
            "tag.plain",
            "p");

    assertThat(result.rows()).containsExactly(List.of(minutesAgo(1), 1.0));
  }

  @Test
  void aKnownTagWithAnotherValueIsAnEmptyTable() {
    write("telemetry", Map.of("channel", "1001", "interval", "1m"), minutesAgo(1), 1.0);

    QueryResult result = ask("measurement", "telemetry", "channel", "9' OR '1'='1");

    assertThat(result.rows()).isEmpty();
    assertThat(result.columns()).containsExactly("time");
    assertThat(result.tags()).containsExactly(Map.entry("channel", "9' OR '1'='1"));
  }

  @Test
  void emptyTagsAreRefused() {
    write("t", Map.of("c", "1"), minutesAgo(1), 1.0);

    assertThat(refused("measurement", "t", "c", "").type()).isEqualTo("bad-parameter");
    assertThat(refused("measurement", "t", "tag.", "x").type()).isEqualTo("bad-parameter");
    assertThat(refused("measurement", "t", "", "x").type()).isEqualTo("bad-parameter");
  }

  @Test
  void aParameterGivenTwiceIsRefused() {
    write("t", Map.of("c", "1"), minutesAgo(1), 1.0);
    var twice = Map.of("measurement", List.of("t"), "range", List.of("1h", "2h"));

    assertThat(catchThrowableOfType(QueryProblem.class, () -> query.run(twice)).type())
        .isEqualTo("duplicated-parameter");
    for (String once :
        List.of("measurement", "interval", "mode", "every", "limit", "order", "tz")) {
      var repeated = new LinkedHashMap<>(Map.of("measurement", List.of("t")));
      repeated.put(once, List.of("t", "t"));
      assertThat(catchThrowableOfType(QueryProblem.class, () -> query.run(repeated)).type())
          .isEqualTo("duplicated-parameter");
    }
  }

  @Test
  void aLevelThatIsNotThereNamesThoseThatAre() {
    write("telemetry", Map.of("interval", "1m"), minutesAgo(10), 1.0);
    write("telemetry", Map.of("interval", "5m"), minutesAgo(10), 1.0);

    QueryProblem unknown = refused("measurement", "telemetry", "interval", "15m");
    assertThat(unknown.status()).isEqualTo(400);
    assertThat(unknown.type()).isEqualTo("unknown-level");
    assertThat(unknown).hasMessageContaining("1m, 5m");
    assertThat(refused("measurement", "telemetry", "interval", "raw").type())
        .isEqualTo("unknown-level");
    assertThat(refused("measurement", "telemetry", "interval", "often").facts())
        .containsEntry("parameter", "interval")
        .containsEntry("expected", "one of 1m, 5m");
  }

  @Test
  void anAnswerHasAtMostItsLimitOfRows() {
    var small = new HistoryQuery(store, InstantSource.fixed(NOW), 3, 100);
    for (int minutes = 1; minutes <= 3; minutes++) {
      write("t", Map.of("interval", "1m"), minutesAgo(minutes), minutes);
    }
    assertThat(small.run(parameters("measurement", "t")).rows()).hasSize(3);

    write("t", Map.of("interval", "1m"), minutesAgo(4), 4);

    var problem =
        catchThrowableOfType(QueryProblem.class, () -> small.run(parameters("measurement", "t")));
    assertThat(problem.status()).isEqualTo(400);
    assertThat(problem.type()).isEqualTo("answer-too-large");
    assertThat(problem.facts()).containsEntry("limit", 3L);
    assertThat(problem).hasMessageContaining("stop=" + minutesAgo(1));
    assertThat(
            small
                .run(
                    parameters(
                        "measurement",
                        "t",
                        "start",
                        minutesAgo(60).toString(),
                        "stop",
                        minutesAgo(1).toString()))
                .rows())
        .as("what the problem says fits")
        .hasSize(3);
  }

  @Test
  void anAnswerHasAtMostItsLimitOfValues() {
    var small = new HistoryQuery(store, InstantSource.fixed(NOW), 100, 5);
    var two = Map.of("a", FieldValue.of(1.0), "b", FieldValue.of(1.0));
    write("t", Map.of(), minutesAgo(2), two);
    write("t", Map.of(), minutesAgo(1), two);
    assertThat(small.run(parameters("measurement", "t")).rows()).hasSize(2);

    write("t", Map.of(), minutesAgo(3), two);

    var problem =
        catchThrowableOfType(QueryProblem.class, () -> small.run(parameters("measurement", "t")));
    assertThat(problem).hasMessageContaining("values");
  }

  @Test
  void twoHundredThousandRowsAreAnsweredAndOneMoreIsNot() {
    int series = 2_000;
    int minutes = HistoryQuery.MAX_ROWS / series;
    for (int minute = minutes; minute > 0; minute--) {
      var batch = new ArrayList<Point>();
      for (int channel = 0; channel < series; channel++) {
        var key = SeriesKey.of("t", Map.of("channel", channel + "", "interval", "1m"));
        batch.add(Point.of(key, minutesAgo(minute), Map.of("v", FieldValue.of((double) channel))));
      }
      assertThat(store.write(batch)).isEqualTo(WriteResult.ALL_ACCEPTED);
    }

    var rows = ask("measurement", "t", "range", "7d").rows();
    assertThat(rows).hasSize(HistoryQuery.MAX_ROWS);
    assertThat(rows.getLast()).isEqualTo(List.of(minutesAgo(1), "999", 999.0));

    write("t", Map.of("channel", "0", "interval", "1m"), minutesAgo(minutes + 1), 0.0);
    assertThat(refused("measurement", "t", "range", "7d").type()).isEqualTo("answer-too-large");
  }

  @Test
  void aStoreThatIsDownIsSaidToBe() throws IOException {
    write("t", Map.of(), minutesAgo(1), 1.0);
    replaceByFile(folder.resolve("store"));

    QueryProblem problem = refused("measurement", "t");

    assertThat(problem.status()).isEqualTo(503);
    assertThat(problem.type()).isEqualTo("store-unavailable");
    assertThat(problem).hasMessageNotContaining(folder.toString());
  }

  @Test
  void seriesOfNamedAggregationsAnswerOnlyWhenAskedForByTheirTag() {
    var series = Map.of("channel", "1", "interval", "1m");
    write("t", series, minutesAgo(3), 1.0);
    write(
        "t",
        Map.of("channel", "1", "interval", "1m", "aggregation", "1m_avg"),
        minutesAgo(3),
        Map.of("v_mean", FieldValue.of(1.0)));
    write(
        "t",
        Map.of("channel", "1", "interval", "5m", "aggregation", "5m_max"),
        minutesAgo(5),
        Map.of("v_max", FieldValue.of(9.0)));

    QueryResult ordinary = ask("measurement", "t");
    assertThat(ordinary.columns()).containsExactly("time", "v");
    assertThat(ordinary.tags()).containsExactly(Map.entry("channel", "1"));
    assertThat(ordinary.rows()).containsExactly(List.of(minutesAgo(3), 1.0));

    QueryResult average = ask("measurement", "t", "aggregation", "1m_avg");
    assertThat(average.columns()).containsExactly("time", "v_mean");
    assertThat(average.tags()).isEqualTo(Map.of("channel", "1", "aggregation", "1m_avg"));
    assertThat(average.rows()).containsExactly(List.of(minutesAgo(3), 1.0));

    QueryResult ofAnotherLevel = ask("measurement", "t", "aggregation", "5m_max");
    assertThat(ofAnotherLevel.interval()).isEqualTo("5m");
    assertThat(ofAnotherLevel.rows()).containsExactly(List.of(minutesAgo(5), 9.0));
  }

  @Test
  void anAggregationAtALevelItDoesNotHaveIsAnEmptyTable() {
    write("t", Map.of("interval", "1m"), minutesAgo(3), 1.0);
    write("t", Map.of("interval", "5m", "aggregation", "5m_max"), minutesAgo(5), 9.0);

    assertThat(ask("measurement", "t", "aggregation", "5m_max", "interval", "1m").rows()).isEmpty();
    QueryResult unknown = ask("measurement", "t", "aggregation", "other");
    assertThat(unknown.rows()).isEmpty();
    assertThat(unknown.interval()).isEqualTo("1m");
    assertThat(unknown.tags()).isEqualTo(Map.of("aggregation", "other"));
  }

  @Test
  void whereAllRowsHaveATagNamedAggregationTheyAnswerWithoutItToo() {
    write("documents", Map.of("interval", "1m", "aggregation", "a"), minutesAgo(3), 1.0);
    write("documents", Map.of("interval", "1m", "aggregation", "b"), minutesAgo(3), 2.0);

    QueryResult result = ask("measurement", "documents");

    assertThat(result.columns()).containsExactly("time", "aggregation", "v");
    assertThat(result.rows())
        .containsExactly(List.of(minutesAgo(3), "a", 1.0), List.of(minutesAgo(3), "b", 2.0));
  }

  private static void replaceByFile(Path directory) throws IOException {
    Files.move(directory, directory.resolveSibling("away"));
    Files.writeString(directory, "not a folder");
  }

  private void write(String measurement, Map<String, String> tags, Instant time, double value) {
    write(measurement, tags, time, Map.of("v", FieldValue.of(value)));
  }

  private void write(
      String measurement, Map<String, String> tags, Instant time, Map<String, FieldValue> fields) {
    var point = Point.of(SeriesKey.of(measurement, tags), time, fields);
    assertThat(store.write(List.of(point))).isEqualTo(WriteResult.ALL_ACCEPTED);
  }

  private static Instant minutesAgo(int minutes) {
    return NOW.minusSeconds(60L * minutes);
  }

  private QueryResult ask(String... namesAndValues) {
    return query.run(parameters(namesAndValues));
  }

  private QueryProblem refused(String... namesAndValues) {
    return catchThrowableOfType(QueryProblem.class, () -> ask(namesAndValues));
  }

  private static Map<String, List<String>> parameters(String... namesAndValues) {
    var parameters = new LinkedHashMap<String, List<String>>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      parameters.put(namesAndValues[i], List.of(namesAndValues[i + 1]));
    }
    return parameters;
  }
}
