package com.voltageems.hissrv.store.influx;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.store.Row;
import com.voltageems.hissrv.store.SeriesQuery;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes rows of cells. The server sorts by time; the rows of one moment are gathered and sorted by
 * tags here.
 */
final class Rows implements Answers.RowReader {
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private final SeriesQuery query;
  private final List<String> fields;
  private final List<String> types;
  private final List<String> tags;
  private final Consumer<Row> sink;
  private final List<Row> moment = new ArrayList<>();

  Rows(SeriesQuery query, Map<String, String> fields, List<String> tags, Consumer<Row> sink) {
    this.query = query;
    this.fields = List.copyOf(fields.keySet());
    this.types = List.copyOf(fields.values());
    this.tags = List.copyOf(tags);
    this.sink = sink;
  }

  @Override
  public void row(int statement, List<@Nullable String> cells) {
    var rowTags = new TreeMap<String, String>();
    for (int i = 0; i < tags.size(); i++) {
      String value = cells.get(1 + fields.size() + i);
      if (value != null && !value.isEmpty()) {
        rowTags.put(tags.get(i), value);
      }
    }
    var values = new TreeMap<String, FieldValue>();
    for (int i = 0; i < fields.size(); i++) {
      String value = cells.get(1 + i);
      if (value != null) {
        values.put(fields.get(i), value(types.get(i), value));
      }
    }
    if (!values.isEmpty() && matches(rowTags)) {
      add(new Row(time(cells.getFirst()), rowTags, values));
    }
  }

  /** The last moment's rows. */
  void end() {
    moment.sort(Row.ORDER);
    List<Row> sorted = List.copyOf(moment);
    moment.clear();
    sorted.forEach(sink);
  }

  private void add(Row row) {
    if (!moment.isEmpty() && !moment.getLast().time().equals(row.time())) {
      end();
    }
    moment.add(row);
  }

  private boolean matches(NavigableMap<String, String> rowTags) {
    return query.wants(rowTags);
  }

  static Instant time(@Nullable String nanos) {
    long time = Long.parseLong(String.valueOf(nanos));
    return Instant.ofEpochSecond(
        Math.floorDiv(time, NANOS_PER_SECOND), Math.floorMod(time, NANOS_PER_SECOND));
  }

  static FieldValue value(String type, String text) {
    return switch (type) {
      case "integer" -> FieldValue.of(Long.parseLong(text));
      case "boolean" -> FieldValue.of(Boolean.parseBoolean(text));
      case "string" -> FieldValue.of(text);
      default -> FieldValue.of(Double.parseDouble(text));
    };
  }
}
