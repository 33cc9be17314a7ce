package com.voltageems.hissrv.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions over buckets, worked out by hand. */
class FoldTest {
  private static final String HOUR = "start=2026-01-29T10:00:00Z&stop=2026-01-29T11:00:00Z";

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
  void aMeanCountsAWindowByItsSamples() {
    minute("10:00", "v_avg", 1.0, "v_count", 60);
    minute("10:01", "v_avg", 7.0, "v_count", 20);
    minute("10:15", "v_avg", 5.0, "v_count", 1);

    assertThat(asked.ask(HOUR + "&fn=mean,sum,count&every=15m").columns())
        .containsExactly("time", "v_count", "v_mean", "v_sum");
    assertThat(asked.rows(HOUR + "&fn=mean,sum,count&every=15m"))
        .containsExactly("2026-01-29T10:00:00Z 80 2.5 200.0", "2026-01-29T10:15:00Z 1 5.0 5.0");
    assertThat(asked.rows(HOUR + "&fn=mean")).containsExactly("2026-01-29T10:00:00Z " + 205 / 81.0);
  }

  @Test
  void extremesAndEndsAreThoseOfTheWindows() {
    minute("10:00", "v_min", 2.0, "v_max", 9.0, "v_first", 3.0, "v_last", 4.0);
    minute("10:01", "v_min", -1.0, "v_max", 5.0, "v_first", 5.0, "v_last", 0.5);

    assertThat(asked.rows(HOUR + "&fn=first,last,max,min,spread&every=1h"))
        .containsExactly("2026-01-29T10:00:00Z 3.0 0.5 9.0 -1.0 10.0");
  }

  /** 1, 3 | 5, 7, 9 | 4: mean 29/6, squares 181, so (181 - 29²/6) / 5. */
  @Test
  void deviationsAreMergedWithWhatLiesBetweenTheMeans() {
    minute("10:00", "v_avg", 2.0, "v_count", 2, "v_stddev", Math.sqrt(2));
    minute("10:01", "v_avg", 7.0, "v_count", 3, "v_stddev", 2.0);
    minute("10:02", "v_avg", 4.0, "v_count", 1);

    double expected = Math.sqrt((181 - 29 * 29 / 6.0) / 5);
    String row = asked.rows(HOUR + "&fn=stddev&every=1h").getFirst();
    assertThat(Double.parseDouble(row.split(" ", -1)[1]))
        .isCloseTo(expected, org.assertj.core.api.Assertions.within(1e-12));
  }

  @Test
  void anyCutOfTheSamesSamplesGivesTheSame() {
    for (long seed = 1; seed <= 20; seed++) {
      var random = new Random(seed);
      var all = new ArrayList<Double>();
      String channel = "channel=" + seed + ",interval=1m";
      for (int minute = 0; minute < 30; minute++) {
        double[] samples =
            random
                .doubles(1 + random.nextInt(60), 1e6, 1e6 + 5)
                .map(v -> Math.rint(v * 10) / 10)
                .toArray();
        double mean = Arrays.stream(samples).average().orElseThrow();
        double squares = Arrays.stream(samples).map(v -> (v - mean) * (v - mean)).sum();
        Arrays.stream(samples).forEach(all::add);
        var fields = new ArrayList<Object>(List.of("v_avg", mean, "v_count", samples.length));
        if (samples.length > 1) {
          fields.addAll(List.of("v_stddev", Math.sqrt(squares / (samples.length - 1))));
        }
        asked.put("2026-01-29T10:%02d:00Z".formatted(minute), channel, fields.toArray());
      }
      double mean = all.stream().mapToDouble(v -> v).average().orElseThrow();
      double squares = all.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();

      List<?> row =
          asked.ask(HOUR + "&fn=count,mean,stddev&every=1h&channel=" + seed).rows().getFirst();
      assertThat(row.get(1)).as("seed %d", seed).isEqualTo((long) all.size());
      assertThat((double) row.get(2)).isCloseTo(mean, org.assertj.core.api.Assertions.within(1e-8));
      assertThat((double) row.get(3))
          .isCloseTo(
              Math.sqrt(squares / (all.size() - 1)), org.assertj.core.api.Assertions.within(1e-8));
    }
  }

  @Test
  void integralsAndIncreasesAddUp() {
    minute("10:00", "e_integral", 0.25, "e_increase", 3.0);
    minute("10:01", "e_integral", 0.5, "e_increase", 0.0);
    minute("10:30", "e_integral", 1.0, "e_increase", 4.0);

    assertThat(asked.rows(HOUR + "&fn=increase,integral&every=30m"))
        .containsExactly("2026-01-29T10:00:00Z 3.0 0.75", "2026-01-29T10:30:00Z 4.0 1.0");
  }

