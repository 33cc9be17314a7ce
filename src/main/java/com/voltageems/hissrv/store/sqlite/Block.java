package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.model.FieldValue;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The rows of one series in one stretch of time, as they were sealed: column by column. */
final class Block {
  private final long[] times;
  private final List<Part> parts = new ArrayList<>();

  /** A field's values and, where not every row has it, which rows do. */
  private record Part(int field, Column column, @Nullable BitSet rows) {}

  /**
   * @param times epoch nanoseconds, ascending
   */
  Block(long[] times) {
    this.times = times;
  }

  void add(int field, Column column, @Nullable BitSet rows) {
    parts.add(new Part(field, column, rows));
  }

  int size() {
    return times.length;
  }

  long time(int row) {
    return times[row];
  }

  /** Reads rows one after the other. */
  final class Cursor {
    private final int[] used = new int[parts.size()];
    private int row;

    boolean hasMore() {
      return row < times.length;
    }

    long time() {
      return times[row];
    }

    /** The fields of the row at hand, by id; moves on. */
    SortedMap<Integer, FieldValue> next() {
      var fields = new TreeMap<Integer, FieldValue>();
      for (int i = 0; i < used.length; i++) {
        Part part = parts.get(i);
        if (part.rows() == null || part.rows().get(row)) {
          fields.put(part.field(), part.column().at(used[i]++));
        }
      }
      row++;
      return fields;
    }

    /** Moves on without reading. */
    void skip() {
      for (int i = 0; i < used.length; i++) {
        BitSet rows = parts.get(i).rows();
        if (rows == null || rows.get(row)) {
          used[i]++;
        }
      }
      row++;
    }
  }

  Cursor cursor() {
    return new Cursor();
  }

  NavigableMap<Long, SortedMap<Integer, FieldValue>> rows() {
    var rows = new TreeMap<Long, SortedMap<Integer, FieldValue>>();
    Cursor cursor = cursor();
    while (cursor.hasMore()) {
      long time = cursor.time();
      rows.put(time, cursor.next());
    }
    return rows;
  }
}
