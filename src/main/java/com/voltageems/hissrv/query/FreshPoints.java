package com.voltageems.hissrv.query;

import com.voltageems.hissrv.aggregate.AggregateException;
import com.voltageems.hissrv.aggregate.InFlight;
import com.voltageems.hissrv.aggregate.OpenArchives;
import com.voltageems.hissrv.aggregate.OpenArchives.Seen;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.outbox.Outbox;
import com.voltageems.hissrv.outbox.OutboxException;
import com.voltageems.hissrv.outbox.QuarantineText;
import com.voltageems.hissrv.store.Row;
import com.voltageems.hissrv.store.TagCondition;
import com.voltageems.hissrv.transform.Amendments;
import com.voltageems.hissrv.transform.ArchiveKey;
import com.voltageems.hissrv.transform.ArchiveTransform;
import com.voltageems.hissrv.transform.CatalogException;
import com.voltageems.hissrv.transform.DocumentTransform;
import com.voltageems.hissrv.transform.Mapping;
import com.voltageems.hissrv.transform.Transformed;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/** What is on its way to the store: in the outbox, in archives, in open windows. */
public final class FreshPoints {
  static final String STORE = "store";
  static final String OUTBOX = "outbox";
  static final String ARCHIVE = "archive";
  static final String OPEN = "open";

  static final String STORE_DOWN =
      "The store can't be read now: what it holds is missing from this answer.";

  /** Points that wait are looked at one by one. */
  private static final int MOST_WAITING = 50_000;

  private static final int MOST_SOURCES = 200;

  /** Of those that other instances have in hand. */
  private static final int MOST_ARCHIVES = 20_000;

  private final Outbox outbox;
  private final OpenArchives archives;
  private final Supplier<SortedSet<String>> sources;
  private final Supplier<Mapping> mapping;
  private final Amendments amendments;
  private final Optional<InFlight> others;

  /**
   * @param sources the live keys there are
   * @param amendments what archives that are still there don't know of
   * @param others what other instances have in hand, where there are any
   */
  public FreshPoints(
      Outbox outbox,
      OpenArchives archives,
      Supplier<SortedSet<String>> sources,
      Supplier<Mapping> mapping,
      Amendments amendments,
      Optional<InFlight> others) {
    this.others = others;
    this.outbox = outbox;
    this.archives = archives;
    this.sources = sources;
    this.mapping = mapping;
    this.amendments = amendments;
  }

  Outbox outbox() {
    return outbox;
  }

  OpenArchives archives() {
    return archives;
  }

  Mapping mapping() {
    return mapping.get();
  }

  /**
   * What was found.
   *
   * @param rows by time, then by tags, each with where it comes from
   */
  record Found(SortedMap<Row, String> rows) {
    SortedSet<Level> levels() {
      var levels = new TreeSet<Level>();
      rows.keySet().forEach(row -> levels.add(new SeriesKey("m", row.tags()).level()));
      return levels;
    }

    SortedSet<String> tagNames() {
      var names = new TreeSet<String>();
      rows.keySet().forEach(row -> names.addAll(row.tags().keySet()));
      return names;
    }

    SortedSet<String> fields() {
      var names = new TreeSet<String>();
      rows.keySet().forEach(row -> names.addAll(row.fields().keySet()));
      return names;
    }
  }

  /**
   * Looks for what a question asks for.
   *
   * @param warnings is told what could not be looked at
   */
  Found find(QueryRequest request, Collection<String> warnings) {
    var rows = new TreeMap<Row, String>(Row.ORDER);
    List<TagCondition> conditions = request.conditions();
    try {
      boolean all =
          outbox.look(
              MOST_WAITING,
              point -> {
                if (isWanted(point, request, conditions)) {
                  put(rows, point, OUTBOX, false);
                }
              });
      if (!all) {
        warnings.add(
            "Of what waits in the outbox only the newest %,d points were looked at."
                .formatted(MOST_WAITING));
      }
    } catch (OutboxException e) {
      warnings.add("The outbox can't be read now: what waits in it is missing from this answer.");
    }
    try {
      addInFlight(rows, request, conditions, warnings);
      addArchives(rows, request, conditions, warnings);
    } catch (CatalogException e) {
      warnings.add("The catalog can't be read now: open windows are missing from this answer.");
    } catch (AggregateException e) {
      warnings.add(
          others.isPresent()
              ? "Redis can't be asked now: open windows, and what other instances have in hand, are"
                  + " missing from this answer."
              : "Redis can't be asked now: open windows are missing from this answer.");
    }
    return new Found(rows);
  }

