package com.voltageems.hissrv.deliver;

import com.voltageems.hissrv.config.PerformanceConfig;
import com.voltageems.hissrv.deliver.Deliverer.Progress;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.outbox.Delivery;
import com.voltageems.hissrv.outbox.Outbox;
import com.voltageems.hissrv.outbox.OutboxException;
import com.voltageems.hissrv.store.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one part of the outbox to the store, batch by batch, and waits after trouble, twice as
 * long each time. A batch that was tried too often steps aside for the next. Safe for any thread.
 */
abstract class Lane {
  private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

  private final Outbox outbox;
  private final BatchWriter writer;
  private final Ahead ahead;
  private final RetryAfter retryAfter;
  private final Lock flow;
  private final Metrics metrics;
  private final Backoff backoff = new Backoff();
  private final Semaphore awake = new Semaphore(0);
  private volatile PerformanceConfig settings;
  private int tries;

  /** Whether the last try brought nothing. */
  private boolean failing;

  private volatile @Nullable String trouble;
  private @Nullable Lane other;

  /**
   * @param flow held from a batch's choice to its settlement
   */
  Lane(
      Outbox outbox,
      BatchWriter writer,
      Ahead ahead,
      RetryAfter retryAfter,
      Lock flow,
      PerformanceConfig settings,
      Metrics metrics) {
    this.outbox = outbox;
    this.writer = writer;
    this.ahead = ahead;
    this.retryAfter = retryAfter;
    this.flow = flow;
    this.settings = settings;
    this.metrics = metrics;
  }

  /** How batches are made, from the next one on. */
  void reconfigure(PerformanceConfig next) {
    settings = next;
  }

  PerformanceConfig settings() {
    return settings;
  }

  /** The next batch; none when this lane has come to its end for now. */
  abstract List<Delivery> next();

  /** The batch behind the point of this id; empty when there is none. */
  abstract List<Delivery> after(long id);

  /** Leaves what is left of a batch for later. */
  abstract void stepAside(List<Delivery> batch);

  /** The store takes nothing, however often it is asked. */
  void fallBehind() {}

  /** Whether {@link #next} came to its end and left nothing behind. */
  abstract boolean leftNothing();

  /** Waits until there may be something to deliver. */
  abstract void awaitWork() throws InterruptedException;

  /** What is wrong; null when nothing is. */
  @Nullable String trouble() {
    return trouble;
  }

  /** When this lane can deliver again, the other tries at once rather than after its wait. */
  void wakes(Lane lane) {
    other = lane;
  }

  /** What another lane left here could not be delivered. */
  void inherit(@Nullable String why) {
    if (trouble == null) {
      trouble = why;
    }
  }

  /** Until the thread is interrupted. */
  void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Progress _ = pass();
        if (trouble == null) {
          awaitWork();
        } else {
          rest();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Delivers all there is, as far as the store takes it. */
  synchronized Progress pass() {
    Progress total = Progress.NONE;
    try {
      boolean goesOn = true;
      boolean flows = false;
      while (goesOn && !Thread.currentThread().isInterrupted() && retryAfter.left().isZero()) {
        flow.lock();
        try {
          List<Delivery> batch = next();
          if (batch.isEmpty()) {
            if (leftNothing()) {
              trouble = null;
            }
            return total;
          }
          Settlement settlement;
          if (flows) {
            Ahead.Run beside = ahead.begin(batch.getLast().id(), this::after);
            try (beside) {
              settlement = write(batch);
            }
            total = total.plus(new Progress(beside.accepted(), 0));
          } else {
            settlement = write(batch);
          }
          flows = settlement.accepted.size() == batch.size();
          total = total.plus(settlement);
          goesOn = goesOnAfter(settlement, batch);
        } finally {
          flow.unlock();
        }
      }
    } catch (OutboxException e) {
      failed(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      LOG.error("can't deliver, will try again", e);
      failed(e.toString());
    }
    return total;
  }

  private Settlement write(List<Delivery> batch) {
    Settlement settlement = writer.write(batch);
    outbox.acknowledge(settlement.settled(), settlement.rejected);
    metrics.add("points_delivered", settlement.accepted.size());
    metrics.add("points_quarantined", settlement.rejected.size());
    if (!settlement.rejected.isEmpty()) {
      LOG.warn(
          "the store refused {} of {} points, now in quarantine; the first: {}",
          settlement.rejected.size(),
          batch.size(),
          settlement.rejected.values().iterator().next());
    }
    return settlement;
  }

  private boolean goesOnAfter(Settlement settlement, List<Delivery> batch) {
    StoreException obstacle = settlement.obstacle();
    String deferral = settlement.deferral();
    if (obstacle != null) {
      retryAfter.atLeast(obstacle.retryAfter());
      failed(String.valueOf(obstacle.getMessage()));
      // A fault that a person must mend is the same for the next batch.
      if (obstacle.retryable() && ++tries > settings.maxRetries()) {
        leave(batch);
        fallBehind();
      }
      return false;
    }
    if (deferral != null) {
      failed(deferral);
      leave(batch);
      return true;
    }
    tries = 0;
    backoff.reset();
    if (failing) {
      failing = false;
      LOG.info("delivering again");
      if (other != null) {
        other.awake.release();
      }
    }
    return true;
  }

  private void leave(List<Delivery> batch) {
    tries = 0;
    metrics.add("batches_stepped_aside", 1);
    stepAside(batch);
  }

  private void failed(String why) {
    if (trouble == null) {
      LOG.warn("can't deliver, will try again: {}", why);
    }
    trouble = why;
    failing = true;
    metrics.add("failed_deliveries", 1);
  }

  private void rest() throws InterruptedException {
    Duration wait = backoff.next();
    Duration asked = retryAfter.left();
    Duration longer = wait.compareTo(asked) > 0 ? wait : asked;
    if (awake.tryAcquire(longer.toNanos(), TimeUnit.NANOSECONDS)) {
      awake.drainPermits();
    }
  }
}
