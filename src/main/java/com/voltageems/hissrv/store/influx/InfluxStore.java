package com.voltageems.hissrv.store.influx;

import static java.util.stream.Collectors.joining;

import com.voltageems.hissrv.config.InfluxConfig;
import com.voltageems.hissrv.config.InfluxVersion;
import com.voltageems.hissrv.model.CheckResult;
import com.voltageems.hissrv.model.FieldType;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.store.BucketQuery;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.Row;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.store.StoreException;
import com.voltageems.hissrv.store.WriteResult;
import com.voltageems.hissrv.store.WriteResult.Rejection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * History in InfluxDB. A field has one type per measurement there (per shard on 1.x): a point of
 * another is refused by the server. What the line protocol can't say is refused here.
 */
public final class InfluxStore implements HistoryStore {
  private static final Map<String, FieldType> TYPES =
      Map.of(
          "float", FieldType.FLOAT,
          "integer", FieldType.INT,
          "boolean", FieldType.BOOL,
          "string", FieldType.STRING);

  private static final Duration CHECK = Duration.ofSeconds(1);

  private final InfluxConfig config;
  private final Server server;
  private final Semaphore writes;
  private final Bodies bodies;

  /** Connects when first asked. */
  public InfluxStore(InfluxConfig config) {
    this.config = config;
    server = new Server(config);
    writes = new Semaphore(config.concurrency());
    bodies = new Bodies(config.gzip());
  }

  @Override
  public String name() {
    return "store";
  }

  @Override
  public CheckResult check() {
    try {
      server.query(InfluxQl.PROBE, CHECK, (_, _) -> {});
      return serving();
    } catch (StoreException e) {
      return CheckResult.down(String.valueOf(e.getMessage()));
    }
  }

  /** With several addresses also which of them serves, and why others do not. */
  private CheckResult serving() {
    List<AddressState> addresses = server.addresses();
    if (addresses.size() == 1) {
      return CheckResult.ok("influxdb");
    }
    String message =
        addresses.stream()
            .filter(AddressState::serving)
            .map(one -> "influxdb at " + one.url())
            .collect(joining());
    String troubles =
        addresses.stream()
            .filter(one -> one.trouble() != null)
            .map(one -> one.url() + " does not serve: " + one.trouble())
            .collect(joining("; "));
    return troubles.isEmpty() ? CheckResult.ok(message) : CheckResult.warning(message, troubles);
  }

  /** Where it is to be had, in the order of preference. */
  public List<AddressState> addresses() {
    return server.addresses();
  }

  @Override
  public WriteResult write(List<Point> points) {
    var rejections = new ArrayList<Rejection>();
    try {
      writes.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw StoreException.retryable("interrupted", e);
    }
    try {
      byte[] body = bodies.of(points, rejections);
      if (rejections.size() < points.size()) {
        server.write(body);
      }
    } finally {
      writes.release();
    }
    return new WriteResult(rejections);
  }

  @Override
  public void query(SeriesQuery query, Consumer<Row> rows) {
    read(query, InfluxQl::rows, rows);
  }

  /** {@inheritDoc} The server finds them one series after the other. */
  @Override
  public List<Row> latest(SeriesQuery query) {
    var rows = new ArrayList<Row>();
    read(query, InfluxQl::latest, rows::add);
    rows.sort(Comparator.comparing(Row::tags, Row.TAG_ORDER));
    return rows;
  }

  @Override
  public Optional<List<Row>> buckets(BucketQuery query, int most) {
    if (!InfluxQl.canAsk(query.rows())) {
      return Optional.empty();
    }
    var types = new TreeMap<String, String>();
    ask(
        InfluxQl.fields(query.rows().measurement()),
        (_, cells) ->
            types.merge(
                cell(cells, 0), cell(cells, 1), (one, other) -> one.equals(other) ? one : ""));
    if (!BucketRows.canReckon(query, types)) {
      return Optional.empty();
    }
    var rows = new BucketRows(query, types, most);
    ask(InfluxQl.buckets(query), rows);
    return rows.rows();
  }

  /** Words a query's statement. */
  private interface Wording {
    String of(SeriesQuery query, Collection<String> fields, Collection<String> tags);
  }

  private void read(SeriesQuery query, Wording wording, Consumer<Row> rows) {
    if (!InfluxQl.canAsk(query)) {
      return;
    }
    var fields = new TreeMap<String, String>();
    var tags = new ArrayList<String>();
    ask(
        InfluxQl.schema(query.measurement()),
        (statement, cells) -> {
          if (statement == 0) {
            fields.merge(cell(cells, 0), cell(cells, 1), InfluxStore::wider);
          } else {
            tags.add(cell(cells, 0));
          }
        });
    if (!query.fields().isEmpty()) {
      fields.keySet().retainAll(query.fields());
    }
    if (!fields.isEmpty()) {
      var reader = new Rows(query, fields, tags, rows);
      ask(wording.of(query, fields.keySet(), tags), reader);
      reader.end();
    }
  }

