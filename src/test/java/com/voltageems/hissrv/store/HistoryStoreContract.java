package com.voltageems.hissrv.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.store.BucketQuery.Column;
import com.voltageems.hissrv.store.BucketQuery.Function;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every history store does. A store passes it by a subclass that says how to open one. */
public abstract class HistoryStoreContract {
  protected static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  protected static final Level MINUTES = Level.parse("1m").orElseThrow();
  protected static final Level FIVE_MINUTES = Level.parse("5m").orElseThrow();

  private HistoryStore store;

  /** An empty store, or the same again after {@link HistoryStore#close}. */
  protected abstract HistoryStore open();

  /** Whether rows without an interval can be deleted beside those with one. */
  protected boolean tellsRowsWithoutIntervalApart() {
    return true;
  }

  @BeforeEach
  final void openStore() {
    store = open();
  }

  @AfterEach
  final void closeStore() {
    store.close();
  }

  protected final HistoryStore store() {
    return store;
  }

  @Test
  void anEmptyStoreIsWellAndKnowsNothing() {
    assertThat(store.check().ok()).isTrue();
    assertThat(store.measurements()).isEmpty();
    assertThat(store.levels("telemetry")).isEmpty();
    assertThat(store.tagNames("telemetry")).isEmpty();
    assertThat(store.fields("telemetry")).isEmpty();
    assertThat(store.latest(minutes())).isEmpty();
    assertThat(store.series("telemetry")).isEmpty();
    assertThat(rows("telemetry", MINUTES)).isEmpty();
    assertThat(store.write(List.of()).rejections()).isEmpty();
  }

  @Test
  void whatWasWrittenComesBack() {
    write(point("1001", NOON, Map.of("voltage_avg", FieldValue.of(230.5))));

    assertThat(rows("telemetry", MINUTES))
        .containsExactly(
            new Row(
                NOON, tags("1001"), new TreeMap<>(Map.of("voltage_avg", FieldValue.of(230.5)))));
  }

  @Test
  void aPointWrittenTwiceIsOnePoint() {
    Point point = point("1001", NOON, Map.of("a", FieldValue.of(1.5)));
    write(point);
    write(point, point);

    assertThat(rows("telemetry", MINUTES)).hasSize(1);
  }

  @Test
  void aLaterWriteOverwritesItsFieldsAndLeavesTheOthers() {
    write(point("1001", NOON, Map.of("a", FieldValue.of(1.0), "b", FieldValue.of(2.0))));
    write(point("1001", NOON, Map.of("b", FieldValue.of(3.0), "c", FieldValue.of(4.0))));

    assertThat(onlyFields())
        .isEqualTo(
            Map.of("a", FieldValue.of(1.0), "b", FieldValue.of(3.0), "c", FieldValue.of(4.0)));
  }

  @Test
  void withinABatchTheLaterPointOverwrites() {
    write(
        point("1001", NOON, Map.of("a", FieldValue.of(1.0), "b", FieldValue.of(2.0))),
        point("1001", NOON, Map.of("a", FieldValue.of(5.0))));

    assertThat(onlyFields()).isEqualTo(Map.of("a", FieldValue.of(5.0), "b", FieldValue.of(2.0)));
  }

  @Test
  void everyTypeOfValueComesBackExactly() {
    var fields = new TreeMap<String, FieldValue>();
    double[] floats = {
      0.1,
      -0.0,
      0.0,
      Double.MIN_VALUE,
      Double.MAX_VALUE,
      -Math.PI,
      1e16,
      123456.789012,
      2.2250738585072014E-308
    };
    for (double value : floats) {
      fields.put("float " + value, FieldValue.of(value));
    }
    for (long value : new long[] {0, -1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 53, 60}) {
      fields.put("integer " + value, FieldValue.of(value));
    }
    fields.put("true", FieldValue.of(true));
    fields.put("false", FieldValue.of(false));
    fields.put("empty text", FieldValue.of(""));
    fields.put("text", FieldValue.of("a\nb\"c\\d, e=f \u0000 电压 \uD83D\uDD0B"));
    write(point("1001", NOON, fields));

    assertThat(onlyFields()).isEqualTo(fields);
    assertThat(onlyFields().toString()).contains("float -0.0=FloatValue[value=-0.0]");
  }

