package com.voltageems.hissrv.app;

import com.voltageems.hissrv.aggregate.Aggregation;
import com.voltageems.hissrv.aggregate.Archives;
import com.voltageems.hissrv.collect.Collector;
import com.voltageems.hissrv.deliver.Deliverer;
import com.voltageems.hissrv.http.SyncReport;
import com.voltageems.hissrv.ledger.Ledger;
import com.voltageems.hissrv.ledger.LedgerException;
import com.voltageems.hissrv.model.Component;
import com.voltageems.hissrv.outbox.Outbox;
import com.voltageems.hissrv.outbox.OutboxException;
import com.voltageems.hissrv.outbox.Totals;
import com.voltageems.hissrv.redis.RedisException;
import com.voltageems.hissrv.store.StoreException;
import com.voltageems.hissrv.transform.CatalogException;
import com.voltageems.hissrv.verify.Reconciler;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Once along the flow: what has ended is closed, collected, delivered, accounted for and let go.
 * Safe for any thread.
 */
final class Cycle {
  private static final Logger LOG = LoggerFactory.getLogger(Cycle.class);
  private static final Duration FUNCTIONS = Duration.ofSeconds(10);

  private final Aggregation aggregation;
  private final Archives archives;
  private final Collector collector;
  private final Deliverer deliverer;
  private final Optional<AlsoStore> also;
  private final Outbox outbox;
  private final Ledger ledger;
  private final Reconciler reconciler;
  private final InstantSource clock;

  Cycle(
      Aggregation aggregation,
      Archives archives,
      Collector collector,
      Deliverer deliverer,
      Optional<AlsoStore> also,
      Outbox outbox,
      Ledger ledger,
      Reconciler reconciler,
      InstantSource clock) {
    this.aggregation = aggregation;
    this.archives = archives;
    this.collector = collector;
    this.deliverer = deliverer;
    this.also = also;
    this.outbox = outbox;
    this.ledger = ledger;
    this.reconciler = reconciler;
    this.clock = clock;
  }

  /**
   * All of it now. Never throws.
   *
   * @param aggregates whether windows are this service's to close
   */
  SyncReport sync(boolean aggregates) {
    var problems = new ArrayList<String>();
    int closed = 0;
    if (aggregates) {
      try {
        closed = aggregation.closeDue();
        int _ = aggregation.addFunctions(FUNCTIONS);
      } catch (RedisException e) {
        problems.add(String.valueOf(e.getMessage()));
      }
    }
    Optional<Totals> before = totals();
    Collector.Progress taken = collect();
    Deliverer.Progress brought = deliverer.deliver();
    collector.settle(ledger::flushed);
    keepLedger();
    Optional<Totals> after = totals();
    boolean counted = before.isPresent() && after.isPresent();
    for (Component component : List.of(collector, deliverer)) {
      var check = component.check();
      if (!check.ok() && !problems.contains(check.message())) {
        problems.add(check.message());
      }
    }
    OptionalLong queueSize = queueSize();
    return new SyncReport(
        closed,
        taken.collected(),
        counted ? after.get().stored() - before.get().stored() : brought.delivered(),
        counted
            ? after.get().quarantined() - before.get().quarantined()
            : taken.quarantined() + brought.quarantined(),
        queueSize.isPresent() ? queueSize.getAsLong() : null,
        problems);
  }

  /**
   * Collects all there is, however long that takes, and lets go in Redis what need not stay; an
   * interrupt ends it. What instances share is let go when all that is known of what the store has
   * is where the others find it.
   */
  Collector.Progress collect() {
    Collector.Progress total = Collector.Progress.NONE;
    do {
      total = total.plus(collector.collect());
      collector.settle(ledger::flushed);
      archives.release(collector.check().ok());
    } while (total.hasMore() && !Thread.currentThread().isInterrupted());
    return total;
  }

  /** Writes what was learnt; after a kill or an outage of Redis asks the store what it has. */
  void keepLedger() {
    ledger.flush();
    ledger
        .knowsTooLittleSince()
        .ifPresent(killed -> {
          try {
            reconciler.recall(killed, clock.instant());
            ledger.reconciled();
          } catch (StoreException | CatalogException | LedgerException e) {
            LOG.debug("the ledger learns later what the store holds", e);
          }
        });
  }

  /** Brings what is in hand to the store, or both. */
  void drain() {
    Collector.Progress _ = collect();
    Optional<Thread> beside = also.map(AlsoStore::drain);
    Deliverer.Progress _ = deliverer.deliver();
    collector.settle(ledger::flushed);
    beside.ifPresent(Deadline::join);
  }

  /** Entries pending in Redis and points in the outbox; empty while either can't be asked. */
  OptionalLong queueSize() {
    OptionalLong pending = collector.pending();
    try {
      return pending.isPresent()
          ? OptionalLong.of(pending.getAsLong() + outbox.size())
          : OptionalLong.empty();
    } catch (OutboxException e) {
      return OptionalLong.empty();
    }
  }

  /**
   * Before and after a cycle they tell what it moved, also what the delivering thread was quicker
   * to take. Empty while the outbox can't be asked.
   */
  private Optional<Totals> totals() {
    try {
      return Optional.of(outbox.totals());
    } catch (OutboxException e) {
      LOG.debug("no totals", e);
      return Optional.empty();
    }
  }
}
