package com.voltageems.hissrv.query;

import com.voltageems.hissrv.aggregate.AggregateException;
import com.voltageems.hissrv.config.FilterConfig;
import com.voltageems.hissrv.ledger.Ledger;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.model.Window;
import com.voltageems.hissrv.outbox.Quarantine;
import com.voltageems.hissrv.query.Explanation.Archive;
import com.voltageems.hissrv.query.Explanation.Folded;
import com.voltageems.hissrv.query.Explanation.Part;
import com.voltageems.hissrv.query.Explanation.Rule;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.Row;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.store.StoreException;
import com.voltageems.hissrv.store.TagCondition;
import com.voltageems.hissrv.transform.Catalog;
import com.voltageems.hissrv.transform.MappedSource;
import com.voltageems.hissrv.transform.Mapping;
import com.voltageems.hissrv.transform.Origin;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Answers why a stored value is what it is. Safe for any thread. */
public final class ExplainQuery {
  private static final Set<String> OWN = Set.of("measurement", "field", "time", "interval");
  private static final int MOST_PARTS = 1_500;

  /** Of a point's statistics, the one that a name alone stands for. */
  private static final List<String> PREFERRED = List.of("_avg", "_last", "");

  private final HistoryStore store;
  private final FreshPoints fresh;
  private final Catalog catalog;
  private final Supplier<List<FilterConfig>> filters;
  private final InstantSource clock;
  private final Supplier<ZoneId> site;
  private final DeliveryLookup deliveries;

  /**
   * @param fresh also knows outbox, archives and rules
   * @param quarantine what is set aside, by all instances
   * @param site whose days windows follow
   */
  public ExplainQuery(
      HistoryStore store,
      FreshPoints fresh,
      Ledger ledger,
      Quarantine quarantine,
      Catalog catalog,
      Supplier<List<FilterConfig>> filters,
      InstantSource clock,
      Supplier<ZoneId> site) {
    this.store = store;
    this.fresh = fresh;
    this.catalog = catalog;
    this.filters = filters;
    this.clock = clock;
    this.site = site;
    this.deliveries = new DeliveryLookup(ledger, fresh.outbox(), quarantine, clock);
  }