  @Test
  void whatAStoreReckonsIsWhatItsRowsSay() {
    String name = "a \"b\" c,d=e'";
    Instant day = NOON.truncatedTo(ChronoUnit.DAYS);
    for (int n = 0; n < 60; n++) {
      Map<String, FieldValue> fields =
          Map.of(
              name,
              FieldValue.of(100.0 / (n % 7 + 3)),
              "n",
              FieldValue.of((long) n * n),
              "text",
              FieldValue.of("t" + n % 5));
      write(point(n % 3 == 0 ? "1" : "2", day.plusSeconds(1_000L * n), fields));
    }
    var columns = new TreeMap<String, Column>();
    for (Function function : Function.values()) {
      columns.put(function.name(), new Column(function, function == Function.COUNT ? name : "n"));
    }
    columns.put("least", new Column(Function.MIN, name));
    columns.put("most", new Column(Function.MAX, name));
    columns.put("text", new Column(Function.LAST, "text"));
    var range = new TimeRange(day.plusSeconds(5_000), day.plusSeconds(55_000));
    var query =
        new BucketQuery(
            new SeriesQuery("telemetry", Map.of(), MINUTES, range),
            columns,
            Duration.ofHours(1),
            Duration.ofMinutes(30));

    store
        .buckets(query, 1_000)
        .ifPresent(reckoned -> {
          assertThat(reckoned).isEqualTo(reckoned(query)).hasSizeGreaterThan(20);
          assertThat(store.buckets(query, 5)).isEmpty();
        });
    columns.put("no", new Column(Function.SUM, name));
    assertThat(
            store.buckets(
                new BucketQuery(query.rows(), columns, query.every(), query.offset()), 1_000))
        .as("a sum of fractions")
        .isEmpty();
  }

  private List<Row> reckoned(BucketQuery query) {
    long every = query.every().toMillis();
    var rows = new TreeMap<Instant, SortedMap<SortedMap<String, String>, List<Row>>>();
    store.query(
        query.rows(),
        row -> {
          long into = Math.floorMod(row.time().toEpochMilli() - query.offset().toMillis(), every);
          rows.computeIfAbsent(row.time().minusMillis(into), _ -> new TreeMap<>(Row.TAG_ORDER))
              .computeIfAbsent(row.tags(), _ -> new ArrayList<>())
              .add(row);
        });
    var all = new ArrayList<Row>();
    rows.forEach((start, series) ->
        series.forEach((tags, of) -> {
          var fields = new TreeMap<String, FieldValue>();
          query.columns().forEach((label, column) -> fields.put(label, reckoned(column, of)));
          all.add(new Row(start, tags, fields));
        }));
    return all;
  }

  private static FieldValue reckoned(Column column, List<Row> rows) {
    List<FieldValue> values = rows.stream().map(row -> row.fields().get(column.field())).toList();
    return switch (column.function()) {
      case MIN ->
          FieldValue.of(
              values.stream().mapToDouble(HistoryStoreContract::number).min().orElseThrow());
      case MAX ->
          FieldValue.of(
              values.stream().mapToDouble(HistoryStoreContract::number).max().orElseThrow());
      case SUM ->
          FieldValue.of((long) values.stream().mapToDouble(HistoryStoreContract::number).sum());
      case COUNT -> FieldValue.of((long) values.size());
      case FIRST -> values.getFirst();
      case LAST -> values.getLast();
    };
  }

