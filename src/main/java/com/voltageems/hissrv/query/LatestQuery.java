package com.voltageems.hissrv.query;

import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.Row;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Answers what the newest is that is stored of each series. Safe for any thread. */
public final class LatestQuery {
  /** How far it looks back when nothing is said. */
  private static final String LOOKS_BACK = "7d";

  private static final Set<String> OWN =
      Set.of("measurement", "range", "start", "stop", "interval", "fields", "limit", "after");

  private final HistoryStore store;
  private final InstantSource clock;
  private final Supplier<ZoneId> site;

  /** Ages are at {@code clock}. */
  public LatestQuery(HistoryStore store, InstantSource clock, Supplier<ZoneId> site) {
    this.store = store;
    this.clock = clock;
    this.site = site;
  }

  /**
   * A page of series, by tags.
   *
   * @param interval the level's name
   * @param range where the newest was looked for
   * @param after where the next page begins; null after the last
   */
  public record Answer(
      String measurement,
      String interval,
      TimeRange range,
      List<Newest> series,
      @Nullable String after) {}

  /**
   * The newest row of a series.
   *
   * @param tags without {@code interval} where it names the level
   * @param time its window's start, UTC
   * @param age from the time on
   * @param fields {@code Double}, {@code Long}, {@code Boolean} or {@code String}
   */
  public record Newest(
      SortedMap<String, String> tags,
      Instant time,
      Duration age,
      Map<String, @Nullable Object> fields) {}

  /**
   * Asks.
   *
   * @param parameters {@code measurement}, {@code range} or {@code start} and {@code stop}, {@code
   *     interval}, {@code fields}, {@code limit}, {@code after}; any other is a tag
   * @throws QueryProblem when it has no answer
   */
  public Answer run(Map<String, List<String>> parameters) {
    var asked = new TreeMap<>(parameters);
    QueryRequest.RESERVED.stream()
        .filter(name -> !OWN.contains(name) && asked.containsKey(name))
        .findFirst()
        .ifPresent(name -> {
          throw QueryProblem.unknownParameter(name, OWN);
        });
    if (Collections.disjoint(asked.keySet(), Set.of("range", "start", "stop"))) {
      asked.put("range", List.of(LOOKS_BACK));
    }
    int limit =
        InventoryRequest.limit(
            one(asked, "limit").orElse(Integer.toString(InventoryRequest.DEFAULT_LIMIT)));
    Optional<SeriesKey> after = one(asked, "after").map(SeriesCursor::parse);
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    QueryRequest request = QueryRequest.parse(asked, now, site.get());
    try {
      return answer(Question.of(request, store, site.get()), limit, after, now);
    } catch (StoreException e) {
      throw QueryProblem.storeDown(e);
    }
  }

  private Answer answer(Question question, int limit, Optional<SeriesKey> after, Instant now) {
    QueryRequest request = question.request();
    Level level = question.ways().getFirst().level();
    List<Row> rows = List.of();
    for (Way way : question.ways()) {
      level = way.level();
      rows =
          store.latest(
              new SeriesQuery(
                  request.measurement(),
                  way.conditions(request),
                  way.level(),
                  request.range(),
                  fields(request),
                  SeriesQuery.Order.OLDEST_FIRST));
      if (!rows.isEmpty()) {
        break;
      }
    }
    var page = new ArrayList<Newest>();
    @Nullable String next = null;
    SortedMap<String, String> last = new TreeMap<>();
    for (Row row : rows) {
      SortedMap<String, String> tags = row.tags();
      if (after.filter(key -> Row.TAG_ORDER.compare(tags, key.tags()) <= 0).isPresent()) {
        continue;
      }
      if (page.size() == limit) {
        next = SeriesCursor.of(new SeriesKey(request.measurement(), last));
        break;
      }
      page.add(newest(row, level, now));
      last = tags;
    }
    return new Answer(request.measurement(), level.name(), request.range(), page, next);
  }

  private Set<String> fields(QueryRequest request) {
    return request.fields().isEmpty()
        ? Set.of()
        : FieldChoice.of(
                request.fields(), store.fields(request.measurement()), request.measurement())
            .stored();
  }

  private static Newest newest(Row row, Level level, Instant now) {
    var tags = new TreeMap<>(row.tags());
    if (!level.equals(Level.RAW)) {
      tags.remove(SeriesKey.INTERVAL_TAG);
    }
    var fields = new LinkedHashMap<String, @Nullable Object>();
    row.fields().forEach((name, value) -> fields.put(name, Cell.of(value)));
    return new Newest(tags, row.time(), Duration.between(row.time(), now), fields);
  }

  private static Optional<String> one(Map<String, List<String>> asked, String name) {
    List<String> values = asked.remove(name);
    if (values != null && values.size() != 1) {
      throw QueryProblem.duplicated(name);
    }
    return values == null ? Optional.empty() : Optional.of(values.getFirst());
  }
}
