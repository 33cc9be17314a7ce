package com.voltageems.hissrv.deliver;

import com.voltageems.hissrv.config.PerformanceConfig;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.outbox.Delivery;
import com.voltageems.hissrv.outbox.Outbox;
import com.voltageems.hissrv.outbox.OutboxException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Lock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What arrives now. What it can't deliver becomes backlog, so that it never has one of its own. */
final class FreshLane extends Lane {
  private static final Duration IDLE = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(FreshLane.class);

  private final Outbox outbox;
  private final Boundary boundary;
  private final BacklogLane backlog;

  FreshLane(
      Outbox outbox,
      BatchWriter writer,
      Ahead ahead,
      Boundary boundary,
      RetryAfter retryAfter,
      Lock flow,
      BacklogLane backlog,
      PerformanceConfig settings,
      Metrics metrics) {
    super(outbox, writer, ahead, retryAfter, flow, settings, metrics);
    this.outbox = outbox;
    this.boundary = boundary;
    this.backlog = backlog;
  }

  @Override
  List<Delivery> next() {
    return after(boundary.get());
  }

  @Override
  List<Delivery> after(long id) {
    return outbox.waiting(id, Long.MAX_VALUE, settings().batchSize());
  }

  @Override
  void stepAside(List<Delivery> batch) {
    boundary.raise(batch.getLast().id());
    backlog.inherit(trouble());
  }

  /**
   * All that came meanwhile is old when the store is back: what comes then does not wait for it.
   */
  @Override
  void fallBehind() {
    boundary.raise(outbox.last());
  }

  @Override
  boolean leftNothing() {
    return true;
  }

  /** New points wait for others to fill their batch. */
  @Override
  void awaitWork() throws InterruptedException {
    outbox.awaitArrival(IDLE);
    Duration batchTimeout = settings().batchTimeout();
    long begun = System.nanoTime();
    for (Duration left = batchTimeout;
        left.isPositive() && isFilling();
        left = batchTimeout.minusNanos(System.nanoTime() - begun)) {
      outbox.awaitArrival(left);
    }
  }

  private boolean isFilling() {
    try {
      int batchSize = settings().batchSize();
      int waiting = outbox.countWaiting(boundary.get(), batchSize);
      return waiting > 0 && waiting < batchSize;
    } catch (OutboxException e) {
      LOG.debug("the next pass will tell", e);
      return false;
    }
  }
}