  private static double number(FieldValue value) {
    return switch (value) {
      case FieldValue.FloatValue(double number) -> number;
      case FieldValue.IntegerValue(long number) -> number;
      default -> throw new AssertionError("no number: " + value);
    };
  }

  @Test
  void namesMayHoldWhatLineProtocolEscapes() {
    assertNamesComeBack("电压 a,b=c\\d\"e'%_\uD83D\uDD0B", "a=b,c", " d\\e ");
  }

  @Test
  void rowsComeByTimeThenByTags() {
    var points = new ArrayList<Point>();
    for (int minute : new int[] {2, 0, 1, 75}) {
      for (String channel : new String[] {"9", "10", "1001", "a b", "a"}) {
        points.add(
            point(channel, NOON.plus(Duration.ofMinutes(minute)), Map.of("v", FieldValue.of(1.0))));
      }
    }
    store.write(points);

    assertThat(rows("telemetry", MINUTES)).hasSize(20).isSortedAccordingTo(Row.ORDER);
  }

  @Test
  void aRangeHoldsItsStartAndNotItsStop() {
    for (int minute = -1; minute <= 3; minute++) {
      write(point("1", NOON.plusSeconds(60L * minute), Map.of("v", FieldValue.of((long) minute))));
    }
    TimeRange range = new TimeRange(NOON, NOON.plusSeconds(120));

    assertThat(rows(new SeriesQuery("telemetry", Map.of(), MINUTES, range)))
        .extracting(Row::time)
        .containsExactly(NOON, NOON.plusSeconds(60));
    assertThat(rows(new SeriesQuery("telemetry", Map.of(), MINUTES, new TimeRange(NOON, NOON))))
        .isEmpty();
  }

  @Test
  void aRangeMayBeAllOfTime() {
    write(
        raw(Point.EARLIEST, 1),
        raw(Instant.parse("1969-12-31T23:59:59.999999999Z"), 2),
        raw(NOON.plusNanos(1), 3),
        raw(Point.LATEST.minusNanos(1), 4));

    assertThat(
            rows(
                new SeriesQuery(
                    "documents", Map.of(), Level.RAW, new TimeRange(Instant.MIN, Instant.MAX))))
        .extracting(Row::time)
        .containsExactly(
            Point.EARLIEST,
            Instant.parse("1969-12-31T23:59:59.999999999Z"),
            NOON.plusNanos(1),
            Point.LATEST.minusNanos(1));
  }

  @Test
  void tagsMustBeEqualAndOthersMayBeAny() {
    write(
        Point.of(
            SeriesKey.of("m", Map.of("site", "a", "unit", "1")),
            NOON,
            Map.of("v", FieldValue.of(1L))),
        Point.of(
            SeriesKey.of("m", Map.of("site", "a", "unit", "2")),
            NOON,
            Map.of("v", FieldValue.of(2L))),
        Point.of(SeriesKey.of("m", Map.of("site", "b")), NOON, Map.of("v", FieldValue.of(3L))));

    assertThat(rows(new SeriesQuery("m", Map.of("site", "a"), Level.RAW, day()))).hasSize(2);
    assertThat(rows(new SeriesQuery("m", Map.of("site", "a", "unit", "2"), Level.RAW, day())))
        .hasSize(1);
    assertThat(rows(new SeriesQuery("m", Map.of(), Set.of("unit"), Level.RAW, day())))
        .singleElement()
        .satisfies(row -> assertThat(row.tags()).isEqualTo(Map.of("site", "b")));
    assertThat(rows(new SeriesQuery("m", Map.of(), Set.of("colour"), Level.RAW, day()))).hasSize(3);
    assertThat(rows(new SeriesQuery("m", Map.of("unit", "3"), Level.RAW, day()))).isEmpty();
    assertThat(rows(new SeriesQuery("m", Map.of("colour", "a"), Level.RAW, day()))).isEmpty();
    assertThat(rows(new SeriesQuery("n", Map.of(), Level.RAW, day()))).isEmpty();
  }

