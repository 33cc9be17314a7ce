package com.voltageems.hissrv.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How tags, fields, times and pages are asked for. */
class GrammarTest {
  private static final String NOW = "2026-01-29T12:00:00Z";

  @TempDir Path folder;
  private AskedStore asked;

  @BeforeEach
  void open() {
    asked = new AskedStore(folder, NOW);
  }

  @AfterEach
  void close() {
    asked.close();
  }

  @ParameterizedTest
  @CsvSource({
    "c=1,1",
    "c=1&c=2,1 2",
    "c=1&c=7,1",
    "c!=1,null 10 2 ~x",
    "c!=1&c!=2,null 10 ~x",
    "c=~1.*,1 10",
    "c=~1,1",
    "c=2&c=~1.,10 2",
    "c!=~1.*,null 2 ~x",
    "c!=~1.*&c!=2,null ~x",
    "c=~1.*&c!=10,1",
    "c=~.+,1 10 2 ~x",
    "c=~,null",
    "c=~~x,~x",
    "c!=~~x,null 1 10 2",
    "tag.c=1&c=2,1 2",
    "tag.c!=~1.*,null 2 ~x",
    "c=~(?i)~X,~x"
  })
  void tagsMayHaveSeveralValuesOrNotHaveThemOrMatch(String question, String channels) {
    for (String tags : List.of("d=1,c=1", "d=1,c=2", "d=1,c=10", "d=1,c=~x", "d=1")) {
      asked.put("2026-01-29T11:59:00Z", tags, "v", 1.0);
    }

    var found = new ArrayList<String>();
    QueryResult result = asked.ask(question);
    int column = result.columns().indexOf("c");
    for (List<?> row : result.rows()) {
      found.add(
          column < 0 ? result.tags().getOrDefault("c", "null") : String.valueOf(row.get(column)));
    }
    assertThat(String.join(" ", found.stream().sorted(BY_NULL).toList())).isEqualTo(channels);
  }

