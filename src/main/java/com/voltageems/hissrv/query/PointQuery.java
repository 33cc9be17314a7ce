package com.voltageems.hissrv.query;

import com.voltageems.hissrv.model.Nearest;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.transform.Catalog;
import com.voltageems.hissrv.transform.MappedSource;
import com.voltageems.hissrv.transform.Mapping;
import com.voltageems.hissrv.transform.Origin;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers questions about one point of a live hash, wherever its history is. Where the point was
 * stored under other names before, what the present one lacks is taken from those. Safe for any
 * thread.
 */
public final class PointQuery {
  /** Of rows as they are stored, the first of these that there is. */
  private static final List<String> STORED = List.of("", "_avg", "_last");

  private static final List<String> LATEST = List.of("_last", "", "_avg");

  /** Rows of series that have more tags than the point's may be among the newest. */
  private static final int NEWEST = 100;

  private static final Set<String> NOTHING_STORED =
      Set.of("unknown-measurement", "unknown-tag", "unknown-field");

  private final HistoryQuery history;
  private final Supplier<Mapping> mapping;
  private final Catalog catalog;
  private final InstantSource clock;

  /** Points are found by these rules, and by what was stored under earlier ones. */
  public PointQuery(
      HistoryQuery history, Supplier<Mapping> mapping, Catalog catalog, InstantSource clock) {
    this.history = history;
    this.mapping = mapping;
    this.catalog = catalog;
    this.clock = clock;
  }

  /**
   * A field of a live hash.
   *
   * @param source the hash's key
   * @param id the field
   */
  public record PointId(String source, String id) {}

  /**
   * What to reckon.
   *
   * @param every the buckets' length, counted from the epoch: whole seconds
   */
  public record Buckets(String fn, Duration every) {}

  /** Where a point is, or was, stored; tags as the catalog writes them. */
  private record Place(String measurement, String tags, String field) {}

  /**
   * The range that two times make, an hour where they do not say.
   *
   * @throws QueryProblem when they are none
   */
  public TimeRange range(
      String startName, @Nullable String start, String stopName, @Nullable String stop) {
    Instant now = clock.instant();
    Instant to = stop == null ? now : RangeText.time(stopName, stop, now);
    Instant from =
        start == null ? to.minus(RangeText.DEFAULT) : RangeText.time(startName, start, now);
    if (to.isBefore(from)) {
      throw QueryProblem.badParameter(
          stopName, from + " is after " + to + ".", startName + " before " + stopName);
    }
    return new TimeRange(from, to);
  }

  /**
   * The values of a range by time: numbers, booleans or text.
   *
   * @param buckets null for windows as they are stored
   * @throws QueryProblem when there is no answer
   */
  public NavigableMap<Instant, Object> values(
      PointId point, TimeRange range, @Nullable Buckets buckets) {
    var asked = new LinkedHashMap<String, List<String>>();
    asked.put("start", List.of(range.start().toString()));
    asked.put("stop", List.of(range.stop().toString()));
    if (buckets == null) {
      return values(point, asked, STORED);
    }
    asked.put("fn", List.of(buckets.fn()));
    asked.put("every", List.of(buckets.every().toSeconds() + "s"));
    asked.put("origin", List.of("epoch"));
    asked.put("tz", List.of("UTC"));
    return values(point, asked, List.of("_" + buckets.fn()));
  }

  /**
   * The newest stored value; of a window its last one where that is stored, else its average.
   *
   * @throws QueryProblem when there is none
   */
  public Map.Entry<Instant, Object> latest(PointId point) {
    var asked = new LinkedHashMap<String, List<String>>();
    asked.put("start", List.of(Point.EARLIEST.toString()));
    asked.put("order", List.of("desc"));
    asked.put("limit", List.of(Integer.toString(NEWEST)));
    var values = values(point, asked, LATEST);
    if (values.isEmpty()) {
      throw unknown(point);
    }
    return values.lastEntry();
  }