  @Test
  void conditionsAskForSeveralValuesForNoneOfThemAndForWhateverATestSays() {
    for (String channel : List.of("1", "2", "10", "a'b")) {
      write(point(channel, NOON, Map.of("v", FieldValue.of(1L))));
    }
    write(
        Point.of(
            SeriesKey.of("telemetry", Map.of("interval", "1m")),
            NOON,
            Map.of("v", FieldValue.of(1L))));

    assertThat(channels(new TagCondition.In("channel", Set.of("1", "10", "7"))))
        .containsExactly("1", "10");
    assertThat(channels(new TagCondition.In("channel", Set.of("a'b", ""))))
        .containsExactlyInAnyOrder("", "a'b");
    assertThat(channels(new TagCondition.NotIn("channel", Set.of("1", "a'b", "7"))))
        .containsExactlyInAnyOrder("", "2", "10");
    assertThat(channels(new TagCondition.NotIn("channel", Set.of("", "2"))))
        .containsExactly("1", "10", "a'b");
    assertThat(channels(new TagCondition.Tested("channel", value -> value.startsWith("1"))))
        .containsExactly("1", "10");
    assertThat(channels(new TagCondition.Tested("channel", String::isEmpty))).containsExactly("");
    assertThat(channels(new TagCondition.In("colour", Set.of("red")))).isEmpty();
    assertThat(channels(new TagCondition.NotIn("colour", Set.of("red")))).hasSize(5);
  }

  @Test
  void onlyTheFieldsAskedForAreReadAndRowsWithoutThemAreLeftOut() {
    write(
        point("1", NOON, Map.of("a", FieldValue.of(1L), "b", FieldValue.of(2.5))),
        point("1", NOON.plusSeconds(60), Map.of("b", FieldValue.of(3.5))),
        point("1", NOON.plusSeconds(120), Map.of("a", FieldValue.of(4L))));

    assertThat(rows(minutes().only(Set.of("a", "never"))))
        .extracting(Row::time, row -> Map.copyOf(row.fields()))
        .containsExactly(
            tuple(NOON, Map.of("a", FieldValue.of(1L))),
            tuple(NOON.plusSeconds(120), Map.of("a", FieldValue.of(4L))));
    assertThat(rows(minutes().only(Set.of("never")))).isEmpty();
    assertThat(store.fields("telemetry")).containsExactly("a", "b");
    assertThat(store.fields("other")).isEmpty();
  }

  @Test
  void newestFirstIsTheSameBackwardsButForTheOrderOfTags() {
    var points = new ArrayList<Point>();
    for (int minute : new int[] {2, 0, 1, 75, 700}) {
      for (String channel : new String[] {"9", "10", "a b"}) {
        points.add(
            point(channel, NOON.plus(Duration.ofMinutes(minute)), Map.of("v", FieldValue.of(1L))));
      }
    }
    store.write(points);
    write(point("9", NOON.plusSeconds(60), Map.of("w", FieldValue.of(2L))));
    var expected = new ArrayList<>(rows(minutes()));
    expected.sort(
        Comparator.comparing(Row::time).reversed().thenComparing(Row::tags, Row.TAG_ORDER));

    assertThat(rows(minutes().inOrder(SeriesQuery.Order.NEWEST_FIRST))).isEqualTo(expected);
    TimeRange some = new TimeRange(NOON.plusSeconds(60), NOON.plusSeconds(75 * 60));
    assertThat(rows(minutes().within(some).inOrder(SeriesQuery.Order.NEWEST_FIRST)))
        .isEqualTo(expected.stream().filter(row -> some.contains(row.time())).toList());
  }

