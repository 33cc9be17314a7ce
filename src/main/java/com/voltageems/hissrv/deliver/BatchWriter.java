package com.voltageems.hissrv.deliver;

import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.outbox.Delivery;
import com.voltageems.hissrv.outbox.Outbox;
import com.voltageems.hissrv.outbox.WriteBuffer;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.StoreException;
import com.voltageems.hissrv.store.WriteResult;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a batch, in halves of halves where the store refuses it without naming the points, until
 * those to blame stand alone.
 *
 * <p>A store that refuses every point in the same words may mean the request: then no point goes to
 * quarantine before another one was accepted. For one thread.
 */
final class BatchWriter {
  private static final Logger LOG = LoggerFactory.getLogger(BatchWriter.class);

  private final Outbox outbox;
  private final HistoryStore store;
  private final AtomicLong acceptances;
  private final WriteBuffer buffer;

  /** What the store said when it last refused everything; null when it did not. */
  private @Nullable String refusal;

  private long acceptancesBeforeRefusal;

  /** Words that turned out to speak of points; empty when none did yet. */
  private String blame = "";

  /**
   * @param acceptances how often the store accepted something, of any lane
   * @param buffer in which a batch has its room while it is written
   */
  BatchWriter(Outbox outbox, HistoryStore store, AtomicLong acceptances, WriteBuffer buffer) {
    this.outbox = outbox;
    this.store = store;
    this.acceptances = acceptances;
    this.buffer = buffer;
  }

  /** Never throws {@link StoreException}: what stopped it is in the answer. */
  Settlement write(List<Delivery> batch) {
    try {
      buffer.acquire(batch.size());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      var nothing = new Settlement();
      nothing.stopAt(StoreException.retryable("interrupted", e));
      return nothing;
    }
    try {
      return divided(batch);
    } finally {
      buffer.release(batch.size());
    }
  }

  private Settlement divided(List<Delivery> batch) {
    var settlement = new Settlement();
    String before = refusal;
    if (before != null
        && acceptances.get() == acceptancesBeforeRefusal
        && !takesOneOf(sample(batch), settlement)) {
      if (settlement.obstacle() == null) {
        settlement.stopAt(everythingRefused(before));
      }
      return settlement;
    }
    write(batch, settlement);
    if (settlement.obstacle() == null && !settlement.suspects.isEmpty()) {
      judge(settlement);
    } else if (!settlement.accepted.isEmpty()) {
      refusal = null;
    }
    return settlement;
  }

  private void write(List<Delivery> batch, Settlement settlement) {
    try {
      settle(batch, store.write(points(batch)), settlement);
    } catch (StoreException e) {
      switch (e.kind()) {
        case RETRYABLE, FATAL, UNSUPPORTED -> settlement.stopAt(e);
        case REFUSED, BAD_POINTS, TOO_LARGE -> divide(batch, e, settlement);
      }
    } catch (RuntimeException e) {
      LOG.error("the store failed on a batch", e);
      settlement.stopAt(StoreException.retryable(e.toString(), e));
    }
  }

  private void settle(List<Delivery> batch, WriteResult result, Settlement settlement) {
    Map<Integer, String> rejections = byIndex(result.rejections());
    Map<Integer, String> deferred = byIndex(result.deferred());
    for (int i = 0; i < batch.size(); i++) {
      String rejection = rejections.get(i);
      if (rejection != null) {
        settlement.rejected.put(batch.get(i), rejection);
      } else if (!deferred.containsKey(i)) {
        settlement.accepted.add(batch.get(i));
      }
    }
    if (!settlement.accepted.isEmpty()) {
      acceptances.incrementAndGet();
    }
    if (!result.deferred().isEmpty()) {
      settlement.defer(result.deferred().getFirst().reason());
    }
  }

  private void divide(List<Delivery> batch, StoreException refused, Settlement settlement) {
    String reason = String.valueOf(refused.getMessage());
    if (batch.size() > 1) {
      int half = batch.size() / 2;
      write(batch.subList(0, half), settlement);
      if (settlement.obstacle() == null) {
        write(batch.subList(half, batch.size()), settlement);
      }
    } else if (refused.kind() == StoreException.Kind.REFUSED) {
      settlement.suspects.put(batch.getFirst(), reason);
    } else {
      settlement.rejected.put(batch.getFirst(), reason);
    }
  }

