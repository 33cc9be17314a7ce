package com.voltageems.hissrv.query;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.store.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Gives each series that has any a row in every bucket. */
final class Filling implements Stage {
  private final Fill fill;
  private final List<TimeRange> buckets;
  private final int most;
  private final Consumer<Row> out;
  private final SortedMap<
          SortedMap<String, String>, SortedMap<String, NavigableMap<Instant, FieldValue>>>
      series = new TreeMap<>(Row.TAG_ORDER);
  private final SortedSet<String> fields = new TreeSet<>();

  /**
   * @param most rows there may be
   */
  Filling(Fill fill, List<TimeRange> buckets, int most, Consumer<Row> out) {
    this.fill = fill;
    this.buckets = buckets;
    this.most = most;
    this.out = out;
  }

  @Override
  public void accept(Row row) {
    var own = series.computeIfAbsent(row.tags(), _ -> new TreeMap<>());
    if ((long) series.size() * buckets.size() > most) {
      throw QueryProblem.answerTooLarge("rows", most, "");
    }
    row.fields()
        .forEach((name, value) -> {
          fields.add(name);
          own.computeIfAbsent(name, _ -> new TreeMap<>()).put(row.time(), value);
        });
  }

  @Override
  public void end() {
    var rows = new ArrayList<Row>();
    for (TimeRange bucket : buckets) {
      series.forEach((tags, own) -> rows.add(row(bucket.start(), tags, own)));
    }
    rows.forEach(out);
  }

  private Row row(
      Instant time,
      SortedMap<String, String> tags,
      Map<String, NavigableMap<Instant, FieldValue>> own) {
    var values = new TreeMap<String, FieldValue>();
    for (String field : fields) {
      NavigableMap<Instant, FieldValue> known = own.getOrDefault(field, new TreeMap<>());
      FieldValue value = known.get(time);
      FieldValue filled = value == null ? filled(time, known) : value;
      if (filled != null) {
        values.put(field, filled);
      }
    }
    return new Row(time, tags, values);
  }

  private @Nullable FieldValue filled(Instant time, NavigableMap<Instant, FieldValue> known) {
    return switch (fill) {
      case Fill.None _, Fill.Nothing _ -> null;
      case Fill.Value(double value) -> FieldValue.of(value);
      case Fill.Previous _ -> {
        var before = known.floorEntry(time);
        yield before == null ? null : before.getValue();
      }
      case Fill.Linear _ -> between(known.floorEntry(time), known.ceilingEntry(time), time);
    };
  }

  /** On the line between two values; null where there is none of either, or one is no number. */
  static @Nullable FieldValue between(
      Map.@Nullable Entry<Instant, FieldValue> before,
      Map.@Nullable Entry<Instant, FieldValue> after,
      Instant time) {
    Double from = before == null ? null : Numbers.of(before.getValue());
    Double to = after == null ? null : Numbers.of(after.getValue());
    if (before == null || after == null || from == null || to == null) {
      return null;
    }
    double whole = Duration.between(before.getKey(), after.getKey()).toNanos();
    double part = Duration.between(before.getKey(), time).toNanos();
    return Numbers.of(from + (to - from) * (part / whole));
  }
}
