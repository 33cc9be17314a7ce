package com.voltageems.hissrv.transform;

import com.voltageems.hissrv.config.MappingConfig;
import com.voltageems.hissrv.config.NamedAggregation;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.model.Summary;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** One of the points an archive becomes, while its fields are being read. */
final class PointDraft {
  private final SeriesKey series;
  private final Function<MappingConfig.Field, List<Column>> columns;
  private final TreeMap<String, FieldValue> fields = new TreeMap<>();

  /** A field of the point and what it is filled from. */
  record Column(String name, Summary summary) {}

  private PointDraft(SeriesKey series, Function<MappingConfig.Field, List<Column>> columns) {
    this.series = series;
    this.columns = columns;
  }

  /** The ordinary point, then one for each aggregation that has this level. */
  static List<PointDraft> of(MappedSource source, Level level) {
    var drafts = new ArrayList<PointDraft>();
    var tags = new TreeMap<>(source.series().tags());
    tags.put(SeriesKey.INTERVAL_TAG, level.name());
    String measurement = source.series().measurement();
    drafts.add(
        new PointDraft(
            new SeriesKey(measurement, tags),
            field ->
                source.summaries(field, level).stream()
                    .map(one -> column(field, one.label(), one))
                    .toList()));
    for (NamedAggregation one : source.aggregations()) {
      if (one.level().equals(level)) {
        tags.put(SeriesKey.AGGREGATION_TAG, one.name());
        drafts.add(
            new PointDraft(
                new SeriesKey(measurement, tags),
                field -> List.of(column(field, one.function(), one.statistic()))));
      }
    }
    return drafts;
  }

  private static Column column(MappingConfig.Field field, String suffix, Summary summary) {
    return new Column(field.name() + "_" + suffix, summary);
  }

  SeriesKey series() {
    return series;
  }

  /** What it has of a field. */
  List<Column> columns(MappingConfig.Field field) {
    return columns.apply(field);
  }

  /** False when there is such a field already; that one stays. */
  boolean put(String name, FieldValue value) {
    return fields.putIfAbsent(name, value) == null;
  }

  /** Empty when nothing was put into it. */
  Optional<Point> at(Instant time) {
    return fields.isEmpty() ? Optional.empty() : Optional.of(new Point(series, time, fields));
  }
}