  /** Every point that was ever stored, by live key. */
  public SortedMap<String, SortedMap<String, @Nullable String>> points() {
    var points = new TreeMap<String, SortedMap<String, @Nullable String>>();
    for (Catalog.Entry entry : catalog.entries()) {
      points
          .computeIfAbsent(entry.origin().sourceKey(), _ -> new TreeMap<>())
          .put(entry.origin().pointId(), entry.origin().unit());
    }
    return points;
  }

  private NavigableMap<Instant, Object> values(
      PointId point, Map<String, List<String>> asked, List<String> endings) {
    var values = new TreeMap<Instant, Object>();
    boolean known = false;
    for (Place place : places(point)) {
      try {
        add(values, place, history.run(parameters(place, asked)), endings);
        known = true;
      } catch (QueryProblem e) {
        if (!NOTHING_STORED.contains(e.type())) {
          throw e;
        }
      }
    }
    if (!known) {
      throw unknown(point);
    }
    return values;
  }

  /** As the first rule that has the point stores it; then every name it had when it was stored. */
  private Set<Place> places(PointId point) {
    var places = new LinkedHashSet<Place>();
    var byOtherRules = new HashSet<Place>();
    for (MappedSource one :
        mapping.get().of(point.source()).map(MappedSource::all).orElse(List.of())) {
      one.field(point.id())
          .map(field ->
              new Place(
                  one.series().measurement(), Catalog.tagsText(one.series().tags()), field.name()))
          .ifPresent(place -> (places.isEmpty() ? places : byOtherRules).add(place));
    }
    for (Catalog.Entry entry : catalog.entries()) {
      Origin origin = entry.origin();
      if (origin.sourceKey().equals(point.source()) && origin.pointId().equals(point.id())) {
        places.add(new Place(entry.measurement(), entry.tags(), origin.field()));
      }
    }
    places.removeAll(byOtherRules);
    return places;
  }

  private static Map<String, List<String>> parameters(
      Place place, Map<String, List<String>> asked) {
    var parameters = new LinkedHashMap<>(asked);
    parameters.put("measurement", List.of(place.measurement()));
    parameters.put("fields", List.of(place.field()));
    for (String tag : place.tags().split(",", -1)) {
      int equals = tag.indexOf('=');
      if (equals > 0) {
        String value = tag.substring(equals + 1);
        parameters.put(
            "tag." + tag.substring(0, equals),
            List.of(value.startsWith("~") ? "~" + value : value));
      }
    }
    return parameters;
  }

  /** Of rows of this very series, not of one that has more tags. */
  private static void add(
      NavigableMap<Instant, Object> values, Place place, QueryResult result, List<String> endings) {
    int column =
        endings.stream()
            .mapToInt(ending -> result.columns().indexOf(place.field() + ending))
            .filter(at -> at >= 0)
            .findFirst()
            .orElse(-1);
    if (column < 0) {
      return;
    }
    var tags = new ArrayList<Integer>();
    for (int at = 1; at < result.columns().size(); at++) {
      if (!result.columns().get(at).startsWith(place.field())) {
        tags.add(at);
      }
    }
    for (List<@Nullable Object> row : result.rows()) {
      var own = new TreeMap<>(result.tags());
      for (int at : tags) {
        Object value = row.get(at);
        if (value != null) {
          own.put(result.columns().get(at), value.toString());
        }
      }
      Object value = row.get(column);
      if (value != null
          && row.getFirst() instanceof Instant time
          && Catalog.tagsText(own).equals(place.tags())) {
        values.putIfAbsent(time, value);
      }
    }
  }

  private QueryProblem unknown(PointId point) {
    var points = points();
    SortedMap<String, @Nullable String> ofSource = points.get(point.source());
    return QueryProblem.unknownPoint(
        point.source(),
        point.id(),
        ofSource == null
            ? Nearest.to(point.source(), points.keySet())
            : Nearest.to(point.id(), ofSource.keySet()));
  }
}