  /** Another's outbox, as far as Redis has what is in it: archives as they are now, documents. */
  private void addInFlight(
      NavigableMap<Row, String> rows,
      QueryRequest request,
      List<TagCondition> conditions,
      Collection<String> warnings) {
    if (others.isEmpty()) {
      return;
    }
    Mapping rules = mapping.get();
    var documents = new DocumentTransform();
    var names = new LinkedHashSet<String>();
    boolean all =
        others
            .get()
            .look(
                request.range().start(),
                entry -> {
                  ArchiveKey key = ArchiveKey.parse(entry).orElse(null);
                  if (key == null) {
                    QuarantineText.replayed(entry)
                        .ifPresentOrElse(
                            back ->
                                back.points().stream()
                                    .filter(point -> isWanted(point, request, conditions))
                                    .forEach(point -> put(rows, point, OUTBOX, false)),
                            () ->
                                add(
                                    rows,
                                    documents.transform(entry),
                                    request,
                                    conditions,
                                    OUTBOX,
                                    false));
                  } else if (mayBeWanted(rules, key, request, conditions)) {
                    names.add(entry);
                  }
                });
    if (!all || names.size() > MOST_ARCHIVES) {
      warnings.add("Of what other instances have in hand only the newest was looked at.");
    }
    var transform = new ArchiveTransform(rules);
    archives.closed(
        names.stream().limit(MOST_ARCHIVES).toList(),
        seen ->
            add(
                rows,
                transform.transform(seen.key(), seen.archive()),
                request,
                conditions,
                OUTBOX,
                true));
  }

  private static boolean mayBeWanted(
      Mapping rules, ArchiveKey key, QueryRequest request, List<TagCondition> conditions) {
    String source = key.impliedSource();
    return request.range().contains(Instant.ofEpochSecond(key.startSeconds()))
        && (rules.of(source).isEmpty() || mayBeWanted(rules, source, request, conditions));
  }

  private void addArchives(
      NavigableMap<Row, String> rows,
      QueryRequest request,
      List<TagCondition> conditions,
      Collection<String> warnings) {
    Mapping rules = mapping.get();
    List<String> matching =
        sources.get().stream()
            .filter(source -> mayBeWanted(rules, source, request, conditions))
            .toList();
    if (matching.size() > MOST_SOURCES) {
      warnings.add(
          "%d live keys match: of more than %d open windows are not looked at."
              .formatted(matching.size(), MOST_SOURCES));
      return;
    }
    var transform = new ArchiveTransform(rules);
    for (Seen seen : archives.of(matching)) {
      add(
          rows,
          transform.transform(seen.key(), seen.archive()),
          request,
          conditions,
          seen.isOpen() ? OPEN : ARCHIVE,
          seen.isOpen());
    }
  }

  private void add(
      NavigableMap<Row, String> rows,
      Transformed transformed,
      QueryRequest request,
      List<TagCondition> conditions,
      String origin,
      boolean isNewer) {
    if (transformed instanceof Transformed.Mapped mapped) {
      for (Point point : mapped.points()) {
        if (isWanted(point, request, conditions)) {
          amendments.left(point).ifPresent(left -> put(rows, left, origin, isNewer));
        }
      }
    }
  }

  private static boolean mayBeWanted(
      Mapping rules, String source, QueryRequest request, List<TagCondition> conditions) {
    return rules
        .of(source)
        .filter(mapped ->
            mapped.all().stream()
                .anyMatch(one ->
                    one.series().measurement().equals(request.measurement())
                        && conditions.stream()
                            .filter(condition -> !isOfLevel(condition))
                            .allMatch(condition -> condition.matches(one.series().tags()))))
        .isPresent();
  }

  private static boolean isOfLevel(TagCondition condition) {
    return condition.tag().equals(SeriesKey.INTERVAL_TAG)
        || condition.tag().equals(SeriesKey.AGGREGATION_TAG);
  }

  private static boolean isWanted(
      Point point, QueryRequest request, List<TagCondition> conditions) {
    return point.series().measurement().equals(request.measurement())
        && request.range().contains(point.time())
        && conditions.stream().allMatch(condition -> condition.matches(point.series().tags()));
  }

  /** The newest revision of the outbox comes first; what Redis has now is newer than any. */
  private static void put(
      NavigableMap<Row, String> rows, Point point, String origin, boolean isNewer) {
    var row = new Row(point.time(), point.series().tags(), new TreeMap<>(point.fields()));
    String held = rows.get(row);
    if (held == null) {
      rows.put(row, origin);
      return;
    }
    Row other = rows.floorKey(row);
    rows.remove(row);
    rows.put(isNewer ? merged(other, row) : merged(row, other), isNewer ? origin : held);
  }

  /** One row of two. */
  static Row merged(Row older, Row newer) {
    var fields = new TreeMap<String, FieldValue>(older.fields());
    fields.putAll(newer.fields());
    return new Row(newer.time(), newer.tags(), fields);
  }
}
