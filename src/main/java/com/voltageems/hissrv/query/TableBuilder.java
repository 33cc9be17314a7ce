package com.voltageems.hissrv.query;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.store.Row;
import java.time.Instant;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Takes rows as the store streams them, refuses to grow beyond the limits, gives them back as a
 * table.
 */
final class TableBuilder {
  /** A column costs a hundred bytes before it has a value. */
  private static final int MAX_FIELDS = 100_000;

  private final int maxRows;
  private final int maxCells;
  private final Map<SortedMap<String, String>, Integer> seriesIndex = new HashMap<>();
  private final List<SortedMap<String, String>> series = new ArrayList<>();
  private final SortedMap<String, FieldColumn> fields = new TreeMap<>();
  private final TagSplit tags = new TagSplit();
  private Instant[] times = new Instant[64];
  private int[] seriesOfRow = new int[64];
  private int size;

  /** Rows mostly are of the series before, with its columns. */
  private @Nullable SortedMap<String, String> lastTags;

  private int lastSeries;
  private final List<String> lastNames = new ArrayList<>();
  private final List<FieldColumn> lastColumns = new ArrayList<>();

  TableBuilder(int maxRows, int maxCells) {
    this.maxRows = maxRows;
    this.maxCells = maxCells;
  }

  /**
   * @throws QueryProblem when the table would grow too large
   */
  void add(Row row) {
    if (size == maxRows) {
      throw tooLarge("rows", maxRows, row);
    }
    if (size == times.length) {
      int capacity = Math.min(maxRows, size * 2);
      times = Arrays.copyOf(times, capacity);
      seriesOfRow = Arrays.copyOf(seriesOfRow, capacity);
    }
    times[size] = row.time();
    seriesOfRow[size] = indexOf(row.tags());
    int at = 0;
    for (Map.Entry<String, FieldValue> field : row.fields().entrySet()) {
      column(field.getKey(), at).set(size, field.getValue());
      at++;
    }
    size++;
    if (fields.size() > MAX_FIELDS) {
      throw tooLarge("fields", MAX_FIELDS, row);
    }
    if ((long) size * fields.size() > maxCells) {
      throw tooLarge("values (rows × fields)", maxCells, row);
    }
  }

  /**
   * @param at where the field is in its row
   */
  private FieldColumn column(String name, int at) {
    if (at < lastNames.size() && lastNames.get(at).equals(name)) {
      return lastColumns.get(at);
    }
    FieldColumn column = fields.computeIfAbsent(name, _ -> new FieldColumn());
    if (at == lastNames.size()) {
      lastNames.add(name);
      lastColumns.add(column);
    } else {
      lastNames.set(at, name);
      lastColumns.set(at, column);
    }
    return column;
  }

  @SuppressWarnings("ReferenceEquality") // the same map has the same tags; others are looked up
  private int indexOf(SortedMap<String, String> rowTags) {
    if (rowTags != lastTags) {
      lastTags = rowTags;
      lastSeries = seriesIndex.computeIfAbsent(rowTags, this::addSeries);
    }
    return lastSeries;
  }

  private int addSeries(SortedMap<String, String> rowTags) {
    series.add(rowTags);
    tags.add(rowTags);
    return series.size() - 1;
  }

  private QueryProblem tooLarge(String what, long limit, Row row) {
    String hint =
        size > 1 && times[0].isBefore(row.time())
            ? " What lies before " + row.time() + " fits: start=…&stop=" + row.time() + "."
            : "";
    return QueryProblem.answerTooLarge(what, limit, hint);
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Tags that all rows share. */
  SortedMap<String, String> sharedTags() {
    return tags.shared();
  }

  /** The name of each column: time, tags that vary, fields. */
  List<String> columns() {
    return ColumnNames.of(tags.others(), fields.keySet());
  }

  /** The rows, each made when it is asked for. Nothing may be added from now on. */
  List<List<@Nullable Object>> rows() {
    List<String> tagNames = tags.others();
    List<FieldColumn> fieldColumns = List.copyOf(fields.values());
    return new AbstractList<>() {
      @Override
      public List<@Nullable Object> get(int index) {
        Objects.checkIndex(index, size);
        var row = new ArrayList<@Nullable Object>(1 + tagNames.size() + fieldColumns.size());
        row.add(times[index]);
        SortedMap<String, String> rowTags = series.get(seriesOfRow[index]);
        for (String name : tagNames) {
          row.add(rowTags.get(name));
        }
        for (FieldColumn column : fieldColumns) {
          row.add(column.get(index));
        }
        return row;
      }

      @Override
      public int size() {
        return size;
      }
    };
  }
}
