package com.voltageems.hissrv.collect;

import com.voltageems.hissrv.config.PerformanceConfig;
import com.voltageems.hissrv.config.Sizes;
import com.voltageems.hissrv.model.CheckResult;
import com.voltageems.hissrv.model.Component;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.observe.Offenders;
import com.voltageems.hissrv.outbox.Outbox;
import com.voltageems.hissrv.outbox.OutboxBounds;
import com.voltageems.hissrv.outbox.OutboxException;
import com.voltageems.hissrv.outbox.Quarantine;
import com.voltageems.hissrv.outbox.WriteBuffer;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.redis.RedisException;
import com.voltageems.hissrv.transform.Catalog;
import com.voltageems.hissrv.transform.CatalogException;
import com.voltageems.hissrv.transform.DurableArchive;
import com.voltageems.hissrv.transform.Mapping;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what is finished out of Redis: archives by name, documents as they are. An entry is
 * released in Redis only after what became of it is on disk in the outbox; where instances share
 * the queue, after the store has it. Archives that nobody queued are looked for and queued; what a
 * dead instance had in flight is taken over. At the bounds of memory and disk nothing is taken.
 * Safe for any thread.
 */
public final class Collector implements Component {
  private static final Logger LOG = LoggerFactory.getLogger(Collector.class);

  /** An archive's time to live is set back to this while it waits to be collected. */
  private static final Duration ARCHIVE_TTL = Duration.ofHours(2);

  /** After so long a call lets what the store has be let go, where instances share the queue. */
  private static final Duration SPELL = Duration.ofSeconds(2);

  /** How long room in the write buffer is waited for, until the next call tries again. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final RedisConnection redis;
  private final Outbox outbox;
  private final Catalog catalog;
  private final WriteBuffer buffer;
  private final OutboxBounds bounds;
  private final InstantSource clock;
  private final Metrics metrics;
  private final Offenders offenders;
  private final Consumer<List<DurableArchive>> onDisk;
  private final Sharing sharing;
  private final Predicate<Point> isStored;
  private final Acks acks;
  private final Optional<SharedQuarantine> shared;
  private volatile Rules rules;
  private boolean tooMuchWaits;

  /** Of the call of {@link #collect} at hand, also when it ends in trouble. */
  private Progress total = Progress.NONE;

  private final AtomicReference<@Nullable Instance> instance = new AtomicReference<>();
  private volatile @Nullable String trouble;
  private volatile @Nullable String full;
  private volatile @Nullable String crowded;

  /** What depends on this instance's name, which the outbox keeps. */
  private record Instance(PendingQueue queue, OtherInstances others) {}

  /**
   * @param dataPatterns where archives are looked for that nobody queued
   * @param settings most entries per transaction, and the outbox's bounds
   * @param buffer room for the points in memory
   * @param clock names batches by their age
   * @param onDisk is told of each archive of ours that is safe outside of Redis
   * @param sharing whether others take from the queue, too
   * @param isStored whether the store has a point of this series and time; false while it can't say
   */
  public Collector(
      RedisConnection redis,
      Outbox outbox,
      Catalog catalog,
      Mapping mapping,
      List<String> dataPatterns,
      PerformanceConfig settings,
      WriteBuffer buffer,
      InstantSource clock,
      Metrics metrics,
      Offenders offenders,
      Consumer<List<DurableArchive>> onDisk,
      Sharing sharing,
      Predicate<Point> isStored) {
    this.isStored = isStored;
    this.redis = redis;
    this.outbox = outbox;
    this.catalog = catalog;
    this.buffer = buffer;
    bounds = new OutboxBounds(outbox, settings, clock);
    this.clock = clock;
    this.metrics = metrics;
    this.offenders = offenders;
    this.onDisk = onDisk;
    this.sharing = sharing;
    acks = new Acks(redis, outbox, onDisk);
    shared =
        sharing.on()
            ? Optional.of(
                new SharedQuarantine(
                    redis,
                    outbox.moves(),
                    outbox::instanceId,
                    () -> instance().queue(),
                    SharedQuarantine.MOST_BYTES))
            : Optional.empty();
    rules = rules(mapping, dataPatterns, search(dataPatterns), settings.batchSize());
  }

