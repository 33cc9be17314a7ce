package com.voltageems.hissrv.deliver;

import com.voltageems.hissrv.config.PerformanceConfig;
import com.voltageems.hissrv.model.CheckResult;
import com.voltageems.hissrv.model.Component;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.outbox.Outbox;
import com.voltageems.hissrv.outbox.WriteBuffer;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.StoreException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Brings what is in the outbox to the store, in two lanes: new points never wait for old ones. The
 * revisions of one point keep their order. A point leaves the outbox only after the store has
 * answered for it. Retry is decided here and nowhere else. Safe for any thread.
 */
public final class Deliverer implements Component {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Held by one who wants nothing to be on its way. */
  private final ReentrantReadWriteLock flow = new ReentrantReadWriteLock();

  private final FreshLane fresh;
  private final BacklogLane backlog;

  /**
   * What one call brought to the store.
   *
   * @param delivered points it acknowledged
   * @param quarantined points it will never take
   */
  public record Progress(long delivered, long quarantined) {
    static final Progress NONE = new Progress(0, 0);

    Progress plus(Progress other) {
      return new Progress(delivered + other.delivered, quarantined + other.quarantined);
    }

    Progress plus(Settlement batch) {
      return new Progress(delivered + batch.accepted.size(), quarantined + batch.rejected.size());
    }
  }

  /**
   * Starts nothing yet.
   *
   * @param buffer in which batches have their room while they are written
   */
  public Deliverer(
      Outbox outbox,
      HistoryStore store,
      PerformanceConfig settings,
      WriteBuffer buffer,
      Metrics metrics) {
    var boundary = new Boundary(outbox);
    var acceptances = new AtomicLong();
    var retryAfter = new RetryAfter();
    var ahead = new Ahead(outbox, store, acceptances, buffer, metrics);
    backlog =
        new BacklogLane(
            outbox,
            new BatchWriter(outbox, store, acceptances, buffer),
            ahead,
            boundary,
            retryAfter,
            flow.readLock(),
            settings,
            metrics);
    fresh =
        new FreshLane(
            outbox,
            new BatchWriter(outbox, store, acceptances, buffer),
            ahead,
            boundary,
            retryAfter,
            flow.readLock(),
            backlog,
            settings,
            metrics);
    fresh.wakes(backlog);
    backlog.wakes(fresh);
  }

  @Override
  public String name() {
    return "deliver";
  }

  @Override
  public CheckResult check() {
    String freshTrouble = fresh.trouble();
    if (freshTrouble != null) {
      return CheckResult.down(freshTrouble);
    }
    String oldTrouble = backlog.trouble();
    return oldTrouble == null ? CheckResult.OK : CheckResult.down("backlog: " + oldTrouble);
  }

  /** Other batches from the next one on. */
  public void reconfigure(PerformanceConfig settings) {
    backlog.reconfigure(settings);
    fresh.reconfigure(settings);
  }

  /** Delivers as things arrive, until the thread is interrupted. */
  public void run() {
    Thread beside = Thread.ofVirtual().name("deliver-backlog").start(backlog::run);
    try {
      fresh.run();
    } finally {
      beside.interrupt();
      boolean interrupted = Thread.interrupted();
      try {
        beside.join(PATIENCE);
      } catch (InterruptedException e) {
        interrupted = true;
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Runs work while nothing is on its way to the store.
   *
   * @throws StoreException when the store does not let go of a batch for so long
   */
  public void apart(Duration patience, Runnable work) {
    try {
      if (!flow.writeLock().tryLock(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw StoreException.retryable("the store is busy with a batch", null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw StoreException.retryable("interrupted", e);
    }
    try {
      work.run();
    } finally {
      flow.writeLock().unlock();
    }
  }

  /** Delivers all there is, now. Trouble is remembered for {@link #check}, not thrown. */
  public Progress deliver() {
    return fresh.pass().plus(backlog.pass());
  }
}
