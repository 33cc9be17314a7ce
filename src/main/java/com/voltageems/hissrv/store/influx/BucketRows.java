package com.voltageems.hissrv.store.influx;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.store.BucketQuery;
import com.voltageems.hissrv.store.BucketQuery.Column;
import com.voltageems.hissrv.store.Row;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Gathers what the server reckoned, series after series. */
final class BucketRows implements Answers.RowReader {
  private static final Set<String> NUMBERS = Set.of("float", "integer");

  private final BucketQuery query;
  private final Map<String, String> types;
  private final int most;
  private final List<Row> rows = new ArrayList<>();
  private SortedMap<String, String> tags = new TreeMap<>();
  private boolean isMeant;
  private boolean isTooMany;

  /**
   * @param types of the fields
   */
  BucketRows(BucketQuery query, Map<String, String> types, int most) {
    this.query = query;
    this.types = types;
    this.most = most;
  }

  /**
   * Whether the server reckons all of it as we would.
   *
   * @param types of the fields; one that has several is not among them
   */
  static boolean canReckon(BucketQuery query, Map<String, String> types) {
    return query.columns().values().stream()
        .allMatch(column -> {
          String type = types.getOrDefault(column.field(), "");
          return switch (column.function()) {
            case MIN, MAX -> NUMBERS.contains(type);
            case SUM -> type.equals("integer");
            case COUNT, FIRST, LAST -> !type.isEmpty();
          };
        });
  }

  @Override
  public void group(SortedMap<String, String> grouped) {
    tags = grouped;
    isMeant = query.rows().wants(grouped);
  }

  @Override
  public void row(int statement, List<@Nullable String> cells) {
    if (!isMeant || isTooMany) {
      return;
    }
    var fields = new TreeMap<String, FieldValue>();
    int i = 1;
    for (Map.Entry<String, Column> column : query.columns().entrySet()) {
      String text = cells.get(i++);
      if (text != null) {
        fields.put(column.getKey(), value(column.getValue(), text));
      }
    }
    if (!fields.isEmpty()) {
      rows.add(new Row(Rows.time(cells.getFirst()), tags, fields));
      isTooMany = rows.size() > most;
    }
  }

  private FieldValue value(Column column, String text) {
    return switch (column.function()) {
      case MIN, MAX -> FieldValue.of(Double.parseDouble(text));
      case SUM, COUNT -> FieldValue.of(Long.parseLong(text));
      case FIRST, LAST -> Rows.value(types.getOrDefault(column.field(), ""), text);
    };
  }

  /** In order; empty when there were too many. */
  Optional<List<Row>> rows() {
    rows.sort(Row.ORDER);
    return isTooMany ? Optional.empty() : Optional.of(Collections.unmodifiableList(rows));
  }
}