  @Test
  void theLatestIsTheNewestRowOfEachSeries() {
    for (int minute : new int[] {-300, 0, 5, 70}) {
      write(
          point("1", NOON.plusSeconds(60L * minute), Map.of("v", FieldValue.of((long) minute))),
          point(
              "2", NOON.plusSeconds(60L * minute - 60), Map.of("v", FieldValue.of((long) minute))));
    }
    write(
        point("old", NOON.minusSeconds(18_000), Map.of("w", FieldValue.of(7L))),
        point("2", NOON.plusSeconds(71 * 60), Map.of("w", FieldValue.of(8L))),
        point("1", NOON.plusSeconds(70 * 60), Map.of("w", FieldValue.of(9L))),
        raw(NOON.plusSeconds(3), 1));

    assertThat(store.latest(minutes()))
        .extracting(row -> row.tags().get("channel"), Row::time, row -> Map.copyOf(row.fields()))
        .containsExactly(
            tuple(
                "1",
                NOON.plusSeconds(70 * 60),
                Map.of("v", FieldValue.of(70L), "w", FieldValue.of(9L))),
            tuple("2", NOON.plusSeconds(71 * 60), Map.of("w", FieldValue.of(8L))),
            tuple("old", NOON.minusSeconds(18_000), Map.of("w", FieldValue.of(7L))));
    assertThat(store.latest(minutes().only(Set.of("v"))))
        .extracting(row -> row.tags().get("channel"), Row::time)
        .containsExactly(
            tuple("1", NOON.plusSeconds(70 * 60)), tuple("2", NOON.plusSeconds(69 * 60)));
    assertThat(store.latest(minutes().within(new TimeRange(NOON, NOON.plusSeconds(299)))))
        .extracting(row -> row.tags().get("channel"), Row::time)
        .containsExactly(tuple("1", NOON), tuple("2", NOON.plusSeconds(240)));
    assertThat(store.latest(new SeriesQuery("none", Map.of(), MINUTES, day()))).isEmpty();
  }

  @Test
  void levelsAreKeptApart() {
    write(
        point("1", NOON, Map.of("v", FieldValue.of(1L))),
        Point.of(
            SeriesKey.of("telemetry", Map.of("channel", "1", "interval", "5m")),
            NOON,
            Map.of("v", FieldValue.of(5L))),
        Point.of(
            SeriesKey.of("telemetry", Map.of("interval", "now and then")),
            NOON,
            Map.of("v", FieldValue.of(0L))));

    assertThat(store.levels("telemetry")).containsExactly(Level.RAW, MINUTES, FIVE_MINUTES);
    assertThat(store.tagNames("telemetry")).containsExactly("channel", "interval");
    assertThat(rows("telemetry", FIVE_MINUTES))
        .singleElement()
        .satisfies(row -> assertThat(row.fields()).isEqualTo(Map.of("v", FieldValue.of(5L))));
    assertThat(rows("telemetry", Level.RAW)).hasSize(1);
  }

  @Test
  void seriesAreListedByTheirTagsOnEveryLevel() {
    SeriesKey odd = SeriesKey.of("telemetry", Map.of("channel", "a b,c=d\\e \"f'", "a=b, c", "电"));
    SeriesKey coarse = SeriesKey.of("telemetry", Map.of("channel", "1", "interval", "5m"));
    SeriesKey bare = SeriesKey.of("telemetry", Map.of());
    for (SeriesKey series : List.of(odd, coarse, bare)) {
      write(Point.of(series, NOON, Map.of("v", FieldValue.of(1L))));
    }
    write(point("1", NOON, Map.of("v", FieldValue.of(1L))));
    write(Point.of(SeriesKey.of("other", Map.of()), NOON, Map.of("v", FieldValue.of(1L))));

    assertThat(store.series("telemetry"))
        .containsExactly(bare, odd, new SeriesKey("telemetry", tags("1")), coarse);
    assertThat(store.series("nothing")).isEmpty();
  }