  @Override
  public SortedSet<String> measurements() {
    return names(InfluxQl.MEASUREMENTS);
  }

  @Override
  public SortedSet<Level> levels(String measurement) {
    var levels = new TreeSet<Level>();
    if (InfluxQl.canAsk(measurement)) {
      ask(
          InfluxQl.levels(measurement),
          (statement, cells) ->
              levels.add(
                  statement == 1
                      ? Level.RAW
                      : SeriesKey.of(measurement, Map.of(SeriesKey.INTERVAL_TAG, cell(cells, 1)))
                          .level()));
    }
    return levels;
  }

  @Override
  public SortedSet<String> tagNames(String measurement) {
    return InfluxQl.canAsk(measurement) ? names(InfluxQl.tagNames(measurement)) : new TreeSet<>();
  }

  @Override
  public SortedSet<String> fields(String measurement) {
    return InfluxQl.canAsk(measurement) ? names(InfluxQl.fields(measurement)) : new TreeSet<>();
  }

  @Override
  public List<SeriesKey> series(String measurement) {
    var series = new ArrayList<SeriesKey>();
    if (InfluxQl.canAsk(measurement)) {
      ask(
          InfluxQl.series(measurement),
          (_, cells) -> series.add(new SeriesKey(measurement, SeriesText.tags(cell(cells, 0)))));
    }
    series.sort(Comparator.comparing(SeriesKey::tags, Row.TAG_ORDER));
    return series;
  }

  /** The types of the fields by measurement, but of those whose type is another in some shard. */
  public SortedMap<String, SortedMap<String, FieldType>> fieldTypes() {
    var all = new TreeMap<String, SortedMap<String, FieldType>>();
    for (String measurement : measurements()) {
      if (InfluxQl.canAsk(measurement)) {
        all.put(measurement, fieldTypes(measurement));
      }
    }
    return all;
  }

  private SortedMap<String, FieldType> fieldTypes(String measurement) {
    var types = new TreeMap<String, FieldType>();
    var doubtful = new TreeSet<String>();
    ask(
        InfluxQl.fields(measurement),
        (_, cells) -> {
          String field = cell(cells, 0);
          FieldType type = TYPES.get(cell(cells, 1));
          FieldType before = type == null ? null : types.put(field, type);
          if (type == null || (before != null && before != type)) {
            doubtful.add(field);
          }
        });
    types.keySet().removeAll(doubtful);
    return types;
  }

  /** Tags with more values than that, as {@code measurement.tag}. */
  public SortedSet<String> tagsOfMoreThan(int most) {
    var many = new TreeSet<String>();
    for (String measurement : measurements()) {
      if (InfluxQl.canAsk(measurement)) {
        var counts = new TreeMap<String, Integer>();
        ask(
            InfluxQl.tagValues(measurement),
            (_, cells) -> counts.merge(cell(cells, 0), 1, Integer::sum));
        counts.forEach((tag, count) -> {
          if (count > most) {
            many.add(measurement + "." + tag);
          }
        });
      }
    }
    return many;
  }

  /**
   * {@inheritDoc} 1.x deletes them from every retention policy of the database. 2.x knows only tags
   * that are equal: what has no interval it can't tell from what has one.
   */
  @Override
  public void delete(List<SeriesQuery> rows) {
    List<SeriesQuery> possible = rows.stream().filter(InfluxQl::canAsk).toList();
    if (server.version() == InfluxVersion.V3) {
      throw StoreException.unsupported(
          "InfluxDB 3 Core can't delete rows, only whole tables and databases");
    }
    if (server.hasDatabases()) {
      for (SeriesQuery query : possible) {
        ask(InfluxQl.delete(query), (_, _) -> {});
      }
      return;
    }
    List<String> bodies =
        possible.stream().map(query -> Predicates.delete(query, isOfTheOnlyLevel(query))).toList();
    bodies.forEach(server::delete);
  }

  private boolean isOfTheOnlyLevel(SeriesQuery query) {
    return query.level().equals(Level.RAW) && levels(query.measurement()).size() < 2;
  }

  @Override
  public void close() {
    server.close();
  }

  private SortedSet<String> names(String statement) {
    var names = new TreeSet<String>();
    ask(statement, (_, cells) -> names.add(cell(cells, 0)));
    return names;
  }

  private void ask(String statements, Answers.RowReader rows) {
    server.query(statements, config.timeout(), rows);
  }

  private static String cell(List<@Nullable String> cells, int i) {
    return String.valueOf(cells.get(i));
  }

  /** The type that InfluxQL answers in where shards differ. */
  private static String wider(String one, String other) {
    for (String type : List.of("float", "integer", "string")) {
      if (one.equals(type) || other.equals(type)) {
        return type;
      }
    }
    return one;
  }
}
