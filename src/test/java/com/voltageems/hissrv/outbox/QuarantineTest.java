package com.voltageems.hissrv.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.testkit.Await;
import com.voltageems.hissrv.testkit.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuarantineTest {
  private static final Instant NOW = Instant.parse("2026-01-29T10:30:00Z");

  @TempDir Path folder;
  private Path file;
  private Outbox outbox;

  @BeforeEach
  void open() {
    file = folder.resolve("outbox.db");
    outbox = new Outbox(file, InstantSource.fixed(NOW));
  }

  @AfterEach
  void close() {
    outbox.close();
  }

  private static Point point(String measurement, int n) {
    return Point.of(
        SeriesKey.of(measurement, Map.of("channel", "1")),
        NOW.plusSeconds(n),
        Map.of("v", FieldValue.of((double) n)));
  }

  /** The point of an item, or the one that its number stands for. */
  static Point pointOf(Quarantined item) {
    Point point = item.point();
    return point != null ? point : point("m", Integer.parseInt(item.entry().substring(1)));
  }

  private void setAside(String entry, String content, String reason) {
    var intake = new Intake();
    intake.quarantine(entry, content, reason);
    outbox.append(intake);
  }

  private void refuse(Point point, String reason) {
    var intake = new Intake();
    intake.deliver("e", point);
    outbox.append(intake);
    List<Delivery> batch = outbox.oldest(10);
    outbox.acknowledge(batch, Map.of(batch.getFirst(), reason));
  }

  private List<Long> ids(QuarantineFilter filter) {
    return outbox.quarantine().page(filter, 0, 100).items().stream().map(Quarantined::id).toList();
  }

  private void assertBalanced() {
    QuarantineTotals totals = outbox.quarantine().totals();
    assertThat(totals.waiting()).isEqualTo(outbox.quarantine().list(100_000).size());
    assertThat(totals.setAside())
        .isEqualTo(totals.waiting() + totals.replayed() + totals.discarded());
  }

  @Test
  void aFilterMeansReasonMeasurementAndEntryAlike() {
    setAside("archive:1m:0:1001", "{\"1\":\"2\"}", "no mapping rule matches the source");
    setAside("{…}", "{\"measurement\":\"tariff\"}", "Unreadable TIMESTAMP");
    setAside("{bad", "{bad", "malformed JSON");
    refuse(point("tariff", 1), "field type conflict");
    refuse(point("tariffs", 1), "field type conflict");
    assertThat(ids(QuarantineFilter.ALL)).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(ids(new QuarantineFilter("timestamp", null, null))).containsExactly(2L);
    assertThat(ids(new QuarantineFilter(null, "tariff", null))).containsExactly(2L, 4L);
    assertThat(ids(new QuarantineFilter(null, null, "1001"))).containsExactly(1L);
    assertThat(ids(new QuarantineFilter("type", "tariff", null))).containsExactly(4L);
    assertThat(ids(new QuarantineFilter(null, "%' OR 1=1 --", null))).isEmpty();
  }

  @Test
  void pagesLeadThroughAllOfItThoughFewMatch() {
    var intake = new Intake();
    for (int n = 0; n < 5_000; n++) {
      intake.quarantine("e" + n, "c", n % 1_000 == 999 ? "rare" : "common");
    }
    outbox.append(intake);
    var found = new ArrayList<String>();
    Quarantine.Page page = new Quarantine.Page(List.of(), 0, false);
    while (!page.last()) {
      page = outbox.quarantine().page(new QuarantineFilter("rare", null, null), page.position(), 2);
      page.items().forEach(item -> found.add(item.entry()));
    }
    assertThat(found).containsExactly("e999", "e1999", "e2999", "e3999", "e4999");
    assertThat(outbox.quarantine().last()).isEqualTo(5_000);
  }

  @Test
  void largeItemsMakeShortPages() {
    var intake = new Intake();
    for (int n = 0; n < 10; n++) {
      intake.quarantine("e", "x".repeat(1 << 20), "r");
    }
    outbox.append(intake);
    assertThat(outbox.quarantine().page(QuarantineFilter.ALL, 0, 100).items()).hasSizeLessThan(5);
  }

  @Test
  void whatPassesIsInTheQueueWhatDoesNotStaysWithItsNewReason() {
    refuse(point("m", 1), "conflict");
    setAside("e2", "c", "unreadable");
    List<Quarantined> items = outbox.quarantine().list(10);
    var passed = Retrial.passed(items.getFirst(), List.of(point("m", 1), point("m", 2)));
    var refused = Retrial.refused(items.getLast(), "still unreadable");
    assertThat(outbox.quarantine().settle(List.of(passed, refused)))
        .containsExactly(passed, refused);
    assertThat(outbox.oldest(10).stream().map(Delivery::point))
        .containsExactly(point("m", 1), point("m", 2));
    assertThat(outbox.size()).isEqualTo(2);
    assertThat(outbox.quarantine().list(10))
        .singleElement()
        .satisfies(one -> {
          assertThat(one.reason()).isEqualTo("still unreadable");
          assertThat(one.revision()).isEqualTo(1);
        });
    assertThat(outbox.quarantine().totals()).isEqualTo(new QuarantineTotals(2, 1, 1, 0));
  }

  @Test
  void whatChangedOrWentMeanwhileIsLeftAlone() {
    refuse(point("m", 1), "conflict");
    Quarantined item = outbox.quarantine().list(1).getFirst();
    var retrial = Retrial.passed(item, List.of(point("m", 1)));
    Quarantined mended = outbox.quarantine().repair(item, null, point("m", 3)).orElseThrow();
    assertThat(mended.point()).isEqualTo(point("m", 3));
    assertThat(mended.revision()).isEqualTo(1);
    assertThat(outbox.quarantine().settle(List.of(retrial))).isEmpty();
    assertThat(outbox.quarantine().repair(item, null, point("m", 4))).isEmpty();
    var now = Retrial.passed(mended, List.of(point("m", 3)));
    assertThat(outbox.quarantine().settle(List.of(now, now))).containsExactly(now);
    assertThat(outbox.quarantine().settle(List.of(now))).isEmpty();
    assertThat(outbox.oldest(10)).hasSize(1);
    assertThat(outbox.quarantine().discard(List.of(item.id()))).isZero();
    assertThat(outbox.quarantine().totals()).isEqualTo(new QuarantineTotals(1, 0, 1, 0));
  }

  @Test
  void discardedIsGoneAndCounted() {
    setAside("e1", "c", "r");
    setAside("e2", "c", "r");
    assertThat(outbox.quarantine().discard(List.of(1L, 7L))).isEqualTo(1);
    assertThat(outbox.quarantine().get(1)).isEmpty();
    assertThat(outbox.quarantine().get(2)).isPresent();
    assertThat(outbox.quarantine().totals()).isEqualTo(new QuarantineTotals(2, 1, 0, 1));
  }

  @Test
  void aPointThatCannotBeReadIsStillListed() throws SQLException {
    refuse(point("m", 1), "conflict");
    outbox.close();
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        var statement = connection.createStatement()) {
      statement.execute("UPDATE quarantine SET point = x'FF00'");
    }
    outbox = new Outbox(file, InstantSource.fixed(NOW));
    assertThat(outbox.quarantine().list(10))
        .singleElement()
        .satisfies(one -> {
          assertThat(one.point()).isNull();
          assertThat(one.content()).isEqualTo("FF00");
        });
  }

  @Test
  void killedWhileReplayingNothingIsLostAndNothingIsThereTwice() throws IOException {
    int points = 200;
    var intake = new Intake();
    for (int n = 0; n < points; n++) {
      intake.quarantine("n" + n, "c", "r");
    }
    outbox.append(intake);
    long seed = 7;
    var random = new Random(seed);
    long replayed = 0;
    for (int round = 0; round < 5; round++) {
      outbox.close();
      List<String> command = ChildJvm.command(ReplayingProcess.class);
      command.add(file.toString());
      command.add(Integer.toString(random.nextInt()));
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      try (var lines = process.inputReader()) {
        assertThat(lines.lines().anyMatch("moving"::equals)).isTrue();
        Await.pause(Duration.ofMillis(200 + random.nextInt(800)));
      } finally {
        process.destroyForcibly().onExit().join();
      }
      outbox = new Outbox(file, InstantSource.fixed(NOW));
      var found = new ArrayList<Point>();
      outbox.quarantine().list(100_000).forEach(item -> found.add(pointOf(item)));
      outbox.oldest(100_000).forEach(delivery -> found.add(delivery.point()));
      assertThat(found)
          .as("seed %d, round %d", seed, round)
          .containsExactlyInAnyOrderElementsOf(
              IntStream.range(0, points).mapToObj(n -> point("m", n)).toList());
      assertBalanced();
      assertThat(outbox.quarantine().totals().replayed()).isGreaterThan(replayed);
      replayed = outbox.quarantine().totals().replayed();
    }
  }
}
