package com.voltageems.hissrv.http;

import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.observe.HealthReport;
import com.voltageems.hissrv.observe.Reading;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The least that can be operated: a queue of points in front of a store. */
final class StoreOperations implements Operations {
  private final HistoryStore store;
  private final InstantSource clock;
  private final ConcurrentLinkedQueue<Point> queue = new ConcurrentLinkedQueue<>();
  private final AtomicLong processed = new AtomicLong();
  private volatile @Nullable Instant lastSync;
  private volatile @Nullable RuntimeException failure;
  private volatile Runnable beforeSync = () -> {};

  StoreOperations(HistoryStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  void enqueue(Point point) {
    queue.add(point);
  }

  /** From now on every call throws this. */
  void failWith(RuntimeException failure) {
    this.failure = failure;
  }

  void beforeSync(Runnable action) {
    this.beforeSync = action;
  }

  @Override
  public HealthReport health() {
    throwFailure();
    return HealthReport.of(List.of(store), Duration.ofSeconds(4));
  }

  @Override
  public Status status() {
    throwFailure();
    var more = new TreeMap<String, Object>();
    more.put("store", store.name());
    more.put("processed", -1);
    return new Status("running", processed.get(), 0, (long) queue.size(), lastSync, more);
  }

  @Override
  public List<Reading> readings() {
    throwFailure();
    return List.of(Reading.gauge("sources", "Live keys", 1));
  }

  @Override
  public SyncReport sync() {
    beforeSync.run();
    throwFailure();
    var batch = new ArrayList<>(queue);
    try {
      long rejected = store.write(batch).rejections().size();
      queue.removeAll(batch);
      processed.addAndGet(batch.size() - rejected);
      lastSync = clock.instant();
      return new SyncReport(
          0, 0, batch.size() - rejected, rejected, (long) queue.size(), List.of());
    } catch (StoreException e) {
      return new SyncReport(
          0, 0, 0, 0, (long) queue.size(), List.of(String.valueOf(e.getMessage())));
    }
  }

  private void throwFailure() {
    RuntimeException thrown = failure;
    if (thrown != null) {
      throw thrown;
    }
  }
}
