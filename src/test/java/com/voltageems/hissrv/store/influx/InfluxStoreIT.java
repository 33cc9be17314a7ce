package com.voltageems.hissrv.store.influx;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.voltageems.hissrv.config.InfluxConfig;
import com.voltageems.hissrv.config.InfluxVersion;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.HistoryStoreContract;
import com.voltageems.hissrv.store.Row;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.store.StoreException;
import com.voltageems.hissrv.testkit.LocalInflux;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a real InfluxDB 1.x. */
final class InfluxStoreIT extends HistoryStoreContract {
  @TempDir static Path folder;
  private static LocalInflux influx;

  private @Nullable String database;

  @SuppressWarnings("NullAway.Init") // JUnit sets them
  InfluxStoreIT() {}

  @BeforeAll
  static void start() throws IOException {
    influx = LocalInflux.start(folder, "");
  }

  @AfterAll
  static void stop() {
    influx.close();
  }

  @Override
  protected HistoryStore open() {
    if (database == null) {
      database = influx.database();
    }
    return new InfluxStore(influx.config(database));
  }

  @Test
  void aNameCanNotSayMoreThanAName() {
    write(point("1", NOON, Map.of("v", FieldValue.of(1L))));
    List<String> attacks =
        List.of(
            "' OR 1 = 1 --",
            "\" OR 1 = 1 --",
            "\\' OR 1 = 1 --",
            "\\",
            "x\\\\' OR \"channel\" = '1",
            "'; DROP DATABASE \"" + database + "\"; --",
            "\"; DROP MEASUREMENT telemetry; --",
            "x\n' OR 1 = 1 --",
            "x\0' OR 1 = 1",
            "/.*/");
    for (String attack : attacks) {
      assertThat(rows(new SeriesQuery("telemetry", Map.of("channel", attack), MINUTES, day())))
          .isEmpty();
      assertThat(rows(new SeriesQuery("telemetry", Map.of(attack, "1"), MINUTES, day()))).isEmpty();
      assertThat(rows(attack, MINUTES)).isEmpty();
      assertThat(store().levels(attack)).isEmpty();
      assertThat(store().tagNames(attack)).isEmpty();
    }
    assertThat(rows("telemetry", MINUTES)).hasSize(1);
  }

  @Test
  void aPointThatLineProtocolCanNotSayIsRejectedAndTheOthersAreWritten() {
    var unsayable =
        List.of(
            SeriesKey.of("#m", Map.of()),
            SeriesKey.of("m", Map.of("t", "a\nb")),
            SeriesKey.of("m", Map.of("t", "ends\\")),
            SeriesKey.of("m", Map.of("time", "1")),
            SeriesKey.of("m", Map.of("t", "\uD83D")));
    var points =
        new ArrayList<>(
            unsayable.stream()
                .map(series -> Point.of(series, NOON, Map.of("v", FieldValue.of(1L))))
                .toList());
    points.add(point("1", NOON, Map.of("v", FieldValue.of(1L))));

    assertThat(store().write(points).rejections())
        .extracting(rejection -> rejection.index())
        .containsExactly(0, 1, 2, 3, 4);
    assertThat(store().measurements()).containsExactly("telemetry");
  }

