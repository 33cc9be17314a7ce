package com.voltageems.hissrv.query;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.store.Row;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.store.StoreException;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is stored and what is not yet, as one: rows of one series and time are merged, the fresher
 * one's fields above the other's. Each says in the column {@code origin} where it comes from.
 */
final class Fresh implements RowSource {
  static final String ORIGIN = "origin";

  private final RowSource store;
  private final FreshPoints.Found fresh;
  private final boolean telling;
  private final List<String> warnings;
  private boolean asked;

  /**
   * @param telling whether rows get the column
   * @param warnings is told when the store can't be read
   */
  Fresh(RowSource store, FreshPoints.Found fresh, boolean telling, List<String> warnings) {
    this.store = store;
    this.fresh = fresh;
    this.telling = telling;
    this.warnings = warnings;
  }

  @Override
  public void read(SeriesQuery query, Consumer<Row> rows) {
    Comparator<Row> order =
        query.order() == SeriesQuery.Order.OLDEST_FIRST
            ? Row.ORDER
            : Comparator.comparing(Row::time).reversed().thenComparing(Row::tags, Row.TAG_ORDER);
    var waiting = new TreeMap<Row, String>(order);
    fresh
        .rows()
        .forEach((row, origin) -> {
          Row wanted = only(row, query);
          if (wanted != null) {
            waiting.put(wanted, origin);
          }
        });
    asked = false;
    try {
      store.read(
          query,
          stored -> {
            asked = true;
            while (!waiting.isEmpty() && order.compare(waiting.firstKey(), stored) < 0) {
              give(waiting, rows);
            }
            if (!waiting.isEmpty() && order.compare(waiting.firstKey(), stored) == 0) {
              var newer = waiting.pollFirstEntry();
              boolean isOlder = newer.getValue().equals(FreshPoints.ARCHIVE);
              Row both =
                  isOlder
                      ? FreshPoints.merged(newer.getKey(), stored)
                      : FreshPoints.merged(stored, newer.getKey());
              rows.accept(told(both, isOlder ? FreshPoints.STORE : newer.getValue()));
            } else {
              rows.accept(told(stored, FreshPoints.STORE));
            }
          });
    } catch (StoreException e) {
      if (asked) {
        throw e;
      }
      if (warnings.stream().noneMatch(FreshPoints.STORE_DOWN::equals)) {
        warnings.add(FreshPoints.STORE_DOWN);
      }
    }
    while (!waiting.isEmpty()) {
      give(waiting, rows);
    }
  }

  private void give(NavigableMap<Row, String> waiting, Consumer<Row> rows) {
    var next = waiting.pollFirstEntry();
    rows.accept(told(next.getKey(), next.getValue()));
  }

  private Row told(Row row, String origin) {
    if (!telling) {
      return row;
    }
    var fields = new TreeMap<String, FieldValue>(row.fields());
    fields.put(ORIGIN, FieldValue.of(origin));
    return new Row(row.time(), row.tags(), fields);
  }

  /** What of a row is asked for; null for nothing. */
  private static @Nullable Row only(Row row, SeriesQuery query) {
    if (!query.range().contains(row.time()) || !query.wants(row.tags())) {
      return null;
    }
    if (query.fields().isEmpty()) {
      return row;
    }
    var fields = new TreeMap<>(row.fields());
    fields.keySet().retainAll(query.fields());
    return fields.isEmpty() ? null : new Row(row.time(), row.tags(), fields);
  }
}