  @Test
  void whatIsDeletedIsGoneAndNothingElse() {
    var points = new ArrayList<Point>();
    for (int minute = -90; minute < 90; minute++) {
      points.add(point("1", NOON.plusSeconds(60L * minute), v(minute)));
      points.add(point("2", NOON.plusSeconds(60L * minute), v(minute)));
    }
    store.write(points);
    write(
        Point.of(SeriesKey.of("telemetry", Map.of("channel", "1", "interval", "5m")), NOON, v(5)),
        Point.of(SeriesKey.of("telemetry", Map.of("channel", "1")), NOON, v(7)),
        Point.of(SeriesKey.of("other", tags("1")), NOON, v(8)));
    var some = new TimeRange(NOON.minusSeconds(3_600), NOON.plusSeconds(1_800));

    store.delete(List.of(new SeriesQuery("telemetry", Map.of("channel", "1"), MINUTES, some)));

    assertThat(rows(new SeriesQuery("telemetry", Map.of("channel", "1"), MINUTES, day())))
        .hasSize(90)
        .noneMatch(row -> some.contains(row.time()));
    assertThat(rows(new SeriesQuery("telemetry", Map.of("channel", "2"), MINUTES, day())))
        .hasSize(180);
    assertThat(rows("telemetry", FIVE_MINUTES)).hasSize(1);
    assertThat(rows("telemetry", Level.RAW)).hasSize(1);
    assertThat(rows("other", MINUTES)).hasSize(1);
    assertThat(store.latest(minutes().within(some)))
        .extracting(row -> row.tags().get("channel"))
        .containsExactly("2");
  }

  @Test
  void severalThingsAreDeletedTogether() {
    write(point("1", NOON, v(1)), point("2", NOON, v(2)));

    store.delete(
        List.of(
            new SeriesQuery("telemetry", Map.of("channel", "1"), MINUTES, day()),
            new SeriesQuery("nothing", Map.of(), MINUTES, day()),
            new SeriesQuery("telemetry", Map.of("colour", "red"), MINUTES, day())));

    assertThat(rows("telemetry", MINUTES))
        .extracting(row -> row.tags().get("channel"))
        .containsExactly("2");
  }

  @Test
  void whatHasNoIntervalIsDeletedAloneOrTheStoreSaysThatItCanNot() {
    write(
        point("1", NOON, v(1)),
        Point.of(SeriesKey.of("telemetry", Map.of("channel", "1")), NOON, v(3)));
    var raw = List.of(new SeriesQuery("telemetry", Map.of("channel", "1"), Level.RAW, day()));

    if (tellsRowsWithoutIntervalApart()) {
      store.delete(raw);

      assertThat(rows("telemetry", Level.RAW)).isEmpty();
    } else {
      assertThatThrownBy(() -> store.delete(raw)).hasMessageContaining("name an interval");

      assertThat(rows("telemetry", Level.RAW)).hasSize(1);
    }
    assertThat(rows("telemetry", MINUTES)).hasSize(1);
  }

  @Test
  void whatWasDeletedStaysSoAndMayBeWrittenAgain() {
    write(point("1", NOON, Map.of("a", FieldValue.of(1L), "b", FieldValue.of(2L))));
    store.delete(List.of(minutes()));
    store.delete(List.of(minutes()));
    closeStore();
    openStore();
    assertThat(rows("telemetry", MINUTES)).isEmpty();

    write(point("1", NOON, Map.of("a", FieldValue.of(3L))));

    assertThat(onlyFields()).isEqualTo(Map.of("a", FieldValue.of(3L)));
  }

  @Test
  void whatTheConsumerThrowsPassesThroughUnchanged() {
    write(
        point("1", NOON, Map.of("v", FieldValue.of(1L))),
        point("2", NOON, Map.of("v", FieldValue.of(1L))));
    var enough = new IllegalStateException("enough");
    var own = StoreException.fatal("of another store", null);
    var query = new SeriesQuery("telemetry", Map.of(), MINUTES, day());

    for (RuntimeException thrown : List.of(enough, own)) {
      assertThatThrownBy(() ->
              store.query(
                  query,
                  row -> {
                    throw thrown;
                  }))
          .isSameAs(thrown);
    }
    assertThat(rows(query)).hasSize(2);
    write(point("3", NOON, Map.of("v", FieldValue.of(1L))));
    assertThat(rows(query)).hasSize(3);
  }