  @Test
  void aTypeConflictBlamesPointsAndTheOthersAreThere() {
    write(point("1", NOON, Map.of("v", FieldValue.of(1L))));

    assertThatThrownBy(() ->
            store()
                .write(
                    List.of(
                        point("2", NOON, Map.of("v", FieldValue.of("text"))),
                        point("3", NOON, Map.of("v", FieldValue.of(3L))))))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(StoreException.Kind.BAD_POINTS);
              assertThat(e)
                  .hasMessageContaining("field type conflict")
                  .hasMessageContaining("dropped=1");
            });
    assertThat(rows("telemetry", MINUTES))
        .extracting(row -> row.tags().get("channel"))
        .containsExactly("1", "3");
  }

  @Test
  void aConflictInABatchThatOpensAShardIsBlamedOnPointsAndNothingIsThere() {
    assertThatThrownBy(() ->
            store()
                .write(
                    List.of(
                        point("1", NOON, Map.of("v", FieldValue.of(1L))),
                        point("2", NOON, Map.of("v", FieldValue.of("text"))))))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.BAD_POINTS))
        .hasMessageEndingWith("InfluxDB answered 400: field type conflict");
    assertThat(rows("telemetry", MINUTES)).isEmpty();
  }

  @Test
  void aFieldMayBeOfAnotherTypeInAnotherShard() {
    write(point("1", NOON, Map.of("v", FieldValue.of(1L))));
    write(point("1", NOON.minus(Duration.ofDays(30)), Map.of("v", FieldValue.of(0.5))));

    assertThat(influx.ask("SHOW FIELD KEYS FROM telemetry", on(database)))
        .contains("[\"v\",\"float\"]")
        .contains("[\"v\",\"integer\"]");
    assertThat(((InfluxStore) store()).fieldTypes().get("telemetry")).isEmpty();
  }

  @Test
  void linesThatItCanNotReadAreBlamedAndTheOthersAreThere() {
    try (var server = new Server(plain())) {
      assertThatThrownBy(() -> server.write("m v=1i 1\nm v= 2\nm v=x 3\n".getBytes(UTF_8)))
          .isInstanceOfSatisfying(
              StoreException.class,
              e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.BAD_POINTS))
          .hasMessageContaining("partial write: unable to parse 'm v= 2'")
          .hasMessageContaining("dropped=0");
      assertThatThrownBy(() -> server.write("m v=x 3\n".getBytes(UTF_8)))
          .isInstanceOfSatisfying(
              StoreException.class,
              e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.BAD_POINTS))
          .hasMessageStartingWith("InfluxDB answered 400: unable to parse 'm v=x 3'");
    }
    assertThat(influx.ask("SELECT count(v) FROM m", on(database))).contains(",1]");
  }

  /** So a precision is never asked of a user: it would be passed over in silence. */
  @Test
  void aPrecisionThatItDoesNotKnowIsNotTold() {
    assertThat(influx.post("/write?precision=centuries" + on(database), "m v=1i 1\n")).isEmpty();
    assertThat(influx.ask("SELECT v FROM m", on(database)))
        .contains("1970-01-01T00:00:00.000000001Z");
  }

  @Test
  void tagsOfManyValuesAreFound() {
    var points = new ArrayList<Point>();
    for (int channel = 0; channel < 12; channel++) {
      points.add(point("" + channel, NOON, Map.of("v", FieldValue.of(1L))));
    }
    write(points.toArray(Point[]::new));

    var influxStore = (InfluxStore) store();
    assertThat(influxStore.tagsOfMoreThan(11)).containsExactly("telemetry.channel");
    assertThat(influxStore.tagsOfMoreThan(12)).isEmpty();
  }

  private InfluxConfig plain() {
    InfluxConfig zipped = influx.config(String.valueOf(database));
    return new InfluxConfig(
        zipped.urls(),
        zipped.version(),
        zipped.access(),
        false,
        zipped.timeout(),
        zipped.caFile(),
        1);
  }

  private static String on(@Nullable String database) {
    return "&db=" + URLEncoder.encode(String.valueOf(database), UTF_8);
  }

  @Test
  void whatIsOlderThanTheRetentionIsBlamedOnPoints() {
    String _ =
        influx.ask(
            "ALTER RETENTION POLICY autogen ON \"" + database + "\" DURATION 1d SHARD DURATION 1h");

    assertKind(
        StoreException.Kind.BAD_POINTS,
        "beyond retention policy",
        store(),
        point("1", NOON.minusSeconds(400_000_000), Map.of("v", FieldValue.of(1L))));
  }

  @Test
  void aMissingDatabaseIsForAPersonToMend() {
    try (var elsewhere = new InfluxStore(influx.config("nowhere"))) {
      assertKind(
          StoreException.Kind.FATAL,
          "database not found",
          elsewhere,
          point("1", NOON, Map.of("v", FieldValue.of(1L))));
      assertThat(elsewhere.check().ok()).isFalse();
      assertThat(elsewhere.check().message()).contains("database not found");
    }
  }

  @Test
  void aServerThatIsDownIsWaitedFor() {
    var nobody = URI.create("http://127.0.0.1:1");
    try (var down = new InfluxStore(LocalInflux.config(nobody, InfluxVersion.V1, "d"))) {
      assertKind(
          StoreException.Kind.RETRYABLE,
          "no answer",
          down,
          point("1", NOON, Map.of("v", FieldValue.of(1L))));
      assertThat(down.check().ok()).isFalse();
    }
  }

  @Test
  void tagAndFieldMayShareAName() {
    SeriesKey series = SeriesKey.of("m", Map.of("same", "tag"));
    write(Point.of(series, NOON, Map.of("same", FieldValue.of(1L))));

    assertThat(rows(new SeriesQuery("m", Map.of("same", "tag"), Level.RAW, day())))
        .containsExactly(
            new Row(NOON, series.tags(), new TreeMap<>(Map.of("same", FieldValue.of(1L)))));
  }

  private static void assertKind(
      StoreException.Kind kind, String words, HistoryStore store, Point point) {
    assertThatThrownBy(() -> store.write(List.of(point)))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind))
        .hasMessageContaining(words);
  }
}
