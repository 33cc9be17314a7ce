package com.voltageems.hissrv.collect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.observe.Offenders;
import com.voltageems.hissrv.outbox.CollectedArchives;
import com.voltageems.hissrv.outbox.Intake;
import com.voltageems.hissrv.outbox.Outbox;
import com.voltageems.hissrv.outbox.QuarantineText;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.redis.RedisException;
import com.voltageems.hissrv.transform.Admission;
import com.voltageems.hissrv.transform.ArchiveKey;
import com.voltageems.hissrv.transform.ArchiveTransform;
import com.voltageems.hissrv.transform.Catalog;
import com.voltageems.hissrv.transform.DocumentTransform;
import com.voltageems.hissrv.transform.DurableArchive;
import com.voltageems.hissrv.transform.Mapping;
import com.voltageems.hissrv.transform.Transformed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what queue entries stand for and makes it durable in the outbox. Nothing is released here.
 */
final class Transfer {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Logger LOG = LoggerFactory.getLogger(Transfer.class);

  private final RedisConnection redis;
  private final ArchiveHashes hashes;
  private final TakenMarks taken;
  private final Outbox outbox;
  private final Catalog catalog;
  private final ArchiveTransform archives;
  private final Admission admission;
  private final DocumentTransform documents = new DocumentTransform();
  private final Offenders offenders;
  private final Consumer<List<DurableArchive>> onDisk;
  private final Predicate<ArchiveKey> isRemembered;
  private final Predicate<Point> isStored;

  /**
   * @param onDisk is told of each archive of ours that is on disk
   * @param isRemembered whether an archive would be found again, were it not remembered
   * @param isStored whether the store has a point of this series and time
   */
  Transfer(
      RedisConnection redis,
      Outbox outbox,
      Catalog catalog,
      Mapping mapping,
      Offenders offenders,
      Consumer<List<DurableArchive>> onDisk,
      Predicate<ArchiveKey> isRemembered,
      Predicate<Point> isStored) {
    this.redis = redis;
    hashes = new ArchiveHashes(redis);
    taken = new TakenMarks(redis);
    this.outbox = outbox;
    this.catalog = catalog;
    archives = new ArchiveTransform(mapping);
    admission = new Admission(catalog, mapping);
    this.offenders = offenders;
    this.onDisk = onDisk;
    this.isRemembered = isRemembered;
    this.isStored = isStored;
  }

  /** How many bytes each archive that entries name takes in Redis. */
  Map<String, Long> sizes(List<String> entries) {
    return hashes.sizes(entries);
  }

  /** Makes entries durable in the outbox, in one transaction; returns how many were refused. */
  int carryOver(List<String> entries, Map<String, Long> sizes) {
    return carryOver(entries, sizes, null, true);
  }

  /**
   * The same for a list that stays in flight until the store has it.
   *
   * @param carriage the list; null where it may go when it is in the outbox
   * @param isLast whether all of it is in the outbox then
   */
  int carryOver(
      List<String> entries, Map<String, Long> sizes, @Nullable Carriage carriage, boolean isLast) {
    var batch = new Batch();
    List<String> readable = batch.refuseOversized(entries, sizes);
    Map<String, Optional<Map<String, String>>> found = hashes.namedBy(readable);
    for (String entry : readable) {
      Optional<Map<String, String>> hash = found.get(entry);
      if (hash == null) {
        QuarantineText.replayed(entry)
            .ifPresentOrElse(batch::replay, () -> batch.add(entry, entry, ofDocument(entry)));
      } else if (hash.isEmpty()) {
        batch.add(entry, entry, new Transformed.Refused("the key " + entry + " is no hash"));
      } else if (hash.get().isEmpty()) {
        batch.expired.add(entry);
        batch.intake.gone(entry);
      } else if (batch.remember(entry, hash.get())) {
        DurableArchive.of(entry, hash.get(), sizes.getOrDefault(entry, 0L))
            .ifPresent(batch.durable::add);
        Transformed transformed = archives.transform(entry, hash.get());
        if (isLessThanStored(hash.get(), transformed)) {
          batch.outdated.add(entry);
        } else {
          batch.add(entry, json(hash.get()), transformed);
        }
      }
    }
    catalog.record(batch.mapped);
    if (carriage == null) {
      outbox.append(batch.intake);
      onDisk.accept(batch.durable);
    } else {
      taken.taken(batch.revisions);
      carriage.add(batch.durable);
      if (isLast) {
        batch.intake.carried(carriage.whole());
      }
      outbox.append(batch.intake);
      onDisk(batch.revisions);
    }
    batch.report();
    return batch.refused.size();
  }

