package com.voltageems.hissrv.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.model.CheckResult;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.outbox.Intake;
import com.voltageems.hissrv.outbox.Outbox;
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
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DelivererTest {
  @TempDir Path folder;
  private final ScriptedStore store = new ScriptedStore();
  private Outbox outbox;
  private Deliverer deliverer;

  @BeforeEach
  void open() {
    outbox = new Outbox(folder.resolve("outbox.db"), new ManualClock(Instant.EPOCH));
    deliverer = new Deliverer(outbox, store, 2, new Metrics());
  }

  @AfterEach
  void close() {
    outbox.close();
  }

  /** Gives answers that an embedded store can't be made to give. */
  private static final class ScriptedStore implements HistoryStore {
    private final List<Point> taken = new CopyOnWriteArrayList<>();
    private volatile Function<List<Point>, WriteResult> answer = _ -> WriteResult.ALL_ACCEPTED;

    @Override
    public WriteResult write(List<Point> points) {
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
  void allThereIsGoesInTheOrderOfArrival() {
    List<Point> points = append(0, 5);
    assertThat(deliverer.deliver()).isEqualTo(new Deliverer.Progress(5, 0));
    assertThat(store.taken).isEqualTo(points);
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