  /** What a batch is taken by, from its beginning to its end. */
  private record Rules(
      Mapping mapping,
      List<String> dataPatterns,
      ArchiveSearch search,
      Transfer transfer,
      int batchSize) {}

  private Rules rules(
      Mapping mapping, List<String> dataPatterns, ArchiveSearch search, int batchSize) {
    var transfer =
        new Transfer(
            redis,
            outbox,
            catalog,
            mapping,
            offenders,
            onDisk,
            archive -> search.covers(archive.level()),
            isStored);
    return new Rules(mapping, dataPatterns, search, transfer, batchSize);
  }

  private ArchiveSearch search(List<String> dataPatterns) {
    return new ArchiveSearch(
        redis,
        dataPatterns,
        source -> rules.mapping().of(source).isPresent(),
        clock,
        outbox.collected(),
        sharing);
  }

  /** Other rules from the next batch on; waits for nothing. */
  public void reconfigure(Mapping mapping, List<String> dataPatterns, PerformanceConfig settings) {
    Rules before = rules;
    ArchiveSearch search =
        dataPatterns.equals(before.dataPatterns()) ? before.search() : search(dataPatterns);
    rules = rules(mapping, dataPatterns, search, settings.batchSize());
    bounds.reconfigure(settings);
    buffer.resize(settings.writeBufferSize());
  }

  @Override
  public String name() {
    return "collect";
  }

  @Override
  public CheckResult check() {
    return Stream.of(trouble, full, crowded)
        .filter(Objects::nonNull)
        .findFirst()
        .map(CheckResult::down)
        .or(() ->
            shared
                .flatMap(SharedQuarantine::warning)
                .or(() -> catalog.budget().warning())
                .map(warning -> CheckResult.warning("ok", warning)))
        .orElse(CheckResult.OK);
  }

  /**
   * What one call took out of Redis.
   *
   * @param collected entries
   * @param quarantined those of them that no point could be made of
   * @param hasMore whether it ended although there was more: {@link #settle} comes next, then it
   *     goes on
   */
  public record Progress(long collected, long quarantined, boolean hasMore) {
    public static final Progress NONE = new Progress(0, 0, false);

    /** Both; whether there is more, the other one says. */
    public Progress plus(Progress other) {
      return new Progress(
          collected + other.collected, quarantined + other.quarantined, other.hasMore);
    }
  }

