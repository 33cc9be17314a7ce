package com.voltageems.hissrv.correct;

import com.voltageems.hissrv.ledger.Windows;
import com.voltageems.hissrv.model.FieldType;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Nearest;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.model.Window;
import com.voltageems.hissrv.outbox.Intake;
import com.voltageems.hissrv.outbox.Outbox;
import com.voltageems.hissrv.query.QueryProblem;
import com.voltageems.hissrv.query.RangeText;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.store.StoreException;
import com.voltageems.hissrv.transform.Admission;
import com.voltageems.hissrv.transform.Amendments;
import com.voltageems.hissrv.transform.Catalog;
import com.voltageems.hissrv.transform.Mapping;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes other values into history, of one series at given times. They go the way of all points, so
 * that what waits of them already comes before; what comes of them later from Redis is kept out.
 */
public final class Corrections {
  /** At once. */
  public static final int MOST_ROWS = 1_000;

  /** What a point came from, instead of a queue entry. */
  static final String ENTRY = "correction";

  private static final String ROWS = "a list of {\"time\": …, \"fields\": {name: value}}";
  private static final Set<String> MEMBERS =
      Set.of("measurement", "tags", "rows", Order.REASON, "dry_run");

  private final HistoryStore store;
  private final Outbox outbox;
  private final Catalog catalog;
  private final Supplier<Mapping> mapping;
  private final Windows windows;
  private final Consumer<Runnable> apart;
  private final InstantSource clock;
  private final Optional<CommonOrders> common;

  /**
   * @param mapping the rules of the day
   * @param windows of the site
   * @param apart runs work while nothing is collected
   * @param common where several instances share a Redis: what they all do
   */
  public Corrections(
      HistoryStore store,
      Outbox outbox,
      Catalog catalog,
      Supplier<Mapping> mapping,
      Windows windows,
      Consumer<Runnable> apart,
      InstantSource clock,
      Optional<CommonOrders> common) {
    this.common = common;
    this.store = store;
    this.outbox = outbox;
    this.catalog = catalog;
    this.mapping = mapping;
    this.windows = windows;
    this.apart = apart;
    this.clock = clock;
  }

  /**
   * A value that was written, or would be.
   *
   * @param before null where there was none
   */
  public record Changed(
      Instant time, String field, @Nullable FieldValue before, FieldValue after) {}

  /**
   * What became of an order.
   *
   * @param changes by time, then by field
   * @param coarser windows that were made from the old values and stay as they are
   */
  public record Corrected(
      SeriesKey series,
      String reason,
      boolean dryRun,
      List<Changed> changes,
      List<Coarser> coarser) {}

  /**
   * Corrects, or tells what would be.
   *
   * @param members {@code measurement}, {@code tags}, {@code rows}, {@code reason}, {@code dry_run}
   * @throws QueryProblem when it can't
   */
  public synchronized Corrected run(Map<String, @Nullable Object> members) {
    var order = new Order(members, MEMBERS);
    String measurement = order.needed("measurement", "a measurement's name");
    SortedMap<String, String> tags = order.tags();
    String reason = order.reason();
    boolean dryRun = order.flag("dry_run");
    List<?> rows = order.list("rows", MOST_ROWS, ROWS);
    try {
      Names.verify(store, measurement, tags.keySet());
      var series = new SeriesKey(measurement, tags);
      List<SeriesKey> others = store.series(measurement);
      if (!others.contains(series)) {
        throw QueryProblem.unknownSeries(series, like(tags, others));
      }
      SortedMap<Instant, SortedMap<String, FieldValue>> wanted = wanted(series, rows);
      SortedMap<Instant, SortedMap<String, FieldValue>> before = before(series, wanted);
      List<Point> points = points(series, wanted, before);
      var changes = new ArrayList<Changed>();
      for (Point point : points) {
        point
            .fields()
            .forEach((field, value) ->
                changes.add(
                    new Changed(
                        point.time(),
                        field,
                        before.getOrDefault(point.time(), new TreeMap<>()).get(field),
                        value)));
      }
      List<Coarser> coarser = coarser(series, wanted.keySet(), others);
      if (!dryRun) {
        Runnable work = () -> apart.accept(() -> write(points));
        common.ifPresentOrElse(all -> all.issue(new CommonOrder(List.of(), points), work), work);
      }
      return new Corrected(series, reason, dryRun, changes, coarser);
    } catch (StoreException e) {
      throw QueryProblem.storeDown(e);
    }
  }

  private static List<String> like(SortedMap<String, String> tags, List<SeriesKey> others) {
    return others.stream()
        .map(SeriesKey::tags)
        .filter(other -> other.entrySet().containsAll(tags.entrySet()))
        .limit(5)
        .map(Object::toString)
        .toList();
  }

