package com.voltageems.hissrv.store.influx;

import com.voltageems.hissrv.config.InfluxConfig;
import com.voltageems.hissrv.model.CheckResult;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.store.BucketQuery;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.Row;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.store.WriteResult;
import com.voltageems.hissrv.store.WriteResult.Rejection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * History in several buckets of one InfluxDB, each with a retention of its own: every level lives
 * in one of them, and is written, read and deleted there only.
 */
public final class LevelBuckets implements HistoryStore {
  private final InfluxStore others;
  private final Map<Level, InfluxStore> byLevel = new HashMap<>();
  private final List<InfluxStore> parts = new ArrayList<>();

  private LevelBuckets(InfluxConfig config) {
    others = new InfluxStore(config);
    parts.add(others);
    var byName = new LinkedHashMap<String, InfluxStore>();
    byName.put(config.access().bucketOrDatabase(), others);
    config.buckets().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(bucket ->
            byLevel.put(
                bucket.getKey(),
                byName.computeIfAbsent(bucket.getValue(), name -> part(config.in(name)))));
  }

  private InfluxStore part(InfluxConfig config) {
    var part = new InfluxStore(config);
    parts.add(part);
    return part;
  }

  /** One bucket, or as many as the configuration names. Connects when first asked. */
  public static HistoryStore open(InfluxConfig config) {
    return config.buckets().isEmpty() ? new InfluxStore(config) : new LevelBuckets(config);
  }

  /** The buckets of what {@link #open} gave, that of most levels first; none of another store. */
  public static List<InfluxStore> partsOf(HistoryStore store) {
    return switch (store) {
      case InfluxStore one -> List.of(one);
      case LevelBuckets several -> List.copyOf(several.parts);
      default -> List.of();
    };
  }

  private InfluxStore at(Level level) {
    return byLevel.getOrDefault(level, others);
  }

  @Override
  public String name() {
    return others.name();
  }

  @Override
  public CheckResult check() {
    CheckResult first = others.check();
    for (InfluxStore part : parts.subList(1, parts.size())) {
      CheckResult how = first.ok() ? part.check() : first;
      if (!how.ok()) {
        return how;
      }
    }
    return first;
  }

  @Override
  public WriteResult write(List<Point> points) {
    var places = new LinkedHashMap<InfluxStore, List<Integer>>();
    for (int i = 0; i < points.size(); i++) {
      places.computeIfAbsent(at(points.get(i).series().level()), _ -> new ArrayList<>()).add(i);
    }
    var rejections = new ArrayList<Rejection>();
    var deferred = new ArrayList<Rejection>();
    places.forEach((store, indexes) -> {
      WriteResult result = store.write(indexes.stream().map(points::get).toList());
      result.rejections().forEach(one -> rejections.add(at(one, indexes)));
      result.deferred().forEach(one -> deferred.add(at(one, indexes)));
    });
    rejections.sort(Comparator.comparingInt(Rejection::index));
    deferred.sort(Comparator.comparingInt(Rejection::index));
    return new WriteResult(rejections, deferred);
  }

  private static Rejection at(Rejection one, List<Integer> indexes) {
    return new Rejection(indexes.get(one.index()), one.reason());
  }

  @Override
  public void query(SeriesQuery query, Consumer<Row> rows) {
    at(query.level()).query(query, rows);
  }

  @Override
  public List<Row> latest(SeriesQuery query) {
    return at(query.level()).latest(query);
  }

  @Override
  public Optional<List<Row>> buckets(BucketQuery query, int most) {
    return at(query.rows().level()).buckets(query, most);
  }

  @Override
  public SortedSet<String> measurements() {
    return union(InfluxStore::measurements);
  }

  /** {@inheritDoc} What lies in a bucket that is not its level's is not seen. */
  @Override
  public SortedSet<Level> levels(String measurement) {
    var levels = new TreeSet<Level>();
    for (InfluxStore part : parts) {
      part.levels(measurement).stream().filter(level -> at(level) == part).forEach(levels::add);
    }
    return levels;
  }

  @Override
  public SortedSet<String> tagNames(String measurement) {
    return union(part -> part.tagNames(measurement));
  }

  @Override
  public SortedSet<String> fields(String measurement) {
    return union(part -> part.fields(measurement));
  }

  @Override
  public List<SeriesKey> series(String measurement) {
    var series = new ArrayList<SeriesKey>();
    for (InfluxStore part : parts) {
      part.series(measurement).stream().filter(one -> at(one.level()) == part).forEach(series::add);
    }
    series.sort(Comparator.comparing(SeriesKey::tags, Row.TAG_ORDER));
    return series;
  }

  @Override
  public void delete(List<SeriesQuery> rows) {
    for (InfluxStore part : parts) {
      List<SeriesQuery> its = rows.stream().filter(query -> at(query.level()) == part).toList();
      if (!its.isEmpty()) {
        part.delete(its);
      }
    }
  }

  private SortedSet<String> union(Function<InfluxStore, SortedSet<String>> names) {
    var all = new TreeSet<String>();
    parts.forEach(part -> all.addAll(names.apply(part)));
    return all;
  }

  @Override
  public void close() {
    parts.forEach(InfluxStore::close);
  }
}
