package com.voltageems.hissrv.query;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.store.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What stood at given moments: numbers on the line between the rows before and after, anything else
 * as it was before. Nothing where these rows are too far apart, or one of them is missing: a hole
 * in the record is not bridged.
 */
final class Interpolation implements Stage {
  private final NavigableSet<Instant> moments;
  private final Duration maxGap;
  private final int most;
  private final Consumer<Row> out;
  private final Map<SortedMap<String, String>, Map<String, Map.Entry<Instant, FieldValue>>> before =
      new HashMap<>();
  private final NavigableMap<
          Instant, NavigableMap<SortedMap<String, String>, SortedMap<String, FieldValue>>>
      found = new TreeMap<>();
  private int rows;

  /**
   * @param most rows there may be
   */
  Interpolation(NavigableSet<Instant> moments, Duration maxGap, int most, Consumer<Row> out) {
    this.moments = moments;
    this.maxGap = maxGap;
    this.most = most;
    this.out = out;
  }

  @Override
  public void accept(Row row) {
    var own = before.computeIfAbsent(row.tags(), _ -> new HashMap<>());
    row.fields()
        .forEach((name, value) -> {
          var last = own.put(name, Map.entry(row.time(), value));
          if (moments.contains(row.time())) {
            put(row.time(), row.tags(), name, value);
          }
          if (last != null && Duration.between(last.getKey(), row.time()).compareTo(maxGap) <= 0) {
            for (Instant moment : moments.subSet(last.getKey(), false, row.time(), false)) {
              put(moment, row.tags(), name, between(last, Map.entry(row.time(), value), moment));
            }
          }
        });
  }

  private static @Nullable FieldValue between(
      Map.Entry<Instant, FieldValue> last, Map.Entry<Instant, FieldValue> next, Instant moment) {
    return Numbers.of(last.getValue()) == null
        ? last.getValue()
        : Filling.between(last, next, moment);
  }

  private void put(
      Instant moment, SortedMap<String, String> tags, String field, @Nullable FieldValue value) {
    if (value == null) {
      return;
    }
    found
        .computeIfAbsent(moment, _ -> new TreeMap<>(Row.TAG_ORDER))
        .computeIfAbsent(
            tags,
            _ -> {
              rows++;
              if (rows > most) {
                throw QueryProblem.answerTooLarge("rows", most, "");
              }
              return new TreeMap<>();
            })
        .put(field, value);
  }

  @Override
  public void end() {
    found.forEach((moment, series) ->
        series.forEach((tags, fields) -> out.accept(new Row(moment, tags, fields))));
  }
}