  @ParameterizedTest
  @CsvSource({
    "mean,'avg, count'",
    "stddev,stddev",
    "first,first",
    "integral,integral",
    "increase,increase",
    "percentile(95),percentile(95)",
    "twa,twa",
    "good,good",
    "spread,'min, max'"
  })
  void whatIsNotStoredIsNamed(String function, String statistics) {
    minute("10:00", "v_last", 2.0, "w_avg", 1.0, "w_count", 60);
    String point = statistics.startsWith("stddev") || statistics.startsWith("good") ? "w" : "v";

    QueryProblem problem = refused(HOUR + "&fields=" + point + "&every=1h&fn=" + function);

    assertThat(problem.type()).isEqualTo("missing-statistic");
    assertThat(problem.status()).isEqualTo(400);
    assertThat(problem.facts())
        .containsEntry("expected", "store " + statistics + " in mappings[].statistics")
        .containsEntry("field", point);
  }

  @Test
  void whatDoesNotFoldIsReadFromTheLevelThatHasIt() {
    minute("10:00", "v_percentile_95", 2.0, "v_twa", 1.5);
    asked.put("2026-01-29T10:00:00Z", "interval=5m", "v_percentile_95", 4.0, "v_twa", 3.0);

    assertThat(asked.rows(HOUR + "&fn=percentile(95),twa&every=5m"))
        .containsExactly("2026-01-29T10:00:00Z 4.0 3.0");
    assertThat(asked.rows(HOUR + "&fn=percentile(95)&every=1m"))
        .containsExactly("2026-01-29T10:00:00Z 2.0");
    assertThat(refused(HOUR + "&fn=percentile(95)&every=15m"))
        .hasMessageContaining("does not fold");
  }

  /** 2 for half an hour, 4 for a quarter, 1 from 10:45 on; a counter 10, 13, 2 (reset), 5. */
  @Test
  void valuesThatCameAsTheyAreHoldUntilTheNext() {
    asked.put("2026-01-29T10:00:00Z", "", "p", 2.0, "n", 10.0);
    asked.put("2026-01-29T10:30:00Z", "", "p", 4.0, "n", 13.0);
    asked.put("2026-01-29T10:45:00Z", "", "p", 1.0, "n", 2.0);
    asked.put("2026-01-29T10:50:00Z", "", "n", 5.0);

    assertThat(asked.rows(HOUR + "&fields=p&fn=integral,twa,mean,percentile(50),count&every=1h"))
        .containsExactly("2026-01-29T10:00:00Z 3 2.25 " + 7 / 3.0 + " 2.0 2.25");
    assertThat(asked.rows(HOUR + "&fields=p&fn=integral&every=20m"))
        .containsExactly(
            "2026-01-29T10:00:00Z " + 2 / 3.0,
            "2026-01-29T10:20:00Z " + (2 / 6.0 + 4 / 6.0),
            "2026-01-29T10:40:00Z " + (4 / 12.0 + 1 / 4.0));
    assertThat(asked.rows(HOUR + "&fields=n&fn=increase&every=1h"))
        .containsExactly("2026-01-29T10:00:00Z 8.0");
  }

  @Test
  void aDayInTheSitesZoneMayHaveTwentyFiveHours() {
    String zone = "&tz=Europe/Berlin";
    for (Instant hour = Instant.parse("2025-10-25T20:00:00Z");
        hour.isBefore(Instant.parse("2025-10-27T01:00:00Z"));
        hour = hour.plus(Duration.ofHours(1))) {
      asked.put(hour.toString(), "interval=1h", "v_avg", 1.0, "v_count", 1);
    }
    String range = "start=2025-10-25T22:00:00Z&stop=2025-10-26T23:00:00Z";

    assertThat(asked.rows(range + "&fn=count&every=1d" + zone))
        .containsExactly("2025-10-25T22:00:00Z 25");
    assertThat(asked.rows(range + "&fn=count&every=12h" + zone))
        .containsExactly(
            "2025-10-25T22:00:00Z 12", "2025-10-26T10:00:00Z 12", "2025-10-26T22:00:00Z 1");
    assertThat(asked.rows(range + "&fn=count&every=1h" + zone)).hasSize(25);
    assertThat(asked.rows(range + "&fn=count&every=1d"))
        .as("in UTC")
        .containsExactly("2025-10-25T00:00:00Z 2", "2025-10-26T00:00:00Z 23");
  }