  private SortedMap<Instant, SortedMap<String, FieldValue>> wanted(SeriesKey series, List<?> rows) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    SortedSet<String> known = store.fields(series.measurement());
    var wanted = new TreeMap<Instant, SortedMap<String, FieldValue>>();
    for (int i = 0; i < rows.size(); i++) {
      String where = "rows[" + i + "]";
      if (!(rows.get(i) instanceof Map<?, ?> row)
          || !row.keySet().equals(Set.of("time", "fields"))
          || !(row.get("fields") instanceof Map<?, ?> given)
          || given.isEmpty()) {
        throw QueryProblem.badParameter(where, "This is no row.", ROWS);
      }
      Instant time = time(where + ".time", String.valueOf(row.get("time")), series.level(), now);
      var fields = new TreeMap<String, FieldValue>();
      given.forEach((name, value) -> {
        String field = name.toString();
        if (!known.contains(field)) {
          throw QueryProblem.unknownField(field, series.measurement(), Nearest.to(field, known));
        }
        fields.put(field, value(where + ".fields." + field, value));
      });
      if (wanted.put(time, fields) != null) {
        throw QueryProblem.badParameter(
            where + ".time", "'" + time + "' is there twice.", "each time once");
      }
    }
    return wanted;
  }

  private Instant time(String where, String text, Level level, Instant now) {
    Instant time = RangeText.time(where, text, now);
    if (level.equals(Level.RAW)) {
      return time;
    }
    Window window = windows.at(level, time.toEpochMilli());
    Instant start = Instant.ofEpochMilli(window.startMillis());
    if (!start.equals(time)) {
      throw QueryProblem.badParameter(
          where,
          "No window of %s begins at %s.".formatted(level.name(), time),
          "the start of a window, as " + start);
    }
    if (window.endMillis() > now.toEpochMilli()) {
      throw QueryProblem.badParameter(
          where, "The window of " + time + " has not ended.", "the start of a window that is over");
    }
    return time;
  }

  private static FieldValue value(String where, @Nullable Object given) {
    String expected = "a number, a text, true or false";
    return switch (given) {
      case Boolean truth -> FieldValue.of(truth);
      case String text -> FieldValue.of(text);
      case Integer number -> FieldValue.of((long) number);
      case Long number -> FieldValue.of(number);
      case BigDecimal number when Double.isFinite(number.doubleValue()) ->
          FieldValue.of(number.doubleValue());
      case BigInteger _ ->
          throw QueryProblem.badParameter(where, "The number is beyond 64 bits.", expected);
      case null, default -> throw QueryProblem.badParameter(where, "This is no value.", expected);
    };
  }

  private SortedMap<Instant, SortedMap<String, FieldValue>> before(
      SeriesKey series, SortedMap<Instant, SortedMap<String, FieldValue>> wanted) {
    var before = new TreeMap<Instant, SortedMap<String, FieldValue>>();
    var range = new TimeRange(wanted.firstKey(), wanted.lastKey().plusNanos(1));
    store.query(
        new SeriesQuery(series.measurement(), series.tags(), series.level(), range),
        row -> {
          if (row.tags().equals(series.tags()) && wanted.containsKey(row.time())) {
            before.put(row.time(), row.fields());
          }
        });
    return before;
  }

  /** Each value as its field takes it: what is stored says more than what was never told. */
  private List<Point> points(
      SeriesKey series,
      SortedMap<Instant, SortedMap<String, FieldValue>> wanted,
      SortedMap<Instant, SortedMap<String, FieldValue>> before) {
    String measurement = series.measurement();
    var admission = new Admission(catalog, mapping.get());
    before
        .values()
        .forEach(row ->
            row.forEach((field, value) -> {
              if (catalog.types().of(measurement, field).isEmpty()) {
                catalog.types().learn(measurement, field, FieldType.of(value));
              }
            }));
    var points = new ArrayList<Point>();
    wanted.forEach((time, fields) -> {
      Admission.Admitted admitted = admission.admit(new Point(series, time, fields));
      Admission.Refused refused = admitted.refused();
      Point point = admitted.point();
      if (refused != null || point == null) {
        throw QueryProblem.badParameter(
            "rows",
            "The row of %s can't be stored: %s."
                .formatted(time, refused == null ? "nothing is left of it" : refused.reason()),
            "values of the types that are stored");
      }
      points.add(point);
    });
    return points;
  }

  private List<Coarser> coarser(SeriesKey series, Set<Instant> times, List<SeriesKey> others) {
    var found = new Coarser.Finder(windows);
    if (series.level().equals(Level.RAW)) {
      return List.of();
    }
    String own = Catalog.tagsText(series.tags());
    for (SeriesKey other : others) {
      Level level = other.level();
      if (other.equals(series)
          || level.compareTo(series.level()) < 0
          || !Catalog.tagsText(other.tags()).equals(own)) {
        continue;
      }
      var starts = new TreeSet<Instant>();
      times.forEach(time ->
          starts.add(Instant.ofEpochMilli(windows.at(level, time.toEpochMilli()).startMillis())));
      var range = new TimeRange(starts.getFirst(), starts.getLast().plusNanos(1));
      store.query(
          new SeriesQuery(other.measurement(), other.tags(), level, range),
          row -> {
            if (row.tags().equals(other.tags()) && starts.contains(row.time())) {
              found.add(level, row.time());
            }
          });
    }
    return found.found();
  }

  /** While nothing is collected: a revision would come between. */
  private void write(List<Point> points) {
    var intake = new Intake();
    var corrections = new ArrayList<Amendments.Correction>();
    for (Point point : points) {
      intake.deliver(ENTRY, point);
      corrections.add(
          new Amendments.Correction(point.series(), point.time(), point.fields().keySet()));
    }
    catalog.record(List.of());
    outbox.append(intake);
    catalog.amendments().keep(clock.instant(), List.of(), corrections);
  }
}
