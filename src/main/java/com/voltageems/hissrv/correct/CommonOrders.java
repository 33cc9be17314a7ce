package com.voltageems.hissrv.correct;

import com.voltageems.hissrv.outbox.Intake;
import com.voltageems.hissrv.outbox.Outbox;
import com.voltageems.hissrv.outbox.OutboxException;
import com.voltageems.hissrv.query.QueryProblem;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.redis.RedisException;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.StoreException;
import com.voltageems.hissrv.transform.Catalog;
import com.voltageems.hissrv.transform.CatalogException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is deleted or corrected through one instance is so in all that share a Redis: an order is
 * made known first, and each lets what it has in hand end and takes it out of its outbox; only then
 * is history changed. Who learns of an order late, after it had been paused or cut off, may have
 * written meanwhile, and so deletes once more. Safe for any thread.
 */
public final class CommonOrders {
  private static final Logger LOG = LoggerFactory.getLogger(CommonOrders.class);

  /** Who has not carried out an order by then is not waited for. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  /** Who last looked so long ago may not have been waited for. */
  private static final Duration LATE = Duration.ofSeconds(10);

  private static final Duration LOOKING = Duration.ofMillis(20);
  private static final int MOST_TRIES = 20;

  private final OrderLog log;
  private final HistoryStore store;
  private final Outbox outbox;
  private final Catalog catalog;
  private final Supplier<String> instance;
  private final Supplier<Collection<String>> alive;
  private final Consumer<Runnable> apart;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private long known = -1;
  private long lookedNanos;
  private boolean began;

  /**
   * @param instance what this one is called
   * @param alive what those are called that live
   * @param apart runs work while nothing is collected or delivered
   * @param nanos a clock that is never set, and goes on while the process is paused
   */
  public CommonOrders(
      RedisConnection redis,
      HistoryStore store,
      Outbox outbox,
      Catalog catalog,
      Supplier<String> instance,
      Supplier<Collection<String>> alive,
      Consumer<Runnable> apart,
      InstantSource clock,
      LongSupplier nanos) {
    log = new OrderLog(redis, clock);
    this.store = store;
    this.outbox = outbox;
    this.catalog = catalog;
    this.instance = instance;
    this.alive = alive;
    this.apart = apart;
    this.clock = clock;
    this.nanos = nanos;
    lookedNanos = nanos.getAsLong() - LATE.toNanos();
  }

  /** Carries out what others have ordered, before anything is delivered if Redis answers. */
  public void begin() {
    synchronized (this) {
      lookedNanos = nanos.getAsLong();
    }
    follow();
    synchronized (this) {
      if (!began) {
        lookedNanos = nanos.getAsLong() - LATE.toNanos();
      }
    }
  }

  /** Carries out what others have ordered. To be called again and again; never throws. */
  public synchronized void follow() {
    try {
      learn();
    } catch (RedisException | OutboxException | CatalogException | StoreException e) {
      LOG.debug("what others have ordered is carried out later", e);
    }
  }

  /**
   * Makes an order known to all, waits for those that live, then does the work.
   *
   * @throws QueryProblem when Redis does not answer: then nothing is changed
   */
  synchronized void issue(CommonOrder order, Runnable work) {
    try {
      long number = 0;
      for (int i = 0; number == 0; i++) {
        learn();
        number = log.add(known, order.text());
        if (i == MOST_TRIES) {
          throw QueryProblem.busy("Other instances give orders, too.");
        }
      }
      await(number);
      known = number;
      work.run();
      log.done(instance.get(), number, outbox.instanceId());
    } catch (RedisException e) {
      throw QueryProblem.redisDown(e);
    }
  }

  private void await(long number) {
    long deadline = nanos.getAsLong() + PATIENCE.toNanos();
    String self = instance.get();
    List<String> others;
    do {
      others = alive.get().stream().filter(one -> !one.equals(self)).toList();
      if (log.isDone(number, others)) {
        return;
      }
      try {
        Thread.sleep(LOOKING);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    } while (nanos.getAsLong() - deadline < 0);
    LOG.warn(
        "of {} not all have carried out order {} yet: they will when they see it", others, number);
  }

  private void learn() {
    long last = log.last();
    String identity = outbox.instanceId();
    if (known < 0 || known > last) {
      known = log.doneBy(instance.get(), identity);
    }
    boolean isNew = known < 0;
    if (last > known || isNew) {
      log.read(Math.max(known, 0), last)
          .forEach((number, text) -> {
            carryOut(number, text, isNew);
            known = number;
          });
      known = last;
      log.done(instance.get(), known, identity);
    }
    lookedNanos = nanos.getAsLong();
    began = true;
  }

  /**
   * @param isNew whether this instance was not there when it was given: it has written nothing
   */
  private void carryOut(long number, String text, boolean isNew) {
    CommonOrder order;
    try {
      order = CommonOrder.parse(text);
    } catch (IllegalArgumentException e) {
      LOG.warn("order {} of another instance can't be read, and is not carried out", number, e);
      return;
    }
    apart.accept(() -> {
      catalog.amendments().keep(clock.instant(), order.deletions(), order.corrections());
      if (isNew) {
        return;
      }
      long gone = outbox.amend(order::left);
      boolean late = nanos.getAsLong() - lookedNanos >= LATE.toNanos();
      if (late) {
        store.delete(order.rows());
      }
      if (!order.corrected().isEmpty()) {
        var intake = new Intake();
        order.corrected().forEach(one -> intake.deliver(Corrections.ENTRY, one));
        outbox.append(intake);
      }
      LOG.info(
          "carried out order {} of another instance: {} points that waited went{}",
          number,
          gone,
          late ? ", and what was stored meanwhile" : "");
    });
  }
}
