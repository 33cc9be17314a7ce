package com.voltageems.hissrv.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Summaries, interpolated values and plots, worked out by hand. */
class ModesTest {
  private static final String HOUR = "start=2026-01-29T10:00:00Z&stop=2026-01-29T11:00:00Z";
  private static final String FIRST = "2026-01-29T10:00:00Z";

  @TempDir Path folder;
  private AskedStore asked;

  @BeforeEach
  void open() {
    asked = new AskedStore(folder, "2026-01-29T12:00:00Z");
  }

  @AfterEach
  void close() {
    asked.close();
  }

  @Test
  void aSummaryTellsWhatIsStoredOfEachSeries() {
    asked.put(FIRST, "c=1,interval=1m", "v_avg", 1.0, "v_count", 30, "v_good", 0.5, "v_max", 4.0);
    asked.put(
        "2026-01-29T10:01:00Z",
        "c=1,interval=1m",
        "v_avg",
        3.0,
        "v_count",
        60,
        "v_good",
        1.0,
        "v_max",
        9.0);
    asked.put(FIRST, "c=2,interval=1m", "w_increase", 2.5);

    QueryResult summary = asked.ask(HOUR + "&mode=summary");

    assertThat(summary.columns())
        .containsExactly(
            "time", "c", "v_count", "v_good", "v_max", "v_mean", "v_sum", "w_increase");
    assertThat(asked.rows(HOUR + "&mode=summary"))
        .containsExactly(
            FIRST + " 1 90 0.75 9.0 " + (1.0 + 2.0 * 60 / 90) + " 210.0 null",
            FIRST + " 2 null null null null null 2.5");
  }

  @Test
  void aSummaryOfWhatCameAsItIsCountsText() {
    asked.put(FIRST, "", "state", "on", "v", 1.0);
    asked.put("2026-01-29T10:30:00Z", "", "state", "off", "v", 3.0);

    assertThat(asked.rows(HOUR + "&mode=summary&fields=state"))
        .containsExactly(FIRST + " 2 on off");
  }

  @Test
  void betweenTwoRowsIsALine() {
    asked.put(FIRST, "", "v", 1.0, "n", 10, "s", "on");
    asked.put("2026-01-29T10:40:00Z", "", "v", 5.0, "n", 20, "s", "off");

    assertThat(
            asked.rows(
                "mode=interpolated&at=2026-01-29T10:10:00Z,2026-01-29T10:40:00Z,2026-01-29T10:00:00Z"))
        .containsExactly(
            FIRST + " 10 on 1.0",
            "2026-01-29T10:10:00Z 12.5 on 2.0",
            "2026-01-29T10:40:00Z 20 off 5.0");
    assertThat(asked.rows(HOUR + "&mode=interpolated&every=20m&fields=v"))
        .containsExactly(FIRST + " 1.0", "2026-01-29T10:20:00Z 3.0", "2026-01-29T10:40:00Z 5.0");
  }

  @Test
  void aHoleIsNotBridgedAndNothingIsGuessedBeyondTheEnds() {
    asked.put(FIRST, "interval=1m", "v", 1.0);
    asked.put("2026-01-29T10:05:00Z", "interval=1m", "v", 6.0);
    asked.put("2026-01-29T10:11:00Z", "interval=1m", "v", 0.0);

    assertThat(asked.rows(HOUR + "&mode=interpolated&every=1m"))
        .extracting(row -> row.substring(14, 16) + row.substring(20))
        .containsExactly("00 1.0", "01 2.0", "02 3.0", "03 4.0", "04 5.0", "05 6.0", "11 0.0");
    assertThat(asked.rows("mode=interpolated&at=2026-01-29T10:08:00Z&max_gap=6m"))
        .containsExactly("2026-01-29T10:08:00Z 3.0");
    assertThat(asked.rows("mode=interpolated&at=2026-01-29T10:08:00Z")).isEmpty();
  }

  /** Two pixels of half an hour: of each the first, the last, the least, the greatest. */
  @Test
  void aPlotKeepsWhatThePictureNeeds() {
    double[] values = {5, 1, 5, 9, 5, 5, 4, 4, 4, 4, 4, 4};
    for (int i = 0; i < values.length; i++) {
      asked.put("2026-01-29T10:%02d:00Z".formatted(i * 5), "", "v", values[i]);
    }

    assertThat(asked.rows(HOUR + "&mode=plot&max_points=8"))
        .extracting(row -> row.substring(14, 16) + row.substring(20))
        .containsExactly("00 5.0", "05 1.0", "15 9.0", "25 5.0", "30 4.0", "55 4.0");
    assertThat(asked.rows(HOUR + "&mode=plot")).as("few rows are all of them").hasSize(12);
  }

  @Test
  void aPlotsRowsAreRowsAndAStepStaysWhereItIs() {
    var random = new Random(5);
    double level = 0;
    for (int second = 0; second < 3_600; second += 2) {
      level = random.nextInt(100) == 0 ? random.nextInt(50) : level;
      asked.put(Instant.parse(FIRST).plusSeconds(second).toString(), "", "v", level);
    }
    List<String> all = asked.rows(HOUR);
    List<String> plot = asked.rows(HOUR + "&mode=plot&max_points=200");

    assertThat(plot).hasSizeLessThanOrEqualTo(200).isSubsetOf(all);
    assertThat(plot.getFirst()).isEqualTo(all.getFirst());
    assertThat(plot.getLast()).isEqualTo(all.getLast());
    assertThat(levels(plot)).isEqualTo(levels(all));
  }

  private static Set<String> levels(List<String> rows) {
    var levels = new ArrayList<String>();
    rows.forEach(row -> levels.add(row.substring(row.lastIndexOf(' '))));
    return new HashSet<>(levels);
  }

  @Test
  void automaticallyTheFinestLevelAnswersThatHasFewEnoughWindows() {
    for (String level : List.of("1m", "5m", "1h")) {
      asked.put("2026-01-29T11:00:00Z", "interval=" + level, "v", 1.0);
    }

    assertThat(asked.ask("interval=auto&range=2h").interval()).isEqualTo("1m");
    assertThat(asked.ask("interval=auto&range=2h&max_points=100").interval()).isEqualTo("5m");
    assertThat(asked.ask("interval=auto&range=2h&max_points=3").interval()).isEqualTo("1h");
    assertThat(asked.ask("interval=auto&range=1000d").interval()).isEqualTo("1h");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mode=raw&at=now",
        "mode=interpolated",
        "mode=interpolated&at=",
        "mode=plots",
        "mode=interpolated&at=yesterday",
        "mode=interpolated&at=now&range=1h",
        "mode=interpolated&at=now&every=1h",
        "mode=plot&max_points=0",
        "max_points=5",
        "mode=plot&max_points=1000000000000",
        "max_gap=1h",
        "mode=summary&every=1h"
      })
  void whatMakesNoSenseIsRefused(String question) {
    asked.put("2026-01-29T11:59:00Z", "", "v", 1.0);

    assertThat(catchThrowableOfType(QueryProblem.class, () -> asked.ask(question)).status())
        .isEqualTo(400);
  }
}