  /**
   * The points are to blame when others are accepted, or when each is refused for its own reason.
   */
  private void judge(Settlement settlement) {
    Map<Delivery, String> suspects = settlement.suspects;
    Set<String> reasons = new TreeSet<>(suspects.values());
    if (reasons.size() > 1
        || !settlement.accepted.isEmpty()
        || (refusal != null && acceptances.get() > acceptancesBeforeRefusal)
        || reasons.contains(blame)
        || takesOneOf(newest(suspects.keySet()), settlement)) {
      askAgain(settlement);
    } else {
      refuseAll(reasons.iterator().next(), settlement);
    }
  }

  /**
   * The store may have begun or ceased to refuse everything in the middle of the batch. So each
   * suspect is asked once more, and after them one that was accepted where none was since.
   */
  private void askAgain(Settlement settlement) {
    var refusedAgain = new LinkedHashMap<Delivery, String>();
    for (Delivery suspect : List.copyOf(settlement.suspects.keySet())) {
      var alone = new Settlement();
      write(List.of(suspect), alone);
      if (!alone.accepted.isEmpty()) {
        settlement.accepted.add(suspect);
        writeNewerAgain(suspect, settlement);
      }
      settlement.rejected.putAll(alone.rejected);
      refusedAgain.putAll(alone.suspects);
      StoreException obstacle = alone.obstacle();
      if (obstacle != null) {
        settlement.stopAt(obstacle);
      }
      if (settlement.obstacle() != null) {
        return;
      }
    }
    if (refusedAgain.isEmpty()) {
      refusal = null;
    } else if (!settlement.accepted.isEmpty()
        && isNewer(last(refusedAgain.keySet()), last(settlement.accepted))
        && !takesOneOf(List.of(last(settlement.accepted)), settlement)) {
      if (settlement.obstacle() == null) {
        refuseAll(refusedAgain.values().iterator().next(), settlement);
      }
    } else {
      settlement.rejected.putAll(refusedAgain);
      refusal = null;
      blame = refusedAgain.values().iterator().next();
    }
  }

  /** What overwrites a point must do so once more after it. */
  private void writeNewerAgain(Delivery older, Settlement settlement) {
    List<Delivery> newer =
        settlement.accepted.stream()
            .filter(one ->
                isNewer(one, older)
                    && one.point().time().equals(older.point().time())
                    && one.point().series().equals(older.point().series()))
            .sorted(Comparator.comparingLong(Delivery::id))
            .toList();
    if (!newer.isEmpty()) {
      settlement.accepted.removeAll(newer);
      write(newer, settlement);
    }
  }

  private static boolean isNewer(Delivery one, Delivery other) {
    return one.id() > other.id();
  }

  private static Delivery last(Collection<Delivery> deliveries) {
    return Collections.max(deliveries, Comparator.comparingLong(Delivery::id));
  }

  private void refuseAll(String reason, Settlement settlement) {
    refusal = reason;
    acceptancesBeforeRefusal = acceptances.get();
    settlement.stopAt(everythingRefused(reason));
  }

  /** Whether the store accepts any of these, each alone; trouble on the way counts as a no. */
  private boolean takesOneOf(List<Delivery> probes, Settlement settlement) {
    for (Delivery probe : probes) {
      var alone = new Settlement();
      write(List.of(probe), alone);
      if (!alone.accepted.isEmpty()) {
        return true;
      }
      if (!alone.rejected.isEmpty()) {
        continue;
      }
      StoreException obstacle = alone.obstacle();
      if (obstacle != null) {
        settlement.stopAt(obstacle);
        return false;
      }
    }
    return false;
  }

  /** Of a batch that would be refused point by point once more. */
  private List<Delivery> sample(List<Delivery> batch) {
    var sample = new LinkedHashSet<>(List.of(batch.getFirst(), batch.getLast()));
    sample.addAll(newest(Set.of()));
    return List.copyOf(sample);
  }

  private List<Delivery> newest(Set<Delivery> except) {
    return outbox.newest().filter(one -> !except.contains(one)).stream().toList();
  }

  private static StoreException everythingRefused(String reason) {
    return StoreException.fatal("the store refuses every point: " + reason, null);
  }

  private static List<Point> points(List<Delivery> batch) {
    return batch.stream().map(Delivery::point).toList();
  }

  private static Map<Integer, String> byIndex(List<WriteResult.Rejection> named) {
    return named.isEmpty()
        ? Map.of()
        : named.stream()
            .collect(
                Collectors.toMap(
                    WriteResult.Rejection::index, WriteResult.Rejection::reason, (a, b) -> a));
  }
}