  @Test
  void aDayInTheSitesZoneMayHaveTwentyThreeHours() {
    for (Instant hour = Instant.parse("2025-03-29T20:00:00Z");
        hour.isBefore(Instant.parse("2025-03-31T01:00:00Z"));
        hour = hour.plus(Duration.ofHours(1))) {
      asked.put(hour.toString(), "interval=1h", "v_avg", 1.0, "v_count", 1);
    }

    assertThat(
            asked.rows(
                "start=2025-03-29T23:00:00Z&stop=2025-03-31T01:00:00Z&fn=count&every=1d&tz=Europe/Berlin"))
        .containsExactly("2025-03-29T23:00:00Z 23", "2025-03-30T22:00:00Z 3");
  }

  @ParameterizedTest
  @CsvSource({
    "1w,2026-01-26T00:00:00Z",
    "1mo,2026-01-01T00:00:00Z",
    "3mo,2026-01-01T00:00:00Z",
    "1y,2026-01-01T00:00:00Z",
    "1d,2026-01-29T00:00:00Z",
    "6h,2026-01-29T06:00:00Z",
    "7m,2026-01-29T10:37:00Z"
  })
  void bucketsFollowTheCalendar(String every, String start) {
    asked.put("2026-01-29T10:40:00Z", "", "v", 1.0);

    assertThat(asked.rows("range=1d&fn=count&every=" + every)).containsExactly(start + " 1");
  }

  @Test
  void windowsThatWouldLieInTwoBucketsAreRefused() {
    asked.put("2026-01-29T10:00:00Z", "interval=1h", "v_avg", 1.0, "v_count", 1);

    assertThat(refused("fn=mean&every=15m").facts()).containsEntry("parameter", "every");
    assertThat(refused("fn=mean&every=1d&tz=Asia/Kathmandu")).hasMessageContaining("1h");
    assertThat(refused("fn=mean&every=90m&interval=1h")).hasMessageContaining("two buckets");
    asked.put("2026-01-29T10:00:00Z", "interval=15m", "v_avg", 1.0, "v_count", 1);
    assertThat(asked.ask("fn=mean&every=1d&tz=Asia/Kathmandu&range=1d").interval())
        .isEqualTo("15m");
    assertThat(asked.ask("fn=mean&every=1d&range=1d").interval()).isEqualTo("1h");
  }

  @ParameterizedTest
  @CsvSource({
    "none,10:00 1.0;10:30 4.0",
    "null,10:00 1.0;10:10 null;10:20 null;10:30 4.0;10:40 null;10:50 null",
    "previous,10:00 1.0;10:10 1.0;10:20 1.0;10:30 4.0;10:40 4.0;10:50 4.0",
    "linear,10:00 1.0;10:10 2.0;10:20 3.0;10:30 4.0;10:40 null;10:50 null",
    "-2.5,10:00 1.0;10:10 -2.5;10:20 -2.5;10:30 4.0;10:40 -2.5;10:50 -2.5"
  })
  void bucketsWithNothingInThemAreFilled(String fill, String expected) {
    minute("10:00", "v_avg", 1.0, "v_count", 60);
    minute("10:30", "v_avg", 4.0, "v_count", 60);

    assertThat(asked.rows(HOUR + "&fn=mean&every=10m&fill=" + fill))
        .extracting(row -> row.substring(11, 16) + row.substring(20))
        .containsExactly(expected.split(";", -1));
  }

  @Test
  void newestFirstGivesTheSameBackwards() {
    minute("10:00", "v_avg", 1.0, "v_count", 60);
    minute("10:30", "v_avg", 4.0, "v_count", 60);

    assertThat(asked.rows(HOUR + "&fn=mean&every=10m&fill=linear&order=desc").reversed())
        .isEqualTo(asked.rows(HOUR + "&fn=mean&every=10m&fill=linear"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fn=average",
        "fn=",
        "fn=percentile(101)",
        "fn=mean&every=0m",
        "fn=mean&every=1x",
        "every=15m",
        "fill=null",
        "fn=mean&fill=null",
        "fn=mean&every=1h&fill=NaN",
        "fn=mean&every=1h&tz=Mars/Olympus",
        "tz=UTC",
        "fn=mean&every=1ms&fill=null&range=1d",
        "fn=mean&mode=plot",
        "fields=nothing",
        "fields=v_avg,,v_count"
      })
  void whatMakesNoSenseIsRefused(String question) {
    minute("11:59", "v_avg", 1.0, "v_count", 60);
    asked.put("2026-01-29T11:59:00Z", "", "v", 1.0);

    assertThat(refused(question).status()).isEqualTo(400);
  }

  private void minute(String time, Object... namesAndValues) {
    asked.put("2026-01-29T" + time + ":00Z", "interval=1m", namesAndValues);
  }

  private QueryProblem refused(String question) {
    return catchThrowableOfType(QueryProblem.class, () -> asked.ask(question));
  }
}