  @Test
  void aConsumerMayAskAndWriteInTurn() {
    write(point("1", NOON, Map.of("v", FieldValue.of(1L))));
    var seen = new ArrayList<Row>();
    store.query(
        new SeriesQuery("telemetry", Map.of(), MINUTES, day()),
        row -> {
          write(point("2", NOON, Map.of("v", FieldValue.of(2L))));
          seen.addAll(rows("telemetry", MINUTES));
        });

    assertThat(seen).hasSize(2);
  }

  @Test
  void aClosedStoreKeepsWhatItAcknowledged() {
    write(point("1", NOON, Map.of("v", FieldValue.of(1L))));
    store.close();
    openStore();

    assertThat(rows("telemetry", MINUTES)).hasSize(1);
    write(point("1", NOON, Map.of("w", FieldValue.of(2L))));
    assertThat(onlyFields()).containsOnlyKeys("v", "w");
  }

  /** In the place of measurement, tags and field, also after the store was opened again. */
  protected final void assertNamesComeBack(String odd, String tag, String value) {
    SeriesKey series = SeriesKey.of(odd, Map.of(odd, odd, tag, value, "interval", "1m"));
    write(Point.of(series, NOON, Map.of(odd, FieldValue.of(1.0))));
    closeStore();
    openStore();

    assertThat(store.measurements()).containsExactly(odd);
    assertThat(store.tagNames(odd)).containsExactlyInAnyOrder(odd, tag, "interval");
    List<Row> rows = rows(new SeriesQuery(odd, Map.of(odd, odd), MINUTES, day()));
    assertThat(rows).hasSize(1);
    assertThat(rows.getFirst().tags()).isEqualTo(series.tags());
    assertThat(rows.getFirst().fields()).containsOnlyKeys(odd);
  }

  protected final void write(Point... points) {
    assertThat(store.write(List.of(points)).rejections()).isEmpty();
  }

  protected final List<Row> rows(String measurement, Level level) {
    return rows(new SeriesQuery(measurement, Map.of(), level, day()));
  }

  protected final List<Row> rows(SeriesQuery query) {
    var rows = new ArrayList<Row>();
    store.query(query, rows::add);
    return rows;
  }

  private static SeriesQuery minutes() {
    return new SeriesQuery("telemetry", Map.of(), MINUTES, day());
  }

  private List<String> channels(TagCondition condition) {
    var query =
        new SeriesQuery(
            "telemetry",
            List.of(condition),
            MINUTES,
            day(),
            Set.of(),
            SeriesQuery.Order.OLDEST_FIRST);
    return rows(query).stream().map(row -> row.tags().getOrDefault("channel", "")).toList();
  }

  protected static TimeRange day() {
    return new TimeRange(NOON.minus(Duration.ofHours(12)), NOON.plus(Duration.ofHours(12)));
  }

  protected static Point point(String channel, Instant time, Map<String, FieldValue> fields) {
    return Point.of(new SeriesKey("telemetry", tags(channel)), time, fields);
  }

  private static Map<String, FieldValue> v(long value) {
    return Map.of("v", FieldValue.of(value));
  }

  private static Point raw(Instant time, long value) {
    return Point.of(SeriesKey.of("documents", Map.of()), time, Map.of("v", FieldValue.of(value)));
  }

  private static SortedMap<String, String> tags(String channel) {
    return new TreeMap<>(Map.of("channel", channel, "interval", "1m"));
  }

  private Map<String, FieldValue> onlyFields() {
    List<Row> rows = rows("telemetry", MINUTES);
    assertThat(rows).hasSize(1);
    return rows.getFirst().fields();
  }
}
