package com.voltageems.hissrv.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.lease.Held;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
  private static final Level MINUTE = Level.parse("1m").orElseThrow();
  private static final Level FIVE = Level.parse("5m").orElseThrow();
  private static final String A = "comsrv:1:m";
  private static final String B = "comsrv:2:m";

  /** A second. */
  private static final int NONE_BEFORE = -1;

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(START);
  private Ledger ledger;

  @BeforeEach
  void open() {
    ledger = at(folder.resolve("ledger.db"));
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  private Ledger at(Path file) {
    var one = new Ledger(file, List.of(MINUTE, FIVE), Level::windowAt, _ -> true, clock);
    one.flush();
    return one;
  }

  private void sweep(Map<String, Sighting> seen) {
    ledger.observe(new Observation.Swept(clock.millis(), seen));
  }

  private void sweepFor(int minutes, Map<String, Sighting> seen) {
    for (int i = 0; i < 6 * minutes; i++) {
      sweep(seen);
      clock.advance(Duration.ofSeconds(10));
    }
  }

  private static SourceWindow minute(String source, int number) {
    return new SourceWindow(source, MINUTE, START.getEpochSecond() + 60L * number);
  }

  private static List<SourceWindow> minutes(String source, int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> minute(source, i)).toList();
  }

  private List<String> gaps() {
    return ledger.gaps(new TimeRange(START, clock.instant())).stream()
        .filter(gap -> gap.level().equals(MINUTE))
        .map(gap ->
            "%s %d+%d %s"
                .formatted(
                    gap.source(),
                    Duration.between(START, gap.range().start()).toMinutes(),
                    gap.windows(),
                    gap.cause()))
        .toList();
  }

  private Completeness account(String source, Level level) {
    return ledger
        .completeness(new TimeRange(START, clock.instant()), source::equals, level::equals)
        .getFirst();
  }

  @Test
  void aWindowIsExpectedFromTheFirstThatItsSourceWasSeenIn() {
    sweepFor(5, Map.of(A, Sighting.SAMPLED));
    sweepFor(5, Map.of(A, Sighting.SAMPLED, B, Sighting.SAMPLED));
    sweep(Map.of());
    ledger.delivered(minutes(A, 0, 10));

    assertThat(account(A, MINUTE))
        .returns(10L, Completeness::expected)
        .returns(10L, Completeness::delivered)
        .returns(0L, Completeness::pending);
    assertThat(account(B, MINUTE))
        .returns(5L, Completeness::expected)
        .returns(0L, Completeness::delivered)
        .returns(5L, Completeness::pending);
    assertThat(account(A, FIVE)).returns(2L, Completeness::pending);
    assertThat(gaps()).isEmpty();
  }

  @Test
  void whatWasSampledAndNeverCollectedExpiresWithItsArchive() {
    sweepFor(3, Map.of(A, Sighting.SAMPLED));
    ledger.delivered(List.of(minute(A, 0)));
    ledger.collected(List.of(minute(A, 1)));
    sweepFor(180, Map.of());
    sweep(Map.of());

    assertThat(gaps()).containsExactly(A + " 2+1 EXPIRED", A + " 3+180 ABSENT");
    assertThat(account(A, MINUTE).pending()).isEqualTo(1);
  }

  /** Without Redis from 9:50 to 10:20: what ended in the two minutes before may be forgotten. */
  @Test
  void whatRedisForgotWhenItWentAwayIsItsOutagesGap() {
    sweepFor(10, Map.of(A, Sighting.SAMPLED));
    ledger.delivered(minutes(A, 0, 5));
    ledger.observe(new Observation.Missed());
    clock.advance(Duration.ofSeconds(20));
    sweep(Map.of(A, Sighting.SAMPLED));
    ledger.observe(
        new Observation.Emptied(A, MINUTE.windowAt(START.plusSeconds(540).toEpochMilli())));
    sweepFor(180, Map.of());
    sweep(Map.of());

    assertThat(gaps())
        .containsExactly(A + " 5+2 EXPIRED", A + " 7+4 REDIS_DOWN", A + " 11+179 ABSENT");
  }

  /** Of A no sample is in Redis since this second. */
  private void sweepMissing(int since, Map<String, Sighting> seen) {
    sweepMissing(Map.of(A, since), seen);
  }

  /** Of each source. */
  private void sweepMissing(Map<String, Integer> since, Map<String, Sighting> seen) {
    var missing = new HashMap<String, Long>();
    since.forEach((source, second) ->
        missing.put(
            source,
            second == NONE_BEFORE
                ? Observation.Swept.NONE_BEFORE
                : START.toEpochMilli() + second * 1_000L));
    ledger.observe(new Observation.Swept(clock.millis(), 10_000, seen, missing, Held.ALL));
    clock.advance(Duration.ofSeconds(10));
  }

  private List<Long> interruptedMinutes(String source) {
    return IntStream.range(0, 20)
        .filter(i -> {
          var range = new TimeRange(START.plusSeconds(60L * i), START.plusSeconds(60L * i + 60));
          return ledger.completeness(range, source::equals, MINUTE::equals).stream()
              .anyMatch(account -> account.interrupted() == 1);
        })
        .mapToObj(i -> (long) i)
        .toList();
  }

  @Test
  void samplesThatRedisForgotInterruptTheWindowsTheyWereIn() {
    var both = Map.of(A, Sighting.SAMPLED, B, Sighting.SAMPLED);
    sweepFor(4, both);
    sweepMissing(190, both);
    sweepFor(2, both);
    sweepMissing(340, both);
    sweepFor(5, both);
    ledger.delivered(minutes(A, 0, 10));
    assertThat(interruptedMinutes(A)).containsExactly(3L, 5L, 6L);
    assertThat(interruptedMinutes(B)).isEmpty();
    assertThat(account(A, FIVE).interrupted()).isEqualTo(2);
    assertThat(gaps()).isEmpty();
  }

  @Test
  void aWindowThatRedisForgotIsMissedAtOnceButWhenItWasStoredBefore() {
    sweepFor(6, Map.of(A, Sighting.SAMPLED));
    ledger.delivered(minutes(A, 0, 5));
    sweepMissing(100, Map.of(A, Sighting.SAMPLED));
    sweepFor(5, Map.of(A, Sighting.SAMPLED));
    assertThat(interruptedMinutes(A)).containsExactly(1L);
    assertThat(gaps()).containsExactly(A + " 5+1 REDIS_DOWN");
  }

  @Test
  void samplesThatWereKeptOutAreNoInterruption() {
    sweepFor(2, Map.of(A, Sighting.SAMPLED));
    sweepFor(2, Map.of(A, Sighting.FILTERED));
    sweepMissing(110, Map.of(A, Sighting.SAMPLED));
    sweepFor(2, Map.of());
    sweepMissing(240, Map.of(A, Sighting.SAMPLED));
    sweepFor(2, Map.of(A, Sighting.SAMPLED));
    assertThat(interruptedMinutes(A)).isEmpty();
  }

  @Test
  void samplesThatRedisForgotAreToldThoughTheNextOnesWereKeptOut() {
    sweepFor(3, Map.of(A, Sighting.SAMPLED));
    sweep(Map.of(A, Sighting.FILTERED));
    clock.advance(Duration.ofSeconds(10));
    sweepMissing(100, Map.of(A, Sighting.SAMPLED));
    sweepFor(3, Map.of(A, Sighting.SAMPLED));
    ledger.delivered(minutes(A, 0, 2));
    assertThat(interruptedMinutes(A)).containsExactly(1L);
    assertThat(gaps()).containsExactly(A + " 2+1 REDIS_DOWN");
  }

  @Test
  void whereRedisHasForgottenAllTheOpenWindowIsInterrupted() {
    sweepFor(4, Map.of(A, Sighting.SAMPLED));
    sweepFor(1, Map.of(A, Sighting.SAMPLED));
    clock.advance(Duration.ofSeconds(-20));
    sweepMissing(
        Map.of(A, NONE_BEFORE, B, NONE_BEFORE), Map.of(A, Sighting.SAMPLED, B, Sighting.SAMPLED));
    sweepFor(2, Map.of(A, Sighting.SAMPLED, B, Sighting.SAMPLED));
    assertThat(interruptedMinutes(A)).containsExactly(4L);
    assertThat(interruptedMinutes(B)).as("its first").isEmpty();
  }

  @Test
  void whoIsLateInterruptsAllThatHeSamplesAndNobodyElse() {
    var both = Map.of(A, Sighting.SAMPLED, B, Sighting.FILTERED);
    sweepFor(2, both);
    clock.advance(Duration.ofSeconds(10));
    sweepMissing(110, both);
    sweepFor(2, both);
    assertThat(interruptedMinutes(A)).containsExactly(2L);
    assertThat(interruptedMinutes(B)).isEmpty();
    assertThat(gaps()).allMatch(gap -> gap.startsWith(B) && gap.endsWith("FILTERED"));
  }

  @Test
  void afterAStepBackOfTheClockItIsTheWindowsOfNowThatAreInterrupted() {
    sweepFor(10, Map.of(A, Sighting.SAMPLED));
    clock.advance(Duration.ofMinutes(-5));
    sweepFor(1, Map.of(A, Sighting.SAMPLED));
    clock.advance(Duration.ofSeconds(10));
    sweepMissing(350, Map.of(A, Sighting.SAMPLED));
    sweepFor(5, Map.of(A, Sighting.SAMPLED));
    assertThat(interruptedMinutes(A)).containsExactly(6L);
  }

  @Test
  void aSampleAMinuteInterruptsNothing() {
    for (int i = 0; i < 10; i++) {
      ledger.observe(
          new Observation.Swept(
              clock.millis(), 60_000, Map.of(A, Sighting.SAMPLED), Map.of(), Held.ALL));
      clock.advance(Duration.ofMinutes(1));
    }
    ledger.delivered(minutes(A, 0, 10));
    assertThat(interruptedMinutes(A)).isEmpty();
  }

  @Test
  void samplesThatWereNotDueBeforeTheIntervalBecameShorterAreNotMissing() {
    sweepMissing(Map.of(), Map.of(A, Sighting.SAMPLED));
    var missing = Map.of(A, clock.millis() - 10_000);
    ledger.observe(
        new Observation.Swept(
            clock.millis(), 1_000, Map.of(A, Sighting.SAMPLED), missing, Held.ALL));
    clock.advance(Duration.ofSeconds(1));
    assertThat(interruptedMinutes(A)).isEmpty();
  }

  @Test
  void whatIsRefusedIsAGapUntilItArrives() {
    sweepFor(3, Map.of(A, Sighting.SAMPLED));
    sweep(Map.of());
    ledger.delivered(minutes(A, 0, 3));
    ledger.rejected(List.of(minute(A, 1)));
    assertThat(gaps()).containsExactly(A + " 1+1 REJECTED");

    ledger.delivered(List.of(minute(A, 1)));
    assertThat(gaps()).isEmpty();
  }

  @Test
  void theCauseOfAWindowIsTheOneThatHeldLongestInIt() {
    sweepFor(1, Map.of(A, Sighting.SAMPLED));
    // Of the next minute 20 s absent, 40 s without Redis; then 40 s without, and 20 s absent.
    sweep(Map.of());
    clock.advance(Duration.ofSeconds(10));
    sweep(Map.of());
    clock.advance(Duration.ofSeconds(10));
    sweep(Map.of());
    ledger.observe(new Observation.Missed());
    clock.advance(Duration.ofSeconds(80));
    sweep(Map.of());
    clock.advance(Duration.ofSeconds(10));
    sweep(Map.of());
    clock.advance(Duration.ofSeconds(10));
    sweepFor(1, Map.of());
    sweep(Map.of(A, Sighting.SAMPLED));
    ledger.delivered(List.of(minute(A, 0)));

    assertThat(gaps()).containsExactly(A + " 1+2 REDIS_DOWN", A + " 3+1 ABSENT");
  }

  @Test
  void afterAKillTheTimeWithoutHisSrvIsKnownAndNothingIsClaimedThatWasNotWritten()
      throws IOException {
    sweepFor(2, Map.of(A, Sighting.SAMPLED));
    ledger.delivered(List.of(minute(A, 0)));
    ledger.flush();
    copyAs("killed.db");
    ledger.delivered(List.of(minute(A, 1)));
    ledger.close();

    clock.advance(Duration.ofMinutes(3));
    ledger = at(folder.resolve("killed.db"));
    assertThat(ledger.knowsTooLittleSince()).isPresent();
    sweepFor(2, Map.of(A, Sighting.SAMPLED));
    sweep(Map.of());

    assertThat(gaps()).containsExactly(A + " 2+3 HISSRV_DOWN");
    assertThat(account(A, MINUTE))
        .returns(1L, Completeness::delivered)
        .returns(3L, Completeness::pending);
  }

  @Test
  void aKillWhileRedisWasDownTellsBothTimesApart() throws IOException {
    sweepFor(1, Map.of(A, Sighting.SAMPLED));
    ledger.delivered(List.of(minute(A, 0)));
    ledger.observe(new Observation.Missed());
    clock.advance(Duration.ofMinutes(2));
    ledger.observe(new Observation.Missed());
    ledger.flush();
    copyAs("killed.db");
    ledger.close();

    clock.advance(Duration.ofMinutes(2));
    ledger = at(folder.resolve("killed.db"));
    sweepFor(1, Map.of(A, Sighting.SAMPLED));
    ledger.delivered(List.of(minute(A, 5)));

    assertThat(gaps()).containsExactly(A + " 1+2 REDIS_DOWN", A + " 3+2 HISSRV_DOWN");
  }

  @Test
  void aKillAndARestartWithinAWindowDoNotHideThatItsSourceWasAbsent() throws IOException {
    sweepFor(1, Map.of(A, Sighting.SAMPLED));
    ledger.delivered(List.of(minute(A, 0)));
    for (int i = 0; i < 5; i++) {
      sweep(Map.of());
      clock.advance(Duration.ofSeconds(8));
    }
    ledger.flush();
    copyAs("killed.db");
    ledger.close();

    clock.advance(Duration.ofSeconds(10));
    ledger = at(folder.resolve("killed.db"));
    clock.advance(Duration.ofSeconds(10));
    sweep(Map.of(A, Sighting.SAMPLED));

    assertThat(gaps()).containsExactly(A + " 1+1 ABSENT");
  }

  @Test
  void aProcessThatStoodStillDoesNotBlameRedisForIt() {
    var nanos = new AtomicLong();
    ledger.close();
    ledger =
        new Ledger(
            folder.resolve("stopped.db"),
            null,
            List.of(MINUTE, FIVE),
            Level::windowAt,
            _ -> true,
            clock,
            nanos::get);
    sweepFor(1, Map.of(A, Sighting.SAMPLED));
    ledger.delivered(List.of(minute(A, 0)));
    sweep(Map.of(A, Sighting.SAMPLED));
    ledger.delivered(List.of(minute(A, 1)));
    // Stopped for three minutes, and the first thing it meets is a connection that timed out.
    clock.advance(Duration.ofMinutes(3));
    nanos.addAndGet(Duration.ofMinutes(3).toNanos());
    ledger.observe(new Observation.Missed());
    clock.advance(Duration.ofMinutes(2));
    sweep(Map.of(A, Sighting.SAMPLED));

    assertThat(gaps()).containsExactly(A + " 2+2 HISSRV_DOWN", A + " 4+2 REDIS_DOWN");
  }

  @Test
  void aCleanStopLeavesNothingToRecall() {
    sweepFor(1, Map.of(A, Sighting.SAMPLED));
    ledger.close();

    ledger = at(folder.resolve("ledger.db"));

    assertThat(ledger.knowsTooLittleSince()).isEmpty();
  }

  @Test
  void aDamagedFileIsPutAsideAndTheLedgerBeginsAnew() throws IOException {
    sweepFor(2, Map.of(A, Sighting.SAMPLED));
    ledger.delivered(minutes(A, 0, 2));
    ledger.close();
    Files.writeString(folder.resolve("ledger.db"), "no ledger at all ".repeat(500));
    clock.advance(Duration.ofMinutes(1));

    ledger = at(folder.resolve("ledger.db"));

    assertThat(ledger.check().ok()).isTrue();
    assertThat(ledger.check().message()).isEqualTo("knows since 2026-03-01T10:03:00Z");
    assertThat(ledger.check().warning())
        .contains("began anew at 2026-03-01T10:03:00Z")
        .contains("ledger.db.damaged-");
    Path aside = folder.resolve("ledger.db.damaged-" + clock.millis());
    assertThat(aside).content().startsWith("no ledger at all");
    sweepFor(2, Map.of(A, Sighting.SAMPLED));
    sweep(Map.of());
    assertThat(account(A, MINUTE).expected()).isEqualTo(2);
    assertThat(gaps()).isEmpty();
  }

  @Test
  void aFileThatVanishesIsNotWaitedFor() throws IOException {
    sweepFor(1, Map.of(A, Sighting.SAMPLED));
    ledger.flush();
    Files.delete(folder.resolve("ledger.db"));
    sweepFor(1, Map.of(A, Sighting.SAMPLED));
    ledger.flush();

    assertThat(ledger.check().ok()).isTrue();
    assertThat(ledger.check().warning()).contains("began anew at 2026-03-01T10:02:00Z");
    sweepFor(2, Map.of(A, Sighting.SAMPLED));
    assertThat(account(A, MINUTE).range().start()).isEqualTo(START.plusSeconds(120));
  }

  @Test
  void aFolderThatCanNotBeWrittenLosesNothingThatIsLearntMeanwhile() throws IOException {
    Path away = folder.resolve("away");
    ledger.close();
    Files.writeString(away, "a file where the folder should be");
    ledger = at(away.resolve("ledger.db"));
    sweepFor(2, Map.of(A, Sighting.SAMPLED));
    ledger.delivered(List.of(minute(A, 0)));
    ledger.flush();
    assertThat(ledger.check().ok()).isFalse();

    Files.delete(away);
    ledger.flush();

    assertThat(ledger.check().ok()).isTrue();
    assertThat(account(A, MINUTE))
        .returns(1L, Completeness::delivered)
        .returns(1L, Completeness::pending);
  }

  /** Marks in any order, flushed now and then, against a set of windows. */
  @Test
  void runsSayWhatASetOfWindowsWould() {
    for (long seed = 1; seed <= 5; seed++) {
      var random = new Random(seed);
      ledger.close();
      clock.set(START);
      ledger = at(folder.resolve("runs" + seed + ".db"));
      sweepFor(200, Map.of(A, Sighting.SAMPLED));
      var fates = new HashMap<Integer, Cause>();
      for (int i = 0; i < 600; i++) {
        int from = random.nextInt(200);
        int to = Math.min(200, from + 1 + random.nextInt(10));
        boolean isDelivered = random.nextInt(3) > 0;
        if (isDelivered) {
          ledger.delivered(minutes(A, from, to));
        } else {
          ledger.rejected(minutes(A, from, to));
        }
        for (int n = from; n < to; n++) {
          fates.put(n, isDelivered ? Cause.UNKNOWN : Cause.REJECTED);
        }
        if (random.nextInt(7) == 0) {
          ledger.flush();
        }
      }
      var rejected = new ArrayList<Integer>();
      for (Gap gap : ledger.gaps(new TimeRange(START, clock.instant()))) {
        if (gap.cause() == Cause.REJECTED) {
          long first = Duration.between(START, gap.range().start()).toMinutes();
          IntStream.range(0, (int) gap.windows()).forEach(n -> rejected.add((int) first + n));
        }
      }
      assertThat(rejected)
          .as("seed %d", seed)
          .containsExactlyElementsOf(
              fates.entrySet().stream()
                  .filter(fate -> fate.getValue() == Cause.REJECTED)
                  .map(Map.Entry::getKey)
                  .sorted()
                  .toList());
    }
  }

  private void copyAs(String name) throws IOException {
    for (String end : List.of("", "-wal")) {
      Path from = folder.resolve("ledger.db" + end);
      if (Files.exists(from)) {
        Files.copy(from, folder.resolve(name + end));
      }
    }
  }
}
