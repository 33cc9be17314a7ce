package com.voltageems.hissrv.deliver;

import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.outbox.Delivery;
import com.voltageems.hissrv.outbox.Outbox;
import com.voltageems.hissrv.outbox.WriteBuffer;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.WriteResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what comes after a batch while that batch is on its way, so that the store need not wait
 * for us between two. What it does not simply accept stays in the outbox as if it had not been
 * asked: the lane comes to it, and judges. The outbox gives no point of which an older revision
 * waits, so the two never carry the same point.
 */
final class Ahead {
  private static final Logger LOG = LoggerFactory.getLogger(Ahead.class);

  private final Outbox outbox;
  private final HistoryStore store;
  private final AtomicLong acceptances;
  private final WriteBuffer buffer;
  private final Metrics metrics;

  /**
   * @param acceptances how often the store accepted something, of any lane
   * @param buffer in which a batch has its room while it is written
   */
  Ahead(
      Outbox outbox,
      HistoryStore store,
      AtomicLong acceptances,
      WriteBuffer buffer,
      Metrics metrics) {
    this.outbox = outbox;
    this.store = store;
    this.acceptances = acceptances;
    this.buffer = buffer;
    this.metrics = metrics;
  }

  /**
   * Begins at once.
   *
   * @param last the id of the batch's last point
   * @param after gives the batch that follows an id; empty when none does
   */
  Run begin(long last, LongFunction<List<Delivery>> after) {
    return new Run(last, after);
  }

  /** Work that has begun. */
  final class Run implements AutoCloseable {
    private final Thread thread;
    private final LongFunction<List<Delivery>> after;
    private volatile boolean isOver;
    private int accepted;

    private Run(long last, LongFunction<List<Delivery>> after) {
      this.after = after;
      thread = Thread.ofVirtual().name("deliver-ahead").start(() -> from(last));
    }

    /** How many points were accepted; to be asked once it is closed. */
    int accepted() {
      return accepted;
    }

    private void from(long last) {
      try {
        long cursor = last;
        while (!isOver) {
          List<Delivery> batch = after.apply(cursor);
          if (batch.isEmpty() || !accepts(batch)) {
            return;
          }
          cursor = batch.getLast().id();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (RuntimeException e) {
        LOG.debug("the lane will tell", e);
      }
    }

    private boolean accepts(List<Delivery> batch) throws InterruptedException {
      if (!buffer.acquire(batch.size(), Duration.ZERO)) {
        return false;
      }
      try {
        WriteResult result = store.write(batch.stream().map(Delivery::point).toList());
        List<Delivery> taken = taken(batch, result);
        if (!taken.isEmpty()) {
          acceptances.incrementAndGet();
          outbox.acknowledge(taken, Map.of());
          metrics.add("points_delivered", taken.size());
          accepted += taken.size();
        }
        return taken.size() == batch.size();
      } finally {
        buffer.release(batch.size());
      }
    }

    /** Begins no other batch, and waits for the one in hand: an interrupt cuts it short. */
    @Override
    public void close() {
      isOver = true;
      boolean interrupted = Thread.interrupted();
      while (thread.isAlive()) {
        if (interrupted) {
          thread.interrupt();
        }
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static List<Delivery> taken(List<Delivery> batch, WriteResult result) {
    Set<Integer> others = new HashSet<>();
    result.rejections().forEach(rejection -> others.add(rejection.index()));
    result.deferred().forEach(deferral -> others.add(deferral.index()));
    var taken = new ArrayList<Delivery>();
    for (int i = 0; i < batch.size(); i++) {
      if (!others.contains(i)) {
        taken.add(batch.get(i));
      }
    }
    return taken;
  }
}