  /**
   * Takes all there is, batch by batch; where instances share the queue, of a long one a part, for
   * what was taken has to leave Redis, too. Trouble is remembered for {@link #check}, never thrown.
   */
  public synchronized Progress collect() {
    total = Progress.NONE;
    try {
      beat();
      drain();
      if (!total.hasMore() && full == null && crowded == null && adoptLeft() + queueFound() > 0) {
        drain();
      }
      if (trouble != null) {
        LOG.info("collecting again");
        trouble = null;
      }
    } catch (RedisException | OutboxException | CatalogException e) {
      if (trouble == null) {
        LOG.warn("can't collect: {}", e.getMessage());
      }
      trouble = String.valueOf(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.error("can't collect", e);
      trouble = e.toString();
    }
    return total;
  }

  /** What is set aside: by this instance, or by all that share the queue. */
  public Quarantine quarantine() {
    return shared.<Quarantine>map(one -> one).orElseGet(outbox::quarantine);
  }

  /**
   * Where instances share the queue: brings what is set aside to where all find it, and lets go in
   * Redis of what the store has. Trouble is left to the next call.
   *
   * @param isSafe asked before anything is let go: whether what is known of it would outlive this
   *     host
   */
  public synchronized void settle(BooleanSupplier isSafe) {
    if (!sharing.on()) {
      return;
    }
    try {
      shared.ifPresent(SharedQuarantine::move);
      metrics.add("archives_queued_again", acks.settle(instance().queue(), isSafe));
    } catch (RedisException | OutboxException e) {
      LOG.debug("what the store has is let go later", e);
    }
  }

  /** How often {@link #beat} is needed. */
  public Duration beatPeriod() {
    return sharing.on() ? sharing.lease().ttl().dividedBy(3) : Duration.ofSeconds(30);
  }

  /** Runs work while nothing is taken out of Redis. */
  public synchronized void apart(Runnable work) {
    work.run();
  }

  /** Tells other instances that this one is alive. */
  public void beat() {
    instance().others().beat();
  }

  /** Entries in Redis, waiting or in flight; empty when Redis or the outbox can't be asked. */
  public OptionalLong pending() {
    try {
      return OptionalLong.of(instance().queue().length());
    } catch (RedisException | OutboxException e) {
      LOG.debug("can't tell what is pending", e);
      return OptionalLong.empty();
    }
  }

  /**
   * Keeps archives alive that could not be collected yet, the oldest first; those beyond the bound
   * have the two hours they were written with. Trouble is left to {@link #check}.
   *
   * @param mostBytes of Redis's memory that may be kept so
   */
  public synchronized void renewPending(long mostBytes) {
    try {
      boolean before = tooMuchWaits;
      tooMuchWaits = !instance().queue().renewArchives(ARCHIVE_TTL, mostBytes);
      if (tooMuchWaits && !before) {
        LOG.warn(
            "archives that wait take more than archive_memory ({}): what is not collected within"
                + " two hours of its window is lost",
            Sizes.format(mostBytes));
      }
    } catch (RedisException | OutboxException e) {
      LOG.debug("can't renew what is pending", e);
    }
  }

  private void drain() throws InterruptedException {
    long until = System.nanoTime() + SPELL.toNanos();
    for (Progress batch = collectBatch(); batch.collected() > 0; batch = collectBatch()) {
      total = total.plus(batch);
      metrics.add("entries_collected", batch.collected());
      if (sharing.on() && System.nanoTime() > until) {
        total = new Progress(total.collected(), total.quarantined(), true);
        return;
      }
    }
  }

  private Progress collectBatch() throws InterruptedException {
    if (isOutboxFull()) {
      return Progress.NONE;
    }
    Rules now = rules;
    PendingQueue pending = instance().queue();
    PendingQueue.Batch taken = pending.take(now.batchSize());
    int refused = 0;
    Map<String, Long> sizes = now.transfer().sizes(taken.entries());
    Carriage carriage =
        sharing.on() && !taken.entries().isEmpty()
            ? new Carriage(taken.list(), outbox.carried().position())
            : null;
    int left = taken.entries().size();
    for (List<String> entries : ArchiveHashes.portions(taken.entries(), sizes)) {
      left -= entries.size();
      crowded = null;
      if (!buffer.acquire(entries.size(), PATIENCE)) {
        crowded = "paused: write_buffer_size (" + buffer.most() + ") points are in memory";
        metrics.add("collecting_paused", 1);
        return Progress.NONE;
      }
      try {
        refused += now.transfer().carryOver(entries, sizes, carriage, left == 0);
      } finally {
        buffer.release(entries.size());
      }
    }
    if (carriage != null) {
      acks.await(taken.list(), carriage.durable());
      pending.carry(taken);
    } else if (!taken.entries().isEmpty()) {
      pending.release(taken);
    }
    return new Progress(taken.entries().size(), refused, false);
  }

  private boolean isOutboxFull() {
    String before = full;
    String now = bounds.reached().orElse(null);
    if (now != null && before == null) {
      LOG.warn("{}", now);
    } else if (now == null && before != null) {
      LOG.info("the outbox has room again, collecting goes on");
    }
    full = now;
    return now != null;
  }

  private long queueFound() {
    List<String> found = rules.search().look();
    instance().queue().add(found);
    metrics.add("archives_found_by_scan", found.size());
    return found.size();
  }

  private long adoptLeft() {
    PendingQueue queue = instance().queue();
    long adopted = 0;
    for (String theirs : instance().others().look()) {
      String ours = queue.newList();
      queue.hold(ours);
      adopted += instance().others().adopt(theirs, ours);
    }
    metrics.add("entries_adopted", adopted);
    return adopted;
  }

  private Instance instance() {
    Instance known = instance.get();
    if (known == null) {
      String id = outbox.instanceId();
      known =
          new Instance(
              new PendingQueue(
                  redis,
                  id,
                  clock,
                  sharing.on(),
                  sharing.on() ? outbox.carried().names() : Set.of()),
              new OtherInstances(redis, id, clock, sharing.lease()));
      instance.set(known);
    }
    return known;
  }
}
