package com.voltageems.hissrv.collect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.voltageems.hissrv.config.Sizes;
import com.voltageems.hissrv.model.CheckResult;
import com.voltageems.hissrv.model.Component;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.observe.Offenders;
import com.voltageems.hissrv.outbox.Intake;
import com.voltageems.hissrv.outbox.Outbox;
import com.voltageems.hissrv.outbox.OutboxException;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.redis.RedisException;
import com.voltageems.hissrv.transform.ArchiveTransform;
import com.voltageems.hissrv.transform.Catalog;
import com.voltageems.hissrv.transform.CatalogException;
import com.voltageems.hissrv.transform.DocumentTransform;
import com.voltageems.hissrv.transform.DurableArchive;
import com.voltageems.hissrv.transform.Mapping;
import com.voltageems.hissrv.transform.Transformed;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what is finished out of Redis: archives by name, documents as they are. An entry is
 * released in Redis only after what became of it is on disk in the outbox. Safe for any thread.
 */
public final class Collector implements Component {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Logger LOG = LoggerFactory.getLogger(Collector.class);

  /** An archive's time to live is set back to this while it waits to be collected. */
  private static final Duration ARCHIVE_TTL = Duration.ofHours(2);

  private final RedisConnection redis;
  private final ArchiveHashes hashes;
  private final Outbox outbox;
  private final Catalog catalog;
  private final ArchiveTransform archives;
  private final DocumentTransform documents = new DocumentTransform();
  private final int batchSize;
  private final InstantSource clock;
  private final Metrics metrics;
  private final Offenders offenders;
  private final Consumer<List<DurableArchive>> onDisk;
  private boolean tooMuchWaits;
  private final AtomicReference<@Nullable PendingQueue> queue = new AtomicReference<>();
  private volatile @Nullable String trouble;

  /**
   * @param batchSize most entries per transaction
   * @param clock names batches by their age
   * @param onDisk is told of each archive of ours that is on disk
   */
  public Collector(
      RedisConnection redis,
      Outbox outbox,
      Catalog catalog,
      Mapping mapping,
      int batchSize,
      InstantSource clock,
      Metrics metrics,
      Offenders offenders,
      Consumer<List<DurableArchive>> onDisk) {
    this.redis = redis;
    hashes = new ArchiveHashes(redis);
    this.outbox = outbox;
    this.catalog = catalog;
    archives = new ArchiveTransform(mapping);
    this.batchSize = batchSize;
    this.clock = clock;
    this.metrics = metrics;
    this.offenders = offenders;
    this.onDisk = onDisk;
  }

  @Override
  public String name() {
    return "collect";
  }

  @Override
  public CheckResult check() {
    String why = trouble;
    return why == null ? CheckResult.OK : CheckResult.down(why);
  }

  /**
   * What one call took out of Redis.
   *
   * @param collected entries
   * @param quarantined those of them that no point could be made of
   */
  public record Progress(long collected, long quarantined) {
    private static final Progress NONE = new Progress(0, 0);

    private Progress plus(Progress other) {
      return new Progress(collected + other.collected, quarantined + other.quarantined);
    }
  }