  private static final java.util.Comparator<String> BY_NULL =
      java.util.Comparator.comparing((String text) -> !text.equals("null"))
          .thenComparing(text -> text);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(",
        "a{2",
        "[",
        "\\",
        "(?<=a)b",
        "(a)\\1",
        "((a{100}){100}){100}",
        "a{1000}",
        "(a{20}){20}",
        "a{999999999999}",
        "*"
      })
  void aRegularExpressionThatIsNoneOrTooMuchIsRefused(String regex) {
    asked.put("2026-01-29T11:59:00Z", "c=aaaa", "v", 1.0);

    if (regex.equals("a{2")) {
      assertThat(asked.rows("c=~" + regex)).as("a brace may be a brace").isEmpty();
      return;
    }
    assertThat(refused("c=~" + regex).facts()).containsEntry("parameter", "c");
    assertThat(refused("c!=~" + "a".repeat(201)).facts()).containsEntry("parameter", "c!");
  }

  @Test
  void noRegularExpressionTakesLong() {
    asked.put("2026-01-29T11:59:00Z", "c=" + "a".repeat(20_000), "v", 1.0);
    for (String evil : List.of("(a*)*b", "(a|a)*b", "(a|aa)+b", "(.*a){20}b", "(a+)+(b+)+c")) {
      long begun = System.nanoTime();
      assertThat(asked.rows("c=~" + evil)).isEmpty();
      assertThat(Duration.ofNanos(System.nanoTime() - begun))
          .as(evil)
          .isLessThan(Duration.ofSeconds(5));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "v_avg,v_avg",
    "'v_avg,w',v_avg w",
    "v,v_avg v_count",
    "'v,w',v_avg v_count w",
    "v_x,v_x_avg"
  })
  void fieldsAreNamedOrStandForTheirStatistics(String fields, String columns) {
    asked.put("2026-01-29T11:59:00Z", "", "v_avg", 1.0, "v_count", 2, "w", 3.0, "v_x_avg", 4.0);

    assertThat(asked.ask("fields=" + fields).columns())
        .containsExactly(("time " + columns).split(" ", -1));
    assertThat(refused("fields=v_avq").facts()).containsEntry("nearest", List.of("v_avg"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "start=2026-01-29T11:00:00Z",
        "start=2026-01-29T19:00:00%2B08:00",
        "start=1769684400",
        "start=1769684400000",
        "start=1769684400000000",
        "start=1769684400000000000",
        "start=now-1h",
        "start=now-60m&stop=now",
        "range=1h",
        "stop=now"
      })
  void aTimeMayBeWrittenInManyWays(String times) {
    asked.put("2026-01-29T11:59:00Z", "", "v", 1.0);

    assertThat(asked.ask(times.replace("%2B", "+")).range().start())
        .isEqualTo(Instant.parse("2026-01-29T11:00:00Z"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"asc", "desc"})
  void pagesHaveEveryRowOnce(String order) {
    var random = new Random(3);
    var points = new ArrayList<Point>();
    for (int second = 0; second < 600; second += 1 + random.nextInt(60)) {
      for (int channel = 0; channel < 7; channel++) {
        if (random.nextInt(3) > 0) {
          points.add(
              Point.of(
                  SeriesKey.of("t", Map.of("c", channel + "=,")),
                  Instant.parse(NOW).minusSeconds(1_000L - second),
                  Map.of("v", FieldValue.of((long) points.size()))));
        }
      }
    }
    asked.store.write(points);
    String question = "order=" + order + "&range=1h";
    List<String> all = asked.rows(question);
    for (int limit : new int[] {1, 3, 7, points.size() - 1, points.size(), 1_000}) {
      var paged = new ArrayList<String>();
      String cursor = "";
      do {
        String page = question + "&limit=" + limit + (cursor.isEmpty() ? "" : "&cursor=" + cursor);
        QueryResult result = asked.ask(page);
        List<String> rows = asked.rows(page);
        assertThat(rows).hasSizeLessThanOrEqualTo(limit);
        paged.addAll(values(result));
        cursor = result.cursor().orElse("");
        // What comes late, before what was read, makes no difference to what follows.
        asked.put("2026-01-29T11:00:01Z", "c=late", "v", -limit);
      } while (!cursor.isEmpty());
      paged.removeIf(value -> value.startsWith("-"));
      assertThat(paged).as("limit %d", limit).hasSize(points.size());
      assertThat(new HashSet<>(paged)).hasSize(points.size());
    }
    assertThat(all).hasSize(points.size());
  }

  private static List<String> values(QueryResult result) {
    var values = new ArrayList<String>();
    result.rows().forEach(row -> values.add(String.valueOf(row.getLast())));
    return values;
  }

  @Test
  void aPageKeepsTheRangeOfTheFirst() {
    asked.put("2026-01-29T11:00:30Z", "", "v", 1.0);
    asked.put("2026-01-29T11:30:00Z", "", "v", 2.0);
    String cursor = asked.ask("limit=1").cursor().orElseThrow();

    var later =
        new HistoryQuery(
            asked.store,
            () -> Instant.parse(NOW).plusSeconds(3_000),
            () -> java.time.ZoneOffset.UTC);
    QueryResult second = later.run(AskedStore.parameters("limit=1&cursor=" + cursor));

    assertThat(second.range().stop()).isEqualTo(Instant.parse(NOW));
    assertThat(values(second)).containsExactly("2.0");
    assertThat(second.cursor()).isEmpty();
  }

  @Test
  void foldedRowsHavePagesToo() {
    for (int minute = 0; minute < 60; minute++) {
      asked.put("2026-01-29T11:%02d:00Z".formatted(minute), "interval=1m", "v_max", minute * 1.0);
    }
    String question = "range=1h&fn=max&every=10m&limit=4";
    QueryResult first = asked.ask(question);
    QueryResult second = asked.ask(question + "&cursor=" + first.cursor().orElseThrow());

    assertThat(values(first)).containsExactly("9.0", "19.0", "29.0", "39.0");
    assertThat(values(second)).containsExactly("49.0", "59.0");
    assertThat(second.cursor()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "AAAA", "!!!!", "AQ", "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
  void aCursorThatIsNoneIsRefused(String cursor) {
    asked.put("2026-01-29T11:59:00Z", "", "v", 1.0);
    asked.put("2026-01-29T11:58:00Z", "", "v", 1.0);

    assertThat(refused("limit=1&cursor=" + cursor).facts()).containsEntry("parameter", "cursor");
    String good = asked.ask("limit=1").cursor().orElseThrow();
    assertThat(refused("limit=1&order=desc&cursor=" + good))
        .hasMessageContaining("another question");
    assertThat(refused("cursor=" + good).facts()).containsEntry("parameter", "cursor");
    for (int at = 0; at < good.length(); at++) {
      String changed =
          good.substring(0, at) + (good.charAt(at) == 'A' ? 'B' : 'A') + good.substring(at + 1);
      try {
        assertThat(asked.rows("limit=1&cursor=" + changed)).hasSizeLessThanOrEqualTo(1);
      } catch (QueryProblem e) {
        assertThat(e.status()).isEqualTo(400);
      }
    }
  }

  private QueryProblem refused(String question) {
    return catchThrowableOfType(QueryProblem.class, () -> asked.ask(question));
  }
}
