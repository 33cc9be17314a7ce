package com.voltageems.hissrv.transform;

import com.voltageems.hissrv.config.MappingConfig;
import com.voltageems.hissrv.config.NamedAggregation;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.model.Summary;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** One of the points an archive becomes, while its fields are being read. */
final class PointDraft {
  private final SeriesKey series;
  private final Function<MappingConfig.Field, List<Column>> columns;
  private final SortedMap<String, FieldValue> fields;

  /** A field of the point and what it is filled from. */
  record Column(String name, Summary summary) {}

  private PointDraft(
      SeriesKey series,
      Function<MappingConfig.Field, List<Column>> columns,
      SortedMap<String, FieldValue> fields) {
    this.series = series;
    this.columns = columns;
    this.fields = fields;
  }

  /**
   * The ordinary point, then one for each aggregation that has this level.
   *
   * @param fieldsOf where the fields of a series are collected
   */
  static List<PointDraft> of(
      MappedSource source,
      Level level,
      Function<SeriesKey, SortedMap<String, FieldValue>> fieldsOf) {
    var drafts = new ArrayList<PointDraft>();
    var tags = new TreeMap<>(source.series().tags());
    tags.put(SeriesKey.INTERVAL_TAG, level.name());
    var series = new SeriesKey(source.series().measurement(), tags);
    drafts.add(
        new PointDraft(
            series,
            field ->
                source.summaries(field, level).stream()
                    .map(one -> column(field, one.label(), one))
                    .toList(),
            fieldsOf.apply(series)));
    for (NamedAggregation one : source.aggregations()) {
      if (one.level().equals(level)) {
        tags.put(SeriesKey.AGGREGATION_TAG, one.name());
        var aggregated = new SeriesKey(source.series().measurement(), tags);
        drafts.add(
            new PointDraft(
                aggregated,
                field -> List.of(column(field, one.function(), one.statistic())),
                fieldsOf.apply(aggregated)));
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
}
