package com.voltageems.hissrv.deliver;

import com.voltageems.hissrv.model.CheckResult;
import com.voltageems.hissrv.model.Component;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.outbox.Delivery;
import com.voltageems.hissrv.outbox.Outbox;
import com.voltageems.hissrv.outbox.OutboxException;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.StoreException;
import com.voltageems.hissrv.store.WriteResult;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what is in the outbox to the store, in the order of arrival. A batch leaves the outbox
 * only after the store has answered for each of its points. Retry is decided here and nowhere else:
 * after trouble the next try waits, twice as long each time. Safe for any thread.
 */
public final class Deliverer implements Component {
  private static final Logger LOG = LoggerFactory.getLogger(Deliverer.class);
  private static final Duration IDLE = Duration.ofSeconds(1);

  private final Outbox outbox;
  private final HistoryStore store;
  private final int batchSize;
  private final Metrics metrics;
  private final Backoff backoff = new Backoff();
  private volatile @Nullable String trouble;

  /**
   * What one call brought to the store.
   *
   * @param delivered points it acknowledged
   * @param quarantined points it will never take
   */
  public record Progress(long delivered, long quarantined) {
    private static final Progress NONE = new Progress(0, 0);

    private Progress plus(Progress other) {
      return new Progress(delivered + other.delivered, quarantined + other.quarantined);
    }
  }

  /**
   * @param batchSize most points per write
   */
  public Deliverer(Outbox outbox, HistoryStore store, int batchSize, Metrics metrics) {
    this.outbox = outbox;
    this.store = store;
    this.batchSize = batchSize;
    this.metrics = metrics;
  }

  @Override
  public String name() {
    return "deliver";
  }

  @Override
  public CheckResult check() {
    String why = trouble;
    return why == null ? CheckResult.OK : CheckResult.down(why);
  }

  /** Delivers as things arrive, until the thread is interrupted. */
  public void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        deliver();
        if (trouble == null) {
          outbox.awaitArrival(IDLE);
        } else {
          Thread.sleep(backoff.next());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Delivers all there is, batch by batch. Trouble is remembered for {@link #check}, not thrown.
   */
  public synchronized Progress deliver() {
    Progress total = Progress.NONE;
    try {
      for (List<Delivery> batch = outbox.oldest(batchSize);
          !batch.isEmpty() && !Thread.currentThread().isInterrupted();
          batch = outbox.oldest(batchSize)) {
        total = total.plus(deliver(batch));
      }
      if (trouble != null) {
        LOG.info("delivering again");
        trouble = null;
        backoff.reset();
      }
    } catch (StoreException | OutboxException e) {
      if (trouble == null) {
        LOG.warn("can't deliver, will try again: {}", e.getMessage());
      }
      trouble = String.valueOf(e.getMessage());
      metrics.add("failed_deliveries", 1);
    } catch (RuntimeException e) {
      LOG.error("can't deliver, will try again", e);
      trouble = e.toString();
      metrics.add("failed_deliveries", 1);
    }
    metrics.add("points_delivered", total.delivered());
    metrics.add("points_quarantined", total.quarantined());
    return total;
  }

  private Progress deliver(List<Delivery> batch) {
    List<Point> points = batch.stream().map(Delivery::point).toList();
    WriteResult result = store.write(points);
    Map<Delivery, String> rejected = new LinkedHashMap<>();
    for (WriteResult.Rejection rejection : result.rejections()) {
      rejected.put(batch.get(rejection.index()), rejection.reason());
    }
    outbox.acknowledge(batch, rejected);
    if (!rejected.isEmpty()) {
      LOG.warn(
          "the store refused {} of {} points, now in quarantine; the first: {}",
          rejected.size(),
          batch.size(),
          result.rejections().getFirst().reason());
    }
    return new Progress(batch.size() - rejected.size(), rejected.size());
  }
}