  /**
   * Explains one value.
   *
   * @param parameters {@code measurement}, {@code field}, {@code time} and perhaps {@code
   *     interval}; any other is a tag
   * @throws QueryProblem when it has no answer
   */
  public Explanation run(Map<String, List<String>> parameters) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    var asked = new TreeMap<>(parameters);
    for (String name : parameters.keySet()) {
      if (QueryRequest.RESERVED.contains(name) && !OWN.contains(name)) {
        throw QueryProblem.unknownParameter(name, OWN);
      }
    }
    List<String> named = asked.remove("field");
    Instant time =
        RangeText.time(
            "time", one("time", asked.remove("time"), "2026-01-29T10:30:00Z or now-5m"), now);
    asked.put("fields", List.of(one("field", named, "a field, for example voltage_avg")));
    try {
      return explain(asked, time, now);
    } catch (StoreException e) {
      throw QueryProblem.storeDown(e);
    }
  }

  private static String one(String name, @Nullable List<String> values, String expected) {
    if (values == null) {
      throw QueryProblem.missing(name, expected);
    }
    if (values.size() != 1) {
      throw QueryProblem.duplicated(name);
    }
    return values.getFirst();
  }

  private Explanation explain(Map<String, List<String>> asked, Instant time, Instant now) {
    var question = Question.of(request(asked, new TimeRange(time, time), now), store, site.get());
    var warnings = new ArrayList<String>();
    Found found = find(question, asked, time, now, warnings);
    String field = field(question.request());
    SeriesKey series = found.series();
    Origin origin = origin(series, field);
    String base =
        origin == null
            ? FieldChoice.points(Set.of(field)).stream().findFirst().orElse(field)
            : origin.field();
    Window window = found.window();
    Row row = found.row();
    var statistics = new TreeMap<String, Object>();
    if (row != null) {
      row.fields()
          .forEach((name, value) -> {
            Object cell = Cell.of(value);
            if (cell != null && (name.equals(base) || name.startsWith(base + "_"))) {
              statistics.put(name.equals(base) ? "value" : name.substring(base.length() + 1), cell);
            }
          });
    }
    @Nullable Archive archive = null;
    if (origin != null && window != null) {
      archive = archive(origin, window, warnings);
    }
    return new Explanation(
        series,
        found.level(),
        field,
        window == null ? time : Instant.ofEpochMilli(window.startMillis()),
        window == null ? time : Instant.ofEpochMilli(window.endMillis()),
        row == null ? null : Cell.of(row.fields().get(field)),
        found.from(),
        statistics,
        window == null ? null : folded(series, window, field),
        origin,
        archive,
        origin == null ? null : rule(series, found.level(), origin),
        origin == null
            ? List.of()
            : filters.get().stream()
                .filter(one -> one.source().matcher(origin.sourceKey()).matches())
                .toList(),
        deliveries.of(
            series,
            window,
            window == null ? time : Instant.ofEpochMilli(window.startMillis()),
            FreshPoints.STORE.equals(found.from()),
            origin,
            archive == null ? null : archive.key(),
            warnings),
        warnings);
  }

  private QueryRequest request(Map<String, List<String>> asked, TimeRange range, Instant now) {
    var whole = new TreeMap<>(asked);
    whole.put("start", List.of(range.start().toString()));
    whole.put("stop", List.of(range.stop().toString()));
    return QueryRequest.parse(whole, now, site.get());
  }

  /**
   * Where the value is, or would be.
   *
   * @param window null of level raw
   * @param row null where there is none
   */
  private record Found(
      SeriesKey series,
      Level level,
      @Nullable Window window,
      @Nullable Row row,
      @Nullable String from) {}

  private Found find(
      Question question,
      Map<String, List<String>> asked,
      Instant time,
      Instant now,
      List<String> warnings) {
    QueryRequest request = question.request();
    @Nullable Found empty = null;
    for (Way way : question.ways()) {
      Level level = way.level();
      @Nullable Window window =
          level.equals(Level.RAW) ? null : fresh.archives().window(level, time);
      TimeRange range =
          window == null
              ? new TimeRange(time, time.plusNanos(1))
              : new TimeRange(
                  Instant.ofEpochMilli(window.startMillis()),
                  Instant.ofEpochMilli(window.endMillis()));
      var query =
          new SeriesQuery(
              request.measurement(),
              way.conditions(request),
              level,
              range,
              Set.of(),
              SeriesQuery.Order.OLDEST_FIRST);
      var rows = new TreeMap<SortedMap<String, String>, Row>(Row.TAG_ORDER);
      store.query(query, row -> rows.put(row.tags(), row));
      var froms = new TreeMap<SortedMap<String, String>, String>(Row.TAG_ORDER);
      rows.keySet().forEach(tags -> froms.put(tags, FreshPoints.STORE));
      fresh
          .find(request(asked, range, now), warnings)
          .rows()
          .forEach((row, from) -> {
            if (query.wants(row.tags()) && rows.putIfAbsent(row.tags(), row) == null) {
              froms.put(row.tags(), from);
            }
          });
      if (!rows.isEmpty()) {
        SortedMap<String, String> tags = only(List.copyOf(rows.keySet()));
        return new Found(
            new SeriesKey(request.measurement(), tags),
            level,
            window,
            rows.get(tags),
            froms.get(tags));
      }
      var known =
          store.series(request.measurement()).stream()
              .map(SeriesKey::tags)
              .filter(query::wants)
              .toList();
      if (empty == null && !known.isEmpty()) {
        empty =
            new Found(new SeriesKey(request.measurement(), only(known)), level, window, null, null);
      }
    }
    if (empty == null) {
      throw QueryProblem.unknownSeries(request.measurement());
    }
    return empty;
  }

  /**
   * One series is explained: where several are meant, the first tag that tells them apart is asked
   * for.
   */
  private static SortedMap<String, String> only(List<SortedMap<String, String>> all) {
    SortedMap<String, String> first = all.getFirst();
    for (SortedMap<String, String> other : all) {
      for (Map.Entry<String, String> tag : first.entrySet()) {
        String name = tag.getKey();
        if (!tag.getValue().equals(other.get(name))) {
          throw QueryProblem.badParameter(
              name,
              "%d series are meant, and one can be explained.".formatted(all.size()),
              "which '%s', for example %s=%s".formatted(name, name, tag.getValue()));
        }
      }
    }
    return first;
  }

  private String field(QueryRequest request) {
    List<String> stored =
        List.copyOf(
            FieldChoice.of(
                    request.fields(), store.fields(request.measurement()), request.measurement())
                .stored());
    String name = request.fields().getFirst();
    return PREFERRED.stream()
        .map(ending -> name + ending)
        .filter(stored::contains)
        .findFirst()
        .orElseGet(stored::getFirst);
  }

  /** The one with the longest name that the field begins with. */
  private @Nullable Origin origin(SeriesKey series, String field) {
    return new Origins(catalog.entries())
        .of(series).stream()
            .filter(one -> field.equals(one.field()) || field.startsWith(one.field() + "_"))
            .max(Comparator.comparingInt((Origin one) -> one.field().length()))
            .orElse(null);
  }

  private @Nullable Folded folded(SeriesKey series, Window window, String field) {
    List<Window> parts = fresh.archives().parts(window);
    if (parts.isEmpty()) {
      return null;
    }
    Level level = parts.getFirst().level();
    var tags = new TreeMap<>(series.tags());
    tags.remove(SeriesKey.INTERVAL_TAG);
    tags.remove(SeriesKey.AGGREGATION_TAG);
    var conditions = new ArrayList<TagCondition>();
    tags.forEach((tag, value) -> conditions.add(new TagCondition.In(tag, Set.of(value))));
    conditions.add(new TagCondition.In(SeriesKey.AGGREGATION_TAG, Set.of("")));
    var windows = new ArrayList<Part>();
    var range =
        new TimeRange(
            Instant.ofEpochMilli(window.startMillis()), Instant.ofEpochMilli(window.endMillis()));
    store.query(
        new SeriesQuery(
            series.measurement(),
            conditions,
            level,
            range,
            Set.of(),
            SeriesQuery.Order.OLDEST_FIRST),
        row -> {
          var own = new TreeMap<>(row.tags());
          own.remove(SeriesKey.INTERVAL_TAG);
          if (own.equals(tags) && windows.size() < MOST_PARTS) {
            windows.add(new Part(row.time(), Cell.of(row.fields().get(field))));
          }
        });
    return new Folded(level, parts.size(), windows);
  }

  private Archive archive(Origin origin, Window window, List<String> warnings) {
    String key = fresh.archives().nameOf(origin.sourceKey(), window);
    long collected = fresh.outbox().collected().revisionOf(key, window.startSeconds());
    @Nullable Long known = collected < 0 ? null : Long.valueOf(collected);
    try {
      Optional<Map<String, String>> held = fresh.archives().closed(key);
      String revision = held.map(hash -> hash.getOrDefault("revision", "")).orElse("");
      return new Archive(
          key,
          held.isPresent(),
          revision.matches("\\d{1,15}") ? Long.valueOf(revision) : null,
          known,
          held.map(hash -> hash.get(origin.pointId())).orElse(null),
          held.map(hash -> hash.get("stats")).orElse(null));
    } catch (AggregateException e) {
      warnings.add("Redis can't be asked now: whether the archive is still there is not known.");
      return new Archive(key, null, null, known, null, null);
    }
  }

  private @Nullable Rule rule(SeriesKey series, Level level, Origin origin) {
    Mapping mapping = fresh.mapping();
    for (MappedSource one :
        mapping.of(origin.sourceKey()).map(MappedSource::all).orElse(List.of())) {
      var field = one.field(origin.pointId()).filter(f -> f.name().equals(origin.field()));
      boolean isSeries =
          one.series().measurement().equals(series.measurement())
              && Catalog.tagsText(one.series().tags()).equals(Catalog.tagsText(series.tags()));
      if (isSeries && field.isPresent()) {
        return new Rule(
            mapping.placeOf(one.rule()),
            one.rule(),
            field.get(),
            one.stored(field.get(), level),
            series.tags().get(SeriesKey.AGGREGATION_TAG));
      }
    }
    return null;
  }
}