  /** Takes all there is, batch by batch. Trouble is remembered for {@link #check}, never thrown. */
  public synchronized Progress collect() {
    Progress total = Progress.NONE;
    try {
      for (Progress batch = collectBatch(); batch.collected() > 0; batch = collectBatch()) {
        total = total.plus(batch);
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
    } catch (RuntimeException e) {
      LOG.error("can't collect", e);
      trouble = e.toString();
    }
    metrics.add("entries_collected", total.collected());
    return total;
  }

  /** Entries in Redis, waiting or in flight; empty when Redis or the outbox can't be asked. */
  public OptionalLong pending() {
    try {
      return OptionalLong.of(queue().length());
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
      tooMuchWaits = !queue().renewArchives(ARCHIVE_TTL, mostBytes);
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

  private Progress collectBatch() {
    PendingQueue pending = queue();
    PendingQueue.Batch taken = pending.take(batchSize);
    if (taken.entries().isEmpty()) {
      return Progress.NONE;
    }
    int refused = 0;
    Map<String, Long> sizes = hashes.sizes(taken.entries());
    for (List<String> entries : ArchiveHashes.portions(taken.entries(), sizes)) {
      refused += carryOver(entries, sizes);
    }
    pending.release(taken);
    return new Progress(taken.entries().size(), refused);
  }

  /** Makes entries durable in the outbox, in one transaction; returns how many were refused. */
  private int carryOver(List<String> entries, Map<String, Long> sizes) {
    var batch = new Batch();
    List<String> readable = batch.refuseOversized(entries, sizes);
    Map<String, Optional<Map<String, String>>> found = hashes.namedBy(readable);
    for (String entry : readable) {
      Optional<Map<String, String>> hash = found.get(entry);
      if (hash == null) {
        batch.add(entry, entry, ofDocument(entry));
      } else if (hash.isEmpty()) {
        batch.add(entry, entry, new Transformed.Refused("the key " + entry + " is no hash"));
      } else if (hash.get().isEmpty()) {
        batch.expired.add(entry);
      } else {
        DurableArchive.of(entry, hash.get(), sizes.getOrDefault(entry, 0L))
            .ifPresent(batch.durable::add);
        batch.add(entry, json(hash.get()), archives.transform(entry, hash.get()));
      }
    }
    catalog.record(batch.mapped);
    outbox.append(batch.intake);
    onDisk.accept(batch.durable);
    batch.report();
    return batch.refused.size();
  }

  private Transformed ofDocument(String entry) {
    return entry.startsWith(PendingQueue.OVERSIZED_ENTRY)
        ? new Transformed.Refused(
            "documents over %d bytes are not read; it is kept in the Redis list %s"
                .formatted(PendingQueue.BATCH_BYTES, PendingQueue.OVERSIZED))
        : documents.transform(entry);
  }

  private static String json(Map<String, String> hash) {
    try {
      return JSON.writeValueAsString(hash);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of texts is always JSON", e);
    }
  }

  /** Needs the outbox once: whose part of the queue is ours is written there. */
  private PendingQueue queue() {
    PendingQueue known = queue.get();
    if (known == null) {
      known = new PendingQueue(redis, outbox.instanceId(), clock);
      queue.set(known);
    }
    return known;
  }

  /** What one batch became, and what there is to say of it. */
  private final class Batch {
    private final Intake intake = new Intake();
    private final List<Transformed.Mapped> mapped = new ArrayList<>();
    private final List<DurableArchive> durable = new ArrayList<>();
    private final List<String> expired = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();
    private final List<String> unmapped = new ArrayList<>();
    private final List<String> unusable = new ArrayList<>();

    void add(String entry, String content, Transformed transformed) {
      switch (transformed) {
        case Transformed.Mapped one -> {
          one.points().forEach(point -> intake.deliver(entry, point));
          mapped.add(one);
          unmapped.addAll(one.unmapped());
          unusable.addAll(one.unusable());
        }
        case Transformed.Empty none -> {
          unmapped.addAll(none.unmapped());
          unusable.addAll(none.unusable());
        }
        case Transformed.Refused refusal -> {
          intake.quarantine(entry, content, refusal.reason());
          refused.add(refusal.reason());
        }
      }
    }

    /** Returns the others. What is refused here stays in Redis, for ever, until somebody looks. */
    List<String> refuseOversized(List<String> entries, Map<String, Long> sizes) {
      var readable = new ArrayList<String>();
      for (String entry : entries) {
        if (sizes.getOrDefault(entry, 0L) <= ArchiveHashes.MOST_BYTES) {
          readable.add(entry);
        } else {
          redis.persist(entry);
          String reason =
              "archives over %d bytes are not read; it is kept in Redis"
                  .formatted(ArchiveHashes.MOST_BYTES);
          add(entry, entry, new Transformed.Refused(reason));
        }
      }
      return readable;
    }

    void report() {
      offenders.report(
          LOG, "archives_expired", "archives gone before they were collected", expired);
      offenders.reportUnnamed(LOG, "entries_quarantined", "queue entries set aside", refused);
      offenders.report(
          LOG, "points_unmapped", "point ids that no mapping names, skipped", unmapped);
      offenders.reportUnnamed(
          LOG, "values_unusable", "values that can't be stored, skipped", unusable);
    }
  }
}
