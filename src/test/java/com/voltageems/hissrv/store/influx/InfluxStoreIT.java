package com.voltageems.hissrv.store.influx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.nio.file.Path;
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
