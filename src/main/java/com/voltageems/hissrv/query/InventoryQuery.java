package com.voltageems.hissrv.query;

import com.voltageems.hissrv.model.FieldType;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Nearest;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.Row;
import com.voltageems.hissrv.store.StoreException;
import com.voltageems.hissrv.transform.Catalog;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Answers what there is to ask for: series and fields. Safe for any thread. */
public final class InventoryQuery {
  private static final Comparator<SeriesKey> ORDER =
      Comparator.comparing(SeriesKey::measurement).thenComparing(SeriesKey::tags, Row.TAG_ORDER);

  private final HistoryStore store;
  private final Catalog catalog;

  /** Series are the store's; where their fields come from is the catalog's. */
  public InventoryQuery(HistoryStore store, Catalog catalog) {
    this.store = store;
    this.catalog = catalog;
  }

  /**
   * A series on all of its levels.
   *
   * @param tags without interval and aggregation
   * @param intervals the levels it has, finest first
   * @param aggregations the named aggregations it has
   * @param fields that it may have on one level or another
   * @param sources the live keys it comes from; empty where it came as documents
   */
  public record SeriesEntry(
      String measurement,
      SortedMap<String, String> tags,
      List<String> intervals,
      List<String> aggregations,
      List<String> fields,
      List<String> sources) {}

  /**
   * A page of series, by measurement, then by tags.
   *
   * @param after where the next page begins; null after the last
   */
  public record SeriesPage(List<SeriesEntry> series, @Nullable String after) {}

  /**
   * A stored field.
   *
   * @param field its name without the statistic
   * @param statistic or function; null where it is a single value
   * @param type null where it is not known: it was stored without HisSrv
   * @param unit null where none is known, or not the same everywhere
   * @param points the ids it has in live hashes; empty where it came in documents
   * @param series how many series have it from a live hash
   */
  public record FieldEntry(
      String measurement,
      String name,
      String field,
      @Nullable String statistic,
      @Nullable FieldType type,
      @Nullable String unit,
      List<String> points,
      int series) {}

  /**
   * Lists series.
   *
   * @param parameters {@code measurement}, {@code q}, {@code limit}, {@code after}; any other is a
   *     tag
   * @throws QueryProblem when it has no answer
   */
  public SeriesPage series(Map<String, List<String>> parameters) {
    var request = InventoryRequest.parse(parameters, Set.of("limit", "after"));
    var found = new TreeMap<SeriesKey, Levels>(ORDER);
    var origins = new Origins(catalog.entries());
    for (String measurement : measurements(request)) {
      List<String> stored = List.copyOf(catalog.types().of(measurement).keySet());
      for (SeriesKey series : wanted(request, measurement)) {
        SeriesKey own = withoutLevel(series);
        if (request.after().filter(after -> ORDER.compare(own, after) <= 0).isEmpty()) {
          found.computeIfAbsent(own, key -> new Levels(origins.fields(key, stored))).add(series);
        }
      }
    }
    found.entrySet().removeIf(one -> !request.finds(text(one.getKey(), one.getValue(), origins)));
    var page = new ArrayList<SeriesEntry>();
    for (var one : found.entrySet()) {
      if (page.size() == request.limit()) {
        SeriesEntry last = page.getLast();
        return new SeriesPage(
            page, SeriesCursor.of(new SeriesKey(last.measurement(), last.tags())));
      }
      SeriesKey key = one.getKey();
      Levels levels = one.getValue();
      page.add(
          new SeriesEntry(
              key.measurement(),
              key.tags(),
              levels.intervals.stream().map(Level::name).toList(),
              List.copyOf(levels.aggregations),
              levels.fields,
              origins.sources(key)));
    }
    return new SeriesPage(page, null);
  }

  /**
   * Lists fields.
   *
   * @param parameters {@code measurement}, {@code q}; any other is a tag
   * @throws QueryProblem when it has no answer
   */
  public List<FieldEntry> fields(Map<String, List<String>> parameters) {
    var request = InventoryRequest.parse(parameters, Set.of());
    var fields = new ArrayList<FieldEntry>();
    var origins = new Origins(catalog.entries());
    for (String measurement : measurements(request)) {
      SortedMap<String, FieldType> types = catalog.types().of(measurement);
      var keys = new TreeSet<SeriesKey>(ORDER);
      wanted(request, measurement).forEach(series -> keys.add(withoutLevel(series)));
      if (keys.isEmpty()) {
        continue;
      }
      boolean all = request.tags().isEmpty();
      types.forEach((name, type) -> {
        FieldEntry entry = origins.field(measurement, name, type, keys);
        boolean had = all || entry.series() > 0 || !origins.knows(measurement);
        if (had && request.finds(String.join(" ", name, measurement) + " " + entry.points())) {
          fields.add(entry);
        }
      });
    }
    return fields;
  }

  private static final class Levels {
    private final SortedSet<Level> intervals = new TreeSet<>();
    private final SortedSet<String> aggregations = new TreeSet<>();
    private final List<String> fields;

    Levels(List<String> fields) {
      this.fields = fields;
    }

    void add(SeriesKey series) {
      String aggregation = series.tags().get(SeriesKey.AGGREGATION_TAG);
      if (aggregation == null) {
        intervals.add(series.level());
      } else {
        aggregations.add(aggregation);
      }
    }
  }

  private SortedSet<String> measurements(InventoryRequest request) {
    try {
      SortedSet<String> known = store.measurements();
      String asked = request.measurement();
      if (asked == null) {
        return known;
      }
      if (!known.contains(asked)) {
        throw QueryProblem.unknownMeasurement(asked, Nearest.to(asked, known), known.size());
      }
      var tags = store.tagNames(asked);
      for (String tag : request.tags().keySet()) {
        if (!tags.contains(tag)) {
          throw QueryProblem.unknownTag(
              tag, asked, "one of the tags " + String.join(", ", tags), Nearest.to(tag, tags));
        }
      }
      return new TreeSet<>(Set.of(asked));
    } catch (StoreException e) {
      throw QueryProblem.storeDown(e);
    }
  }

  private List<SeriesKey> wanted(InventoryRequest request, String measurement) {
    try {
      return store.series(measurement).stream()
          .filter(one -> one.tags().entrySet().containsAll(request.tags().entrySet()))
          .toList();
    } catch (StoreException e) {
      throw QueryProblem.storeDown(e);
    }
  }

  private static SeriesKey withoutLevel(SeriesKey series) {
    var tags = new TreeMap<>(series.tags());
    tags.remove(SeriesKey.AGGREGATION_TAG);
    if (!series.level().equals(Level.RAW)) {
      tags.remove(SeriesKey.INTERVAL_TAG);
    }
    return new SeriesKey(series.measurement(), tags);
  }

  private static String text(SeriesKey key, Levels levels, Origins origins) {
    var words = new ArrayList<String>();
    words.add(key.measurement());
    key.tags().forEach((name, value) -> words.add(name + "=" + value));
    words.addAll(levels.fields);
    words.addAll(origins.sources(key));
    return String.join(" ", words);
  }
}
