package com.voltageems.hissrv.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.testkit.LockHolder;
import com.voltageems.hissrv.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutboxTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(NOW);
  private Path file;

  @BeforeEach
  void nameFile() {
    file = folder.resolve("outbox.db");
  }

  private static Point point(int n) {
    return Point.of(
        SeriesKey.of("m", Map.of("n", Integer.toString(n))),
        NOW.plusSeconds(n),
        Map.of("v", FieldValue.of((double) n)));
  }

  private static Intake intake(int from, int to) {
    var intake = new Intake();
    for (int n = from; n < to; n++) {
      intake.deliver("entry-" + n, point(n));
    }
    return intake;
  }

  private static List<Point> points(List<Delivery> deliveries) {
    return deliveries.stream().map(Delivery::point).toList();
  }

  @Test
  void aRevisionIsGivenOutOnlyBehindTheOnesBeforeIt() {
    try (var outbox = new Outbox(file, clock)) {
      outbox.append(intake(0, 3));
      outbox.append(intake(1, 4));
      assertThat(points(outbox.waiting(0, 2, 10))).containsExactly(point(0), point(1));
      assertThat(points(outbox.waiting(2, 99, 10))).containsExactly(point(2), point(2), point(3));
      assertThat(points(outbox.waiting(3, 99, 10))).containsExactly(point(3));
      assertThat(outbox.last()).isEqualTo(6);
      outbox.acknowledge(outbox.waiting(0, 2, 10), Map.of());
      assertThat(points(outbox.waiting(3, 99, 10))).containsExactly(point(1), point(3));
    }
  }

  @Test
  void aFileOfTheVersionBeforeIsReadOnInTheOrderOfArrival() throws SQLException {
    byte[] encoded;
    try (var current = new Outbox(file, clock)) {
      current.append(intake(7, 8));
      encoded = PointCodec.encode(point(7));
    }
    Path old = folder.resolve("old.db");
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + old);
        var statement = connection.createStatement()) {
      for (String sql :
          List.of(
              "CREATE TABLE queue (id INTEGER PRIMARY KEY AUTOINCREMENT, entry TEXT NOT NULL,"
                  + " point BLOB NOT NULL)",
              "CREATE TABLE quarantine (id INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT"
                  + " NULL, entry TEXT NOT NULL, content TEXT, point BLOB, reason TEXT NOT NULL)",
              "CREATE TABLE totals (stored INTEGER NOT NULL, quarantined INTEGER NOT NULL,"
                  + " last_stored_ms INTEGER)",
              "INSERT INTO totals VALUES (0, 0, NULL)",
              "CREATE TABLE instance (id TEXT NOT NULL)",
              "PRAGMA user_version = 1")) {
        statement.executeUpdate(sql);
      }
      try (var insert =
          connection.prepareStatement("INSERT INTO queue (entry, point) VALUES ('e', ?)")) {
        insert.setBytes(1, encoded);
        insert.executeUpdate();
      }
    }
    try (var outbox = new Outbox(old, clock)) {
      outbox.append(intake(7, 9));
      assertThat(points(outbox.waiting(1, 99, 10))).isEmpty();
      assertThat(points(outbox.oldest(10))).containsExactly(point(7), point(7), point(8));
    }
  }

  @Test
  void aBatchOfLargePointsIsShorterThanAskedFor() {
    var text = FieldValue.of("x".repeat(1 << 20));
    var intake = new Intake();
    for (int n = 0; n < 10; n++) {
      var point = Point.of(SeriesKey.of("m", Map.of()), NOW.plusSeconds(n), Map.of("v", text));
      intake.deliver("entry-" + n, point);
    }
    try (var outbox = new Outbox(file, clock)) {
      outbox.append(intake);
      List<Delivery> batch = outbox.oldest(1_000);
      assertThat(batch).extracting(Delivery::entry).startsWith("entry-0").hasSize(2);
      outbox.acknowledge(batch, Map.of());
      assertThat(outbox.oldest(1)).extracting(Delivery::entry).containsExactly("entry-2");
    }
  }

  @Test
  void whatWasAppendedIsThereAfterReopeningInTheOrderOfArrival() {
    try (var outbox = new Outbox(file, clock)) {
      outbox.append(intake(0, 2));
      outbox.append(intake(2, 3));
    }
    try (var outbox = new Outbox(file, clock)) {
      assertThat(outbox.size()).isEqualTo(3);
      assertThat(points(outbox.oldest(10))).containsExactly(point(0), point(1), point(2));
      assertThat(outbox.oldest(2))
          .extracting(Delivery::entry)
          .containsExactly("entry-0", "entry-1");
    }
  }

  @Test
  void acknowledgedIsGoneRejectedIsInQuarantineAndTotalsSurvive() {
    try (var outbox = new Outbox(file, clock)) {
      outbox.append(intake(0, 5));
      List<Delivery> batch = outbox.oldest(3);
      outbox.acknowledge(batch, Map.of(batch.get(1), "field type conflict"));
      assertThat(outbox.size()).isEqualTo(2);
      assertThat(points(outbox.oldest(10))).containsExactly(point(3), point(4));
    }
    try (var outbox = new Outbox(file, clock)) {
      assertThat(outbox.totals()).isEqualTo(new Totals(2, 1, NOW));
      assertThat(outbox.quarantine().list(10))
          .singleElement()
          .satisfies(one -> {
            assertThat(one.entry()).isEqualTo("entry-1");
            assertThat(one.point()).isEqualTo(point(1));
            assertThat(one.reason()).isEqualTo("field type conflict");
          });
    }
  }

  @Test
  void theInstancesNameIsMadeOnce() {
    String first;
    try (var outbox = new Outbox(file, clock)) {
      first = outbox.instanceId();
      assertThat(outbox.instanceId()).isEqualTo(first);
    }
    try (var outbox = new Outbox(file, clock)) {
      assertThat(outbox.instanceId()).isEqualTo(first);
    }
  }

  @Test
  void aDamagedRowGoesToQuarantineAndHoldsUpNothing() throws SQLException {
    try (var outbox = new Outbox(file, clock)) {
      outbox.append(intake(0, 3));
    }
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        var statement = connection.createStatement()) {
      statement.execute("UPDATE queue SET point = x'FF00' WHERE entry = 'entry-1'");
    }
    try (var outbox = new Outbox(file, clock)) {
      assertThat(points(outbox.oldest(10))).containsExactly(point(0), point(2));
      assertThat(outbox.size()).isEqualTo(2);
      assertThat(outbox.quarantine().list(10))
          .singleElement()
          .satisfies(one -> {
            assertThat(one.entry()).isEqualTo("entry-1");
            assertThat(one.content()).isEqualTo("FF00");
          });
    }
  }

  @Test
  void lockedByAnotherProcessItThrowsChangesNothingAndRecovers() throws IOException {
    try (var outbox = new Outbox(file, clock)) {
      outbox.append(intake(0, 1));
    }
    try (var outbox = new Outbox(file, clock)) {
      try (var _ = LockHolder.lock(file)) {
        assertThatThrownBy(() -> outbox.append(intake(1, 2))).isInstanceOf(OutboxException.class);
        assertThat(outbox.check().ok()).isFalse();
      }
      assertThat(points(outbox.oldest(10))).containsExactly(point(0));
      outbox.append(intake(1, 2));
      assertThat(outbox.size()).isEqualTo(2);
    }
  }

  @Test
  void takenAwayWhileOpenItNeverWritesIntoTheLostFile() throws IOException {
    try (var outbox = new Outbox(file, clock)) {
      outbox.append(intake(0, 1));
      Path aside = folder.resolve("aside.db");
      Files.move(file, aside);
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> outbox.append(intake(1, 2))).isInstanceOf(OutboxException.class);
      }
      assertThat(file).doesNotExist();
      Files.move(aside, file);
      outbox.append(intake(1, 2));
      assertThat(points(outbox.oldest(10))).containsExactly(point(0), point(1));
    }
  }

  @Test
  void everyPointReadsBackBitForBit() {
    long seed = 99;
    var random = new Random(seed);
    try (var outbox = new Outbox(file, clock)) {
      for (int round = 0; round < 20; round++) {
        var intake = new Intake();
        var written = new ArrayList<Point>();
        for (int i = 0; i < 20; i++) {
          written.add(randomPoint(random));
          intake.deliver("e", written.getLast());
        }
        outbox.append(intake);
        List<Delivery> read = outbox.oldest(100);
        assertThat(points(read)).as("seed %d, round %d", seed, round).isEqualTo(written);
        outbox.acknowledge(read, Map.of());
      }
      assertThat(outbox.totals().stored()).isEqualTo(400);
    }
  }

  private static Point randomPoint(Random random) {
    var fields = new HashMap<String, FieldValue>();
    for (int i = random.nextInt(6); i >= 0; i--) {
      fields.put(text(random), value(random));
    }
    var time =
        Instant.ofEpochSecond(
            random.nextLong(-9_000_000_000L, 9_000_000_000L), random.nextInt(1_000_000_000));
    return Point.of(SeriesKey.of(text(random), Map.of(text(random), text(random))), time, fields);
  }

  private static FieldValue value(Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> FieldValue.of(-0.0);
      case 1 -> FieldValue.of(random.nextGaussian() * Double.MIN_VALUE * 1e300);
      case 2 -> FieldValue.of(random.nextLong());
      case 3 -> FieldValue.of(random.nextBoolean());
      default -> FieldValue.of(text(random));
    };
  }

  private static String text(Random random) {
    return "x"
        + random.nextInt(1_000)
        + new String[] {"", "ü", "日本", "\n", "\0", "😀"}[random.nextInt(6)];
  }
}
