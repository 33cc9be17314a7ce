package com.voltageems.hissrv.query;

import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Nearest;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.store.StoreException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Answers questions about the past from one store, each from one of its levels. Safe for any
 * thread.
 *
 * <p>An answer is held in memory until it is sent, hence the limits. A question beyond them is
 * refused as soon as that is known, not cut short.
 */
public final class HistoryQuery {
  /** Rows in an answer, at most. */
  public static final int MAX_ROWS = 200_000;

  /** Rows times fields in an answer, at most; nine bytes each. */
  public static final int MAX_VALUES = 2_000_000;

  private final HistoryStore store;
  private final InstantSource clock;
  private final int maxRows;
  private final int maxValues;

  /** Reads {@code store}; ranges that end now end at {@code clock}. */
  public HistoryQuery(HistoryStore store, InstantSource clock) {
    this(store, clock, MAX_ROWS, MAX_VALUES);
  }

  HistoryQuery(HistoryStore store, InstantSource clock, int maxRows, int maxValues) {
    this.store = store;
    this.clock = clock;
    this.maxRows = maxRows;
    this.maxValues = maxValues;
  }

  /**
   * Runs a question given as request parameters.
   *
   * @param parameters {@code measurement}, which is needed; {@code range} (1h by default) or {@code
   *     start} and {@code stop}; {@code interval}; any other is a tag that rows must have, as is
   *     any that begins with {@code tag.}
   * @throws QueryProblem when it has no answer
   */
  public QueryResult run(Map<String, List<String>> parameters) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    QueryRequest request = QueryRequest.parse(parameters, now);
    try {
      return answer(request);
    } catch (StoreException e) {
      throw QueryProblem.storeDown(e);
    }
  }

  private QueryResult answer(QueryRequest request) {
    SortedSet<Level> levels = store.levels(request.measurement());
    if (levels.isEmpty()) {
      SortedSet<String> known = store.measurements();
      throw QueryProblem.unknownMeasurement(
          request.measurement(), Nearest.to(request.measurement(), known), known.size());
    }
    SortedSet<String> tagNames = store.tagNames(request.measurement());
    checkTags(request, tagNames);
    Found found = find(request, levels, tagNames);
    TableBuilder table = found.table();
    Level level = found.level();
    var tags = table.isEmpty() ? new TreeMap<>(request.tags()) : table.sharedTags();
    if (!level.equals(Level.RAW)) {
      tags.remove(SeriesKey.INTERVAL_TAG);
    }
    return new QueryResult(
        request.measurement(), tags, level.name(), request.range(), table.columns(), table.rows());
  }

  private record Found(Level level, TableBuilder table) {}

  /**
   * Series of named aggregations say again what the ordinary ones say: without their tag they
   * answer only where there is nothing else. Asked for by the tag, their level is the finest that
   * they have.
   */
  private Found find(QueryRequest request, SortedSet<Level> levels, SortedSet<String> tagNames) {
    Level level = choose(request, levels);
    if (!tagNames.contains(SeriesKey.AGGREGATION_TAG)) {
      return read(request, Set.of(), level);
    }
    if (!request.tags().containsKey(SeriesKey.AGGREGATION_TAG)) {
      Found ordinary = read(request, Set.of(SeriesKey.AGGREGATION_TAG), level);
      return ordinary.table().isEmpty() ? read(request, Set.of(), level) : ordinary;
    }
    Found first = read(request, Set.of(), level);
    if (request.namesLevel()) {
      return first;
    }
    Found found = first;
    var coarser = levels.tailSet(level).iterator();
    while (found.table().isEmpty() && coarser.hasNext()) {
      found = read(request, Set.of(), coarser.next());
    }
    return found.table().isEmpty() ? first : found;
  }

  private Found read(QueryRequest request, Set<String> without, Level level) {
    var table = new TableBuilder(maxRows, maxValues);
    store.query(
        new SeriesQuery(request.measurement(), request.tags(), without, level, request.range()),
        table::add);
    return new Found(level, table);
  }

  private static void checkTags(QueryRequest request, SortedSet<String> known) {
    for (String tag : request.tags().keySet()) {
      if (!known.contains(tag)) {
        var candidates = new TreeSet<>(known);
        candidates.addAll(QueryRequest.RESERVED);
        String expected =
            known.isEmpty() ? "no tag at all" : "one of the tags " + String.join(", ", known);
        throw QueryProblem.unknownTag(
            tag, request.measurement(), expected, Nearest.to(tag, candidates));
      }
    }
  }

  /** The one asked for, else the one the tag {@code interval} names, else the finest windowed. */
  private static Level choose(QueryRequest request, SortedSet<Level> levels) {
    String asked = request.interval();
    if (asked == null) {
      String tag = request.tags().get(SeriesKey.INTERVAL_TAG);
      if (tag != null) {
        return SeriesKey.of(request.measurement(), Map.of(SeriesKey.INTERVAL_TAG, tag)).level();
      }
      return levels.stream()
          .filter(level -> !level.equals(Level.RAW))
          .findFirst()
          .orElse(Level.RAW);
    }
    Level wanted =
        Level.parse(asked)
            .orElseThrow(() ->
                QueryProblem.badParameter(
                    "interval",
                    "'" + QueryProblem.shown(asked) + "' is not a level's name.",
                    "one of " + names(levels)));
    if (levels.contains(wanted)) {
      return wanted;
    }
    return levels.stream()
        .filter(level -> level.length().equals(wanted.length()))
        .findFirst()
        .orElseThrow(() -> QueryProblem.unknownLevel(asked, request.measurement(), names(levels)));
  }

  private static String names(SortedSet<Level> levels) {
    return levels.stream().map(Level::name).collect(Collectors.joining(", "));
  }
}
