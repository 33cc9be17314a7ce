package com.voltageems.hissrv.query;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.store.BucketQuery;
import com.voltageems.hissrv.store.BucketQuery.Column;
import com.voltageems.hissrv.store.BucketQuery.Function;
import com.voltageems.hissrv.store.Row;
import com.voltageems.hissrv.store.SeriesQuery;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Leaves a fold to the store where its answer is the very same as ours: of functions that no
 * rounding is in, over buckets of one length. A mean is a quotient of sums of fractions, which
 * depend on the order they are added in.
 *
 * @param most rows there may be
 */
record PushDown(Buckets buckets, FoldPlan plan, SeriesQuery query, int most) {
  /** The rows as {@link Fold} makes them; empty when they are to be folded. */
  Optional<List<Row>> from(RowSource source) {
    Step step = buckets.step();
    if (step == null || plan.points().isEmpty()) {
      return Optional.empty();
    }
    var columns = columns();
    return columns.flatMap(asked ->
        buckets
            .offset(most)
            .flatMap(offset ->
                source.buckets(new BucketQuery(query, asked, step.length(), offset), most))
            .map(rows -> rows.stream().map(this::finished).toList()));
  }

  private Optional<SortedMap<String, Column>> columns() {
    var columns = new TreeMap<String, Column>();
    for (Map.Entry<String, List<Fn>> point : plan.points().entrySet()) {
      for (Fn fn : point.getValue()) {
        Optional<Column> column = column(point.getKey(), fn);
        if (column.isEmpty()) {
          return Optional.empty();
        }
        columns.put(point.getKey() + "_" + fn.label(), column.get());
      }
    }
    return Optional.of(columns);
  }

  private Optional<Column> column(String point, Fn fn) {
    Optional<Function> function =
        switch (fn.kind()) {
          case MIN -> Optional.of(Function.MIN);
          case MAX -> Optional.of(Function.MAX);
          case COUNT -> Optional.of(plan.isRaw() ? Function.COUNT : Function.SUM);
          case FIRST -> Optional.of(Function.FIRST);
          case LAST -> Optional.of(Function.LAST);
          default -> Optional.empty();
        };
    return function.map(f -> new Column(f, plan.isRaw() ? point : point + "_" + fn.label()));
  }

  /** Windows have numbers only, and count none where they have something else. */
  private Row finished(Row row) {
    if (plan.isRaw()) {
      return row;
    }
    var fields = new TreeMap<String, FieldValue>();
    plan.points()
        .forEach((point, functions) -> {
          boolean any =
              functions.stream().anyMatch(fn -> row.fields().containsKey(name(point, fn)));
          for (Fn fn : functions) {
            FieldValue value = row.fields().get(name(point, fn));
            if (fn.kind() == Fn.Kind.COUNT) {
              if (any) {
                fields.put(name(point, fn), value == null ? FieldValue.of(0L) : value);
              }
            } else {
              Double number = Numbers.of(value);
              if (number != null) {
                fields.put(name(point, fn), FieldValue.of(number));
              }
            }
          }
        });
    return new Row(row.time(), row.tags(), fields);
  }

  private static String name(String point, Fn fn) {
    return point + "_" + fn.label();
  }
}
