package com.voltageems.hissrv.collect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.outbox.OutboxException;
import com.voltageems.hissrv.outbox.Quarantine;
import com.voltageems.hissrv.outbox.Quarantined;
import com.voltageems.hissrv.outbox.Retrial;
import com.voltageems.hissrv.transform.Admission;
import com.voltageems.hissrv.transform.ArchiveKey;
import com.voltageems.hissrv.transform.ArchiveTransform;
import com.voltageems.hissrv.transform.Catalog;
import com.voltageems.hissrv.transform.CatalogException;
import com.voltageems.hissrv.transform.DocumentTransform;
import com.voltageems.hissrv.transform.Mapping;
import com.voltageems.hissrv.transform.Transformed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries again what is in quarantine: points go to the store as they are, if its fields' types and
 * the series' bounds admit them, archives and documents through today's mappings first. What is
 * refused again stays, with the new reason. Safe for any thread.
 */
public final class Replay {
  private static final Logger LOG = LoggerFactory.getLogger(Replay.class);
  private static final JsonMapper JSON = new JsonMapper();

  private final Quarantine quarantine;
  private final Catalog catalog;
  private final Supplier<Mapping> mapping;
  private final DocumentTransform documents = new DocumentTransform();

  /**
   * By the rules of the day.
   *
   * @param mapping is asked for them each time
   */
  public Replay(Quarantine quarantine, Catalog catalog, Supplier<Mapping> mapping) {
    this.quarantine = quarantine;
    this.catalog = catalog;
    this.mapping = mapping;
  }

  /**
   * Tries these, in one transaction.
   *
   * @return those about which something was done, not those that changed or went meanwhile
   * @throws OutboxException when nothing could be changed now
   * @throws CatalogException the same
   */
  public List<Retrial> run(List<Quarantined> items) {
    Mapping rules = mapping.get();
    var archives = new ArchiveTransform(rules);
    var admission = new Admission(catalog, rules);
    var retrials = new ArrayList<Retrial>();
    var mapped = new ArrayList<Transformed.Mapped>();
    for (Quarantined item : items) {
      Point point = item.point();
      if (point != null) {
        retrials.add(admitted(item, List.of(point), admission));
        continue;
      }
      switch (transform(item, archives)) {
        case Transformed.Mapped one -> {
          Retrial retrial = admitted(item, one.points(), admission);
          if (retrial.refusal() == null) {
            mapped.add(one);
          }
          retrials.add(retrial);
        }
        case Transformed.Empty _ -> retrials.add(Retrial.passed(item, List.of()));
        case Transformed.Refused refused -> retrials.add(Retrial.refused(item, refused.reason()));
      }
    }
    catalog.record(mapped);
    List<Retrial> settled = quarantine.settle(retrials);
    LOG.info(
        "replayed {} of {} from quarantine",
        settled.stream().filter(one -> one.refusal() == null).count(),
        items.size());
    return settled;
  }

  /**
   * A point written as a document is, to be put in an item's place.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  public Point point(String document) {
    return switch (documents.transform(document)) {
      case Transformed.Mapped mapped -> mapped.point();
      case Transformed.Refused refused -> throw new IllegalArgumentException(refused.reason());
      case Transformed.Empty _ -> throw new IllegalArgumentException("there is nothing in it");
    };
  }

  /** All of it goes on, or it stays. */
  private static Retrial admitted(Quarantined item, List<Point> points, Admission admission) {
    var fitting = new ArrayList<Point>();
    for (Point point : points) {
      Admission.Admitted admitted = admission.admit(point);
      Admission.Refused refusal = admitted.refused();
      if (refusal != null) {
        return Retrial.refused(item, refusal.reason());
      }
      fitting.add(Objects.requireNonNull(admitted.point()));
    }
    return Retrial.passed(item, fitting);
  }

  private Transformed transform(Quarantined item, ArchiveTransform archives) {
    String content = item.content();
    String entry = item.entry();
    boolean isArchive = entry.startsWith(ArchiveKey.PREFIX);
    boolean isReference = isArchive || entry.startsWith(PendingQueue.OVERSIZED_ENTRY);
    if (content == null || (isReference && content.equals(entry))) {
      return new Transformed.Refused(item.reason());
    }
    return isArchive
        ? hash(content)
            .map(hash -> archives.transform(entry, hash))
            .orElseGet(() ->
                new Transformed.Refused(
                    "the content of an archive must be a JSON object of texts and numbers"))
        : documents.transform(content);
  }

  private static Optional<Map<String, String>> hash(String content) {
    try {
      JsonNode json = JSON.readTree(content);
      var hash = new HashMap<String, String>();
      for (var field : json.properties()) {
        if (!field.getValue().isValueNode() || field.getValue().isNull()) {
          return Optional.empty();
        }
        hash.put(field.getKey(), field.getValue().asText());
      }
      return hash.isEmpty() ? Optional.empty() : Optional.of(hash);
    } catch (JsonProcessingException e) {
      LOG.debug("not JSON: {}", content, e);
      return Optional.empty();
    }
  }
}
