package com.voltageems.hissrv.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.config.PerformanceConfig;
import com.voltageems.hissrv.model.CheckResult;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.outbox.Delivery;
import com.voltageems.hissrv.outbox.Intake;
import com.voltageems.hissrv.outbox.Outbox;
import com.voltageems.hissrv.outbox.Quarantined;
import com.voltageems.hissrv.outbox.WriteBuffer;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.Row;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.store.StoreException;
import com.voltageems.hissrv.store.WriteResult;
import com.voltageems.hissrv.testkit.Await;
import com.voltageems.hissrv.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DelivererTest {
  @TempDir Path folder;
  private final ScriptedStore store = new ScriptedStore();
  private Outbox outbox;
  private Deliverer deliverer;

  @BeforeEach
  void open() {
    outbox = new Outbox(folder.resolve("outbox.db"), new ManualClock(Instant.EPOCH));
    deliverer = deliverer(2);
  }

  private Deliverer deliverer(int batchSize) {
    return new Deliverer(
        outbox,
        store,
        new PerformanceConfig(
            batchSize, Duration.ofMillis(10), 10_000, 3, 1L << 30, Duration.ofDays(30)),
        new WriteBuffer(10_000),
        new Metrics());
  }

  private static void pause(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @AfterEach
  void close() {
    outbox.close();
  }

  /** Gives answers that an embedded store can't be made to give. */
  private static final class ScriptedStore implements HistoryStore {
    private final List<Point> taken = new CopyOnWriteArrayList<>();
    private final AtomicInteger begun = new AtomicInteger();
    private volatile Function<List<Point>, WriteResult> answer = _ -> WriteResult.ALL_ACCEPTED;

    @Override
    public WriteResult write(List<Point> points) {
      begun.incrementAndGet();
      WriteResult result = answer.apply(points);
      taken.addAll(points);
      return result;
    }

    @Override
    public String name() {
      return "store";
    }

    @Override
    public CheckResult check() {
      return CheckResult.OK;
    }

    @Override
    public void query(SeriesQuery query, Consumer<Row> rows) {}

    @Override
    public void delete(List<SeriesQuery> rows) {
      // It holds nothing.
    }

    @Override
    public List<Row> latest(SeriesQuery query) {
      return List.of();
    }

    @Override
    public SortedSet<String> fields(String measurement) {
      return new TreeSet<>();
    }

    @Override
    public SortedSet<String> measurements() {
      return new TreeSet<>();
    }

    @Override
    public SortedSet<Level> levels(String measurement) {
      return new TreeSet<>();
    }

    @Override
    public SortedSet<String> tagNames(String measurement) {
      return new TreeSet<>();
    }

    @Override
    public List<SeriesKey> series(String measurement) {
      return List.of();
    }

    @Override
    public void close() {}
  }

  private static Point point(int n) {
    return Point.of(
        SeriesKey.of("m", Map.of()), Instant.ofEpochSecond(n), Map.of("v", FieldValue.of(n)));
  }

  private List<Point> append(int from, int to) {
    var intake = new Intake();
    var points = new ArrayList<Point>();
    for (int n = from; n < to; n++) {
      points.add(point(n));
      intake.deliver("e" + n, point(n));
    }
    outbox.append(intake);
    return points;
  }

  @Test
  void allThereIsGoesTheOldestFirst() {
    List<Point> points = append(0, 5);
    assertThat(deliverer.deliver()).isEqualTo(new Deliverer.Progress(5, 0));
    assertThat(store.taken.subList(0, 2)).isEqualTo(points.subList(0, 2));
    assertThat(store.taken).containsExactlyInAnyOrderElementsOf(points);
    assertThat(outbox.size()).isZero();
  }

  @Test
  void whatFollowsIsWrittenWhileABatchIsOnItsWay() {
    List<Point> points = append(0, 6);
    var third = new CountDownLatch(1);
    store.answer =
        batch -> {
          if (batch.contains(points.get(4))) {
            third.countDown();
          } else if (batch.contains(points.get(2))) {
            awaitUninterruptibly(third);
          }
          return WriteResult.ALL_ACCEPTED;
        };
    assertThat(deliverer.deliver()).isEqualTo(new Deliverer.Progress(6, 0));
    assertThat(store.taken).containsExactlyInAnyOrderElementsOf(points);
    assertThat(outbox.totals().stored()).isEqualTo(6);
  }

  @Test
  void whatTheStoreDoesNotTakeAheadIsJudgedInItsTurn() {
    List<Point> points = append(0, 8);
    var third = new CountDownLatch(1);
    Point bad = points.get(5);
    store.answer =
        batch -> {
          if (batch.contains(bad)) {
            third.countDown();
            return refuse(StoreException.Kind.REFUSED, "no");
          }
          if (batch.contains(points.get(2))) {
            awaitUninterruptibly(third);
          }
          return WriteResult.ALL_ACCEPTED;
        };
    assertThat(deliverer.deliver()).isEqualTo(new Deliverer.Progress(7, 1));
    assertThat(outbox.quarantine().list(10))
        .singleElement()
        .satisfies(one -> assertThat(one.point()).isEqualTo(bad));
    assertThat(outbox.size()).isZero();
  }

  @Test
  void aStoreThatIsDownCostsNothingAndIsReportedUntilItIsBack() {
    List<Point> points = append(0, 3);
    store.answer =
        _ -> {
          throw StoreException.retryable("down", new IOException());
        };
    assertThat(deliverer.deliver()).isEqualTo(new Deliverer.Progress(0, 0));
    assertThat(deliverer.check().ok()).isFalse();
    assertThat(outbox.size()).isEqualTo(3);
    store.answer = _ -> WriteResult.ALL_ACCEPTED;
    assertThat(deliverer.deliver().delivered()).isEqualTo(3);
    assertThat(deliverer.check().ok()).isTrue();
    assertThat(store.taken).isEqualTo(points);
  }

  @Test
  void whatCameDuringAnOutageDoesNotHoldUpWhatComesAfterIt() {
    assertThat(deliverer.deliver().delivered()).isZero();
    List<Point> old = append(0, 10);
    store.answer =
        _ -> {
          throw StoreException.retryable("down", new IOException());
        };
    for (int i = 0; i < 4; i++) {
      assertThat(deliverer.deliver().delivered()).isZero();
    }
    List<Point> fresh = append(10, 11);
    store.answer = _ -> WriteResult.ALL_ACCEPTED;
    assertThat(deliverer.deliver().delivered()).isEqualTo(11);
    assertThat(store.taken.getFirst()).isEqualTo(fresh.getFirst());
    assertThat(store.taken.subList(1, 3)).isEqualTo(old.subList(0, 2));
    assertThat(store.taken.subList(1, 11)).containsExactlyInAnyOrderElementsOf(old);
  }

  @Test
  void aRefusedPointGoesToQuarantineAndTheOthersArrive() {
    List<Point> points = append(0, 4);
    store.answer =
        batch ->
            batch.contains(points.get(2))
                ? new WriteResult(
                    List.of(new WriteResult.Rejection(batch.indexOf(points.get(2)), "conflict")))
                : WriteResult.ALL_ACCEPTED;
    assertThat(deliverer.deliver()).isEqualTo(new Deliverer.Progress(3, 1));
    assertThat(outbox.size()).isZero();
    assertThat(outbox.quarantine().list(10))
        .singleElement()
        .satisfies(one -> {
          assertThat(one.point()).isEqualTo(points.get(2));
          assertThat(one.reason()).isEqualTo("conflict");
        });
  }

  private static WriteResult refuse(StoreException.Kind kind, String words) {
    throw StoreException.refused(kind, words);
  }

  @Test
  void onePoisonedPointAmongTenThousandStandsAloneInQuarantine() {
    deliverer = deliverer(1_000);
    List<Point> points = append(0, 10_000);
    Point poison = points.get(6_789);
    store.answer =
        batch ->
            batch.contains(poison)
                ? refuse(StoreException.Kind.REFUSED, "something is wrong")
                : WriteResult.ALL_ACCEPTED;
    assertThat(deliverer.deliver()).isEqualTo(new Deliverer.Progress(9_999, 1));
    assertThat(outbox.size()).isZero();
    assertThat(store.taken).hasSize(9_999).doesNotContain(poison);
    assertThat(outbox.quarantine().list(10))
        .singleElement()
        .satisfies(one -> {
          assertThat(one.point()).isEqualTo(poison);
          assertThat(one.reason()).isEqualTo("something is wrong");
        });
    assertThat(deliverer.check().ok()).isTrue();
  }

  @Test
  void whenEveryPointIsRefusedInTheSameWordsNoneIsSetAsideAndAllArriveOnceItIsMended() {
    deliverer = deliverer(100);
    List<Point> points = append(0, 250);
    store.answer = _ -> refuse(StoreException.Kind.REFUSED, "bucket \"emz\" not found");
    for (int i = 0; i < 10; i++) {
      assertThat(deliverer.deliver()).isEqualTo(new Deliverer.Progress(0, 0));
      assertThat(deliverer.check().message()).contains("bucket \"emz\" not found");
    }
    assertThat(outbox.quarantine().list(10)).isEmpty();
    store.answer = _ -> WriteResult.ALL_ACCEPTED;
    assertThat(deliverer.deliver().delivered()).isEqualTo(250);
    assertThat(store.taken).containsAll(points);
    assertThat(deliverer.check().ok()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 9, 14, 20})
  void aStoreThatBeginsOrCeasesToRefuseEverythingInMidBatchCostsNoPoint(int writes) {
    for (boolean begins : new boolean[] {true, false}) {
      deliverer = deliverer(8);
      List<Point> points = append(begins ? 0 : 100, begins ? 8 : 108);
      var asked = new AtomicInteger();
      store.answer =
          batch -> {
            boolean early = asked.incrementAndGet() <= writes;
            // Divided as long as it is too large: so it begins in the middle.
            return early != begins
                ? refuse(StoreException.Kind.REFUSED, "no")
                : batch.size() > 1
                    ? refuse(StoreException.Kind.TOO_LARGE, "too large")
                    : WriteResult.ALL_ACCEPTED;
          };
      Deliverer.Progress _ = deliverer.deliver();
      assertThat(outbox.quarantine().list(10)).isEmpty();
      store.answer = _ -> WriteResult.ALL_ACCEPTED;
      Deliverer.Progress _ = deliverer.deliver();
      assertThat(outbox.size()).isZero();
      assertThat(outbox.quarantine().list(10)).isEmpty();
      assertThat(store.taken).containsAll(points);
    }
  }

  @Test
  void aFaultOfTheRequestIsAskedAboutWithFewWrites() {
    deliverer = deliverer(1_000);
    append(0, 1_000);
    var writes = new AtomicInteger();
    store.answer =
        _ -> {
          writes.incrementAndGet();
          return refuse(StoreException.Kind.REFUSED, "no");
        };
    deliverer.deliver();
    writes.set(0);
    deliverer.deliver();
    assertThat(writes.get()).isLessThanOrEqualTo(3);
  }

  @Test
  void aWholeBatchOfBadPointsIsSetAsideOnceAnotherPointWasAccepted() {
    List<Point> bad = append(0, 4);
    store.answer =
        batch ->
            batch.stream().anyMatch(bad::contains)
                ? refuse(StoreException.Kind.REFUSED, "no")
                : WriteResult.ALL_ACCEPTED;
    assertThat(deliverer.deliver()).isEqualTo(new Deliverer.Progress(0, 0));
    assertThat(deliverer.check().ok()).isFalse();
    List<Point> good = append(4, 5);
    deliverer.deliver();
    deliverer.deliver();
    assertThat(store.taken).containsAll(good);
    assertThat(outbox.quarantine().list(10)).hasSize(4);
    assertThat(outbox.size()).isZero();
    assertThat(deliverer.check().ok()).isTrue();
  }

  @Test
  void pointsThatAreSaidToBeBadAreSetAsideAlsoWhenAllAre() {
    append(0, 5);
    store.answer = _ -> refuse(StoreException.Kind.BAD_POINTS, "field type conflict");
    assertThat(deliverer.deliver()).isEqualTo(new Deliverer.Progress(0, 5));
    assertThat(outbox.quarantine().list(10)).hasSize(5);
  }

  @Test
  void aBatchThatIsTooLargeIsDividedAndOnlyAPointThatIsTooLargeAloneIsSetAside() {
    deliverer = deliverer(100);
    List<Point> points = append(0, 100);
    Point large = points.get(50);
    store.answer =
        batch ->
            batch.size() > 7 || batch.contains(large)
                ? refuse(StoreException.Kind.TOO_LARGE, "413")
                : WriteResult.ALL_ACCEPTED;
    assertThat(deliverer.deliver()).isEqualTo(new Deliverer.Progress(99, 1));
    assertThat(outbox.quarantine().list(10))
        .singleElement()
        .satisfies(one -> assertThat(one.point()).isEqualTo(large));
  }

  @Test
  void aBatchThatFailsAgainAndAgainStepsAsideAndIsNeverThrownAway() {
    List<Point> points = append(0, 10);
    store.answer =
        batch -> {
          if (batch.contains(points.get(2))) {
            throw StoreException.retryable("503", new IOException());
          }
          return WriteResult.ALL_ACCEPTED;
        };
    for (int tries = 0; tries < 6; tries++) {
      deliverer.deliver();
    }
    assertThat(outbox.oldest(100))
        .extracting(Delivery::point)
        .containsExactlyElementsOf(points.subList(2, 4));
    assertThat(deliverer.check().ok()).isFalse();
    store.answer = _ -> WriteResult.ALL_ACCEPTED;
    deliverer.deliver();
    deliverer.deliver();
    assertThat(outbox.size()).isZero();
    assertThat(store.taken).containsExactlyInAnyOrderElementsOf(points);
    assertThat(outbox.quarantine().list(10)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4})
  void aBatchStepsAsideAfterMaxRetriesTriesMore(int maxRetries) {
    var metrics = new Metrics();
    deliverer =
        new Deliverer(
            outbox,
            store,
            new PerformanceConfig(
                2, Duration.ofMillis(10), 10_000, maxRetries, 1L << 30, Duration.ofDays(30)),
            new WriteBuffer(10_000),
            metrics);
    append(0, 2);
    store.answer =
        _ -> {
          throw StoreException.retryable("503", new IOException());
        };
    for (int i = 0; i < maxRetries; i++) {
      deliverer.deliver();
      assertThat(metrics.value("batches_stepped_aside")).as("after try %d", i + 1).isZero();
    }
    deliverer.deliver();
    assertThat(metrics.value("batches_stepped_aside")).isPositive();
    assertThat(outbox.size()).isEqualTo(2);
  }

  @Test
  void deferredPointsWaitAndTheOthersArrive() {
    List<Point> points = append(0, 6);
    store.answer =
        batch ->
            batch.contains(points.get(1))
                ? new WriteResult(
                    List.of(),
                    List.of(
                        new WriteResult.Rejection(batch.indexOf(points.get(1)), "file damaged")))
                : WriteResult.ALL_ACCEPTED;
    assertThat(deliverer.deliver().delivered()).isEqualTo(5);
    assertThat(outbox.oldest(10)).extracting(Delivery::point).containsExactly(points.get(1));
    assertThat(deliverer.check().message()).contains("file damaged");
    store.answer = _ -> WriteResult.ALL_ACCEPTED;
    deliverer.deliver();
    assertThat(outbox.size()).isZero();
    assertThat(deliverer.check().ok()).isTrue();
  }

  @Test
  void aStoreThatNamesAWaitIsNotAskedBefore() {
    append(0, 4);
    var writes = new AtomicInteger();
    store.answer =
        _ -> {
          writes.incrementAndGet();
          throw StoreException.busy("429", Duration.ofMinutes(5));
        };
    deliverer.deliver();
    append(4, 8);
    deliverer.deliver();
    assertThat(writes.get()).isEqualTo(1);
    assertThat(deliverer.check().message()).contains("429");
  }

  @Test
  void newPointsDoNotWaitForTheBacklog() throws InterruptedException {
    List<Point> old = append(0, 2);
    var release = new CountDownLatch(1);
    store.answer =
        batch -> {
          if (batch.contains(old.getFirst())) {
            awaitUninterruptibly(release);
          }
          return WriteResult.ALL_ACCEPTED;
        };
    Thread running = Thread.ofVirtual().start(deliverer::run);
    Await.until(
        "the backlog is being written", Duration.ofSeconds(10), () -> store.begun.get() > 0);
    List<Point> fresh = append(2, 12);
    Await.until(
        "the new ones arrive", Duration.ofSeconds(10), () -> store.taken.containsAll(fresh));
    Await.until("they alone leave", Duration.ofSeconds(10), () -> outbox.size() == 2);
    release.countDown();
    Await.until("the old ones arrive", Duration.ofSeconds(10), () -> outbox.size() == 0);
    running.interrupt();
    assertThat(running.join(Duration.ofSeconds(10))).isTrue();
  }

  @Test
  void aNewerRevisionNeverOvertakesAnOlderOneThatIsBeingWritten() throws InterruptedException {
    List<Point> old = append(0, 2);
    var release = new CountDownLatch(1);
    store.answer =
        batch -> {
          if (batch.contains(old.getFirst())) {
            awaitUninterruptibly(release);
          }
          return WriteResult.ALL_ACCEPTED;
        };
    Thread running = Thread.ofVirtual().start(deliverer::run);
    Await.until(
        "the backlog is being written", Duration.ofSeconds(10), () -> store.begun.get() > 0);
    var revision = new Point(old.getFirst().series(), old.getFirst().time(), revisedFields());
    var intake = new Intake();
    intake.deliver("again", revision);
    outbox.append(intake);
    List<Point> fresh = append(2, 12);
    Await.until(
        "the new ones arrive", Duration.ofSeconds(10), () -> store.taken.containsAll(fresh));
    assertThat(store.taken).doesNotContain(revision);
    release.countDown();
    Await.until("the old ones arrive", Duration.ofSeconds(10), () -> outbox.size() == 0);
    assertThat(store.taken.indexOf(revision)).isGreaterThan(store.taken.indexOf(old.getFirst()));
    running.interrupt();
    assertThat(running.join(Duration.ofSeconds(10))).isTrue();
  }

  private static SortedMap<String, FieldValue> revisedFields() {
    return new TreeMap<>(Map.of("v", FieldValue.of(4711)));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void whateverTheStoreAnswersTheLastRevisionOfEachPointIsTheOneThatStays(long seed)
      throws InterruptedException {
    var random = new Random(seed);
    var stored = new ConcurrentHashMap<Instant, FieldValue>();
    store.answer =
        batch -> {
          int dice;
          synchronized (random) {
            dice = random.nextInt(10);
          }
          pause(dice);
          int written = dice == 0 ? 0 : dice == 1 ? batch.size() / 2 : batch.size();
          for (Point point : batch.subList(0, written)) {
            stored.put(point.time(), point.fields().firstEntry().getValue());
          }
          return switch (dice) {
            case 0, 1 -> throw StoreException.retryable("reset", new IOException());
            case 2 -> refuse(StoreException.Kind.TOO_LARGE, "413");
            default -> WriteResult.ALL_ACCEPTED;
          };
        };
    deliverer = deliverer(1 + random.nextInt(20));
    var enough = new AtomicBoolean();
    Runnable delivering =
        () -> {
          while (!enough.get()) {
            deliverer.deliver();
          }
        };
    Thread one = Thread.ofVirtual().start(delivering);
    Thread other = Thread.ofVirtual().start(delivering);
    var expected = new HashMap<Instant, FieldValue>();
    for (int round = 0; round < 40; round++) {
      var intake = new Intake();
      for (int i = random.nextInt(30); i > 0; i--) {
        Instant time = Instant.ofEpochSecond(random.nextInt(20));
        FieldValue value = FieldValue.of((long) round * 100 + i);
        intake.deliver("e", Point.of(SeriesKey.of("m", Map.of()), time, Map.of("v", value)));
        expected.put(time, value);
      }
      outbox.append(intake);
      Thread.sleep(random.nextInt(5));
    }
    Await.until("all is delivered", Duration.ofSeconds(60), () -> outbox.size() == 0);
    enough.set(true);
    assertThat(one.join(Duration.ofSeconds(10)) && other.join(Duration.ofSeconds(10))).isTrue();
    // A point too large alone would be set aside: 413 strikes at random here.
    for (Quarantined refused : outbox.quarantine().list(10_000)) {
      expected.remove(Objects.requireNonNull(refused.point()).time());
    }
    assertThat(stored).as("seed " + seed).containsAllEntriesOf(expected);
  }

  @Test
  void theRunningDelivererSurvivesAnythingAndStopsWhenInterrupted() throws InterruptedException {
    store.answer =
        _ -> {
          throw new IllegalStateException("a defect");
        };
    append(0, 2);
    Thread running = Thread.ofVirtual().start(deliverer::run);
    Await.until("the defect is reported", Duration.ofSeconds(10), () -> !deliverer.check().ok());
    store.answer = _ -> WriteResult.ALL_ACCEPTED;
    Await.until("all is delivered", Duration.ofSeconds(20), () -> outbox.size() == 0);
    append(2, 3);
    Await.until("arrivals wake it", Duration.ofSeconds(20), () -> store.taken.size() == 3);
    running.interrupt();
    assertThat(running.join(Duration.ofSeconds(10))).isTrue();
  }

  @Test
  void waitsDoubleUpToALimit() {
    var backoff = new Backoff();
    long longest = 0;
    for (int i = 0; i < 20; i++) {
      long wait = backoff.next().toMillis();
      assertThat(wait).isBetween(125L, 15_000L);
      longest = Math.max(longest, wait);
    }
    assertThat(longest).isGreaterThan(7_000);
    backoff.reset();
    assertThat(backoff.next().toMillis()).isBetween(125L, 250L);
  }
}
