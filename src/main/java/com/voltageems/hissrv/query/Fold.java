package com.voltageems.hissrv.query;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.store.Row;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes one row per series and bucket, at the bucket's start: {@code voltage_mean}, and so on. */
final class Fold implements Stage {
  private final Buckets buckets;
  private final FoldPlan plan;
  private final Samples.Percentiles percentiles;
  private final Consumer<Row> out;
  private final Map<SortedMap<String, String>, Map<String, Bucket>> bySeries = new HashMap<>();
  private @Nullable TimeRange bucket;

  Fold(Buckets buckets, FoldPlan plan, Samples.Percentiles percentiles, Consumer<Row> out) {
    this.buckets = buckets;
    this.plan = plan;
    this.percentiles = percentiles;
    this.out = out;
  }

  @Override
  public void accept(Row row) {
    reach(row.time());
    Map<String, Bucket> points = bySeries.computeIfAbsent(row.tags(), _ -> new TreeMap<>());
    for (Map.Entry<String, List<Fn>> point : plan.points().entrySet()) {
      points.computeIfAbsent(point.getKey(), name -> empty(name, point.getValue())).add(row);
    }
  }

  private Bucket empty(String point, List<Fn> functions) {
    return plan.isRaw() ? new Samples(point, functions, percentiles) : plan.bucket(point);
  }

  /** Values that are held fill the buckets in between, too. */
  private void reach(Instant time) {
    TimeRange current = bucket;
    while (current != null && !time.isBefore(current.stop())) {
      flush(current);
      current = bySeries.isEmpty() ? null : buckets.after(current);
    }
    bucket = current == null ? buckets.at(time) : current;
  }

  private void flush(TimeRange full) {
    TimeRange within = buckets.within(full);
    var rows = new TreeMap<SortedMap<String, String>, SortedMap<String, FieldValue>>(Row.TAG_ORDER);
    bySeries.forEach((tags, points) -> {
      var fields = new TreeMap<String, FieldValue>();
      points.forEach((point, folded) -> {
        if (folded instanceof Samples samples) {
          samples.close(within);
        }
        for (Fn function : plan.points().getOrDefault(point, List.of())) {
          FieldValue value = folded.of(function);
          if (value != null) {
            fields.put(point + "_" + function.label(), value);
          }
        }
      });
      if (!fields.isEmpty()) {
        rows.put(tags, fields);
      }
    });
    bySeries.values().forEach(this::reopen);
    bySeries.values().removeIf(Map::isEmpty);
    rows.forEach((tags, fields) -> out.accept(new Row(full.start(), tags, fields)));
  }

  private void reopen(Map<String, Bucket> points) {
    points.values().removeIf(one -> !(one instanceof Samples samples && samples.isHeld()));
    for (Bucket left : points.values()) {
      if (left instanceof Samples samples) {
        samples.reopen();
      }
    }
  }

  @Override
  public void end() {
    if (bucket != null) {
      reach(buckets.range().stop());
      TimeRange last = bucket;
      if (last.start().isBefore(buckets.range().stop())) {
        flush(last);
      }
    }
  }
}
