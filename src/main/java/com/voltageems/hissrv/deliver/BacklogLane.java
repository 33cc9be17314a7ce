package com.voltageems.hissrv.deliver;

import com.voltageems.hissrv.config.PerformanceConfig;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.outbox.Delivery;
import com.voltageems.hissrv.outbox.Outbox;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Lock;

/** What waits since before, round after round, however long it takes. */
final class BacklogLane extends Lane {
  private static final Duration IDLE = Duration.ofSeconds(1);

  private final Outbox outbox;
  private final Boundary boundary;

  /** The point that this round has come to. */
  private long cursor;

  private boolean leftInThisRound;
  private boolean leftInTheLast;

  BacklogLane(
      Outbox outbox,
      BatchWriter writer,
      Ahead ahead,
      Boundary boundary,
      RetryAfter retryAfter,
      Lock flow,
      PerformanceConfig settings,
      Metrics metrics) {
    super(outbox, writer, ahead, retryAfter, flow, settings, metrics);
    this.outbox = outbox;
    this.boundary = boundary;
  }

  @Override
  List<Delivery> next() {
    List<Delivery> batch = after(cursor);
    if (batch.isEmpty()) {
      leftInTheLast = leftInThisRound;
      leftInThisRound = false;
      cursor = 0;
    }
    return batch;
  }

  @Override
  List<Delivery> after(long id) {
    return outbox.waiting(id, boundary.get(), settings().batchSize());
  }

  @Override
  void stepAside(List<Delivery> batch) {
    cursor = batch.getLast().id();
    leftInThisRound = true;
  }

  @Override
  boolean leftNothing() {
    return !leftInTheLast;
  }

  @Override
  void awaitWork() throws InterruptedException {
    Thread.sleep(IDLE);
  }
}
