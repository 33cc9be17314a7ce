package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.model.FieldValue;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The rows of one series in one stretch of time, as they were sealed: column by column. */
final class Block {
  private final long[] times;
  private final Part[] parts;
  private final int[] fields;
  private final boolean isFull;

  /** A field's values and, where not every row has it, which rows do. */
  record Part(int field, Column column, @Nullable BitSet rows) {}

  /**
   * @param times epoch nanoseconds, ascending
   * @param parts by field
   */
  Block(long[] times, List<Part> parts) {
    this.times = times;
    this.parts = parts.toArray(Part[]::new);
    fields = parts.stream().mapToInt(Part::field).toArray();
    isFull = parts.stream().allMatch(part -> part.rows() == null);
  }

  int size() {
    return times.length;
  }

  /** To be shared with blocks of the same times. */
  long[] times() {
    return times;
  }

  /** Goes from row to row, in either direction. */
  final class Cursor {
    private final int[] used = new int[parts.length];
    private final int step;
    private int row;

    private Cursor(boolean newestFirst) {
      step = newestFirst ? -1 : 1;
      row = newestFirst ? times.length - 1 : 0;
      for (int i = 0; newestFirst && i < used.length; i++) {
        BitSet rows = parts[i].rows();
        used[i] = (rows == null ? times.length : rows.cardinality()) - 1;
      }
    }

    boolean hasMore() {
      return row >= 0 && row < times.length;
    }

    long time() {
      return times[row];
    }

    /** Whether the row at hand has none of the fields that were read. */
    boolean isEmpty() {
      if (isFull) {
        return parts.length == 0;
      }
      for (Part part : parts) {
        if (has(part)) {
          return false;
        }
      }
      return true;
    }

    /** The row at hand; moves on. */
    PlacedRow next(int place) {
      var values = new FieldValue[parts.length];
      int[] ids = isFull ? fields : new int[parts.length];
      int size = 0;
      for (int i = 0; i < parts.length; i++) {
        if (has(parts[i])) {
          ids[size] = parts[i].field();
          values[size++] = parts[i].column().at(used[i]);
        }
      }
      var placed =
          size == parts.length
              ? new PlacedRow(times[row], place, fields, values)
              : new PlacedRow(
                  times[row], place, Arrays.copyOf(ids, size), Arrays.copyOf(values, size));
      skip();
      return placed;
    }

    /** Moves on without reading. */
    void skip() {
      for (int i = 0; i < used.length; i++) {
        if (has(parts[i])) {
          used[i] += step;
        }
      }
      row += step;
    }

    private boolean has(Part part) {
      return part.rows() == null || part.rows().get(row);
    }
  }

  Cursor cursor(boolean newestFirst) {
    return new Cursor(newestFirst);
  }

  NavigableMap<Long, SortedMap<Integer, FieldValue>> rows() {
    var rows = new TreeMap<Long, SortedMap<Integer, FieldValue>>();
    Cursor cursor = cursor(false);
    while (cursor.hasMore()) {
      PlacedRow row = cursor.next(0);
      var fieldsOfRow = new TreeMap<Integer, FieldValue>();
      for (int i = 0; i < row.fields().length; i++) {
        fieldsOfRow.put(row.fields()[i], row.values()[i]);
      }
      rows.put(row.time(), fieldsOfRow);
    }
    return rows;
  }
}