  /**
   * A window that is cut short may have been complete, and stored, before Redis forgot its end and
   * that it was closed: what the store has is more.
   */
  private boolean isLessThanStored(Map<String, String> archive, Transformed transformed) {
    return archive.containsKey(ArchiveTransform.UNTIL)
        && Revision.of(archive) == Revision.FIRST
        && transformed instanceof Transformed.Mapped mapped
        && mapped.points().stream().anyMatch(isStored);
  }

  /** What is not marked so is found again, and taken again: that does no harm. */
  private void onDisk(Map<String, Long> revisions) {
    try {
      taken.collected(revisions);
    } catch (RedisException e) {
      LOG.debug("can't tell what is on disk", e);
    }
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

  /** What one batch became, and what there is to say of it. */
  private final class Batch {
    private final Intake intake = new Intake();
    private final List<Transformed.Mapped> mapped = new ArrayList<>();
    private final List<DurableArchive> durable = new ArrayList<>();
    private final Map<String, Long> revisions = new HashMap<>();
    private final List<String> outdated = new ArrayList<>();
    private final List<String> expired = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();
    private final List<String> crowded = new ArrayList<>();
    private final List<String> mistyped = new ArrayList<>();
    private final List<String> unmapped = new ArrayList<>();
    private final List<String> unusable = new ArrayList<>();
    private final List<String> deleted = new ArrayList<>();

    void add(String entry, String content, Transformed transformed) {
      switch (transformed) {
        case Transformed.Mapped one -> {
          if (admit(entry, one.points())) {
            mapped.add(one);
          }
          unmapped.addAll(one.unmapped());
          unusable.addAll(one.unusable());
        }
        case Transformed.Empty none -> {
          intake.empty(entry);
          unmapped.addAll(none.unmapped());
          unusable.addAll(none.unusable());
        }
        case Transformed.Refused refusal -> {
          intake.quarantine(entry, content, refusal.reason());
          refused.add(refusal.reason());
        }
      }
    }

    /** Returns whether anything of them is to be stored. */
    private boolean admit(String entry, List<Point> points) {
      boolean any = false;
      for (Point given : points) {
        Point point = catalog.amendments().left(given).orElse(null);
        if (point == null) {
          intake.deleted(entry);
          deleted.add(entry);
          continue;
        }
        any |= admit(entry, point);
      }
      return any;
    }

    private boolean admit(String entry, Point point) {
      Admission.Admitted admitted = admission.admit(point);
      Point fit = admitted.point();
      if (fit != null) {
        intake.deliver(entry, fit);
      }
      Admission.Refused refusal = admitted.refused();
      if (refusal != null) {
        intake.quarantine(entry, refusal.point(), refusal.reason());
        (refusal.cause() == Admission.Cause.SERIES ? crowded : mistyped)
            .add(refusal.point().series().measurement());
      }
      return fit != null;
    }

    /** They were transformed when they were tried; somebody wants them in. */
    void replay(QuarantineText.Replayed back) {
      for (Point point : back.points()) {
        boolean _ = admit(back.entry(), point);
      }
    }

    /**
     * Returns whether it is to be taken. An older revision than the one that was: Redis has lost
     * the newer one, the store must not.
     */
    boolean remember(String entry, Map<String, String> archive) {
      long revision = Revision.of(archive);
      revisions.put(entry, revision);
      ArchiveKey key = ArchiveKey.parse(entry).orElse(null);
      if (key == null || !isRemembered.test(key)) {
        return true;
      }
      if (outbox.collected().revisionOf(entry, key.startSeconds()) > revision) {
        outdated.add(entry);
        return false;
      }
      intake.collected(new CollectedArchives.Collected(entry, key.startSeconds(), revision));
      return true;
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
          redis
              .field(entry, Revision.FIELD)
              .ifPresent(r -> remember(entry, Map.of(Revision.FIELD, r)));
        }
      }
      return readable;
    }

    void report() {
      offenders.report(
          LOG, "archives_expired", "archives gone before they were collected", expired);
      offenders.report(
          LOG,
          "archives_outdated",
          "archives older than what was collected before, skipped",
          outdated);
      offenders.reportUnnamed(
          LOG,
          "points_kept_out",
          "points that somebody had deleted or corrected, skipped",
          deleted);
      offenders.reportUnnamed(LOG, "entries_quarantined", "queue entries set aside", refused);
      offenders.report(
          LOG,
          "series_refused",
          "points of new series set aside, for their measurement has max_series",
          crowded);
      offenders.report(
          LOG, "types_refused", "fields of another type than they have set aside, in", mistyped);
      offenders.report(
          LOG, "points_unmapped", "point ids that no mapping names, skipped", unmapped);
      offenders.reportUnnamed(
          LOG, "values_unusable", "values that can't be stored, skipped", unusable);
    }
  }
}
