package com.voltageems.hissrv.query;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.FieldValue.BooleanValue;
import com.voltageems.hissrv.model.FieldValue.FloatValue;
import com.voltageems.hissrv.model.FieldValue.IntegerValue;
import com.voltageems.hissrv.model.FieldValue.StringValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One field's values in nine bytes a row. Rows as they come from the store take ten times as much,
 * and a site's history is asked for on machines that have little.
 */
final class FieldColumn {
  private static final byte ABSENT = 0;
  private static final byte FLOAT = 1;
  private static final byte INTEGER = 2;
  private static final byte BOOLEAN = 3;
  private static final byte STRING = 4;

  private byte[] kinds = new byte[0];
  private long[] bits = new long[0];
  private final List<String> strings = new ArrayList<>(0);

  void set(int row, FieldValue value) {
    if (row >= kinds.length) {
      // The first value is often the only one: a wide table has few rows.
      int capacity = kinds.length == 0 ? row + 1 : Math.max(16, row + (row >> 1) + 1);
      kinds = Arrays.copyOf(kinds, capacity);
      bits = Arrays.copyOf(bits, capacity);
    }
    switch (value) {
      case FloatValue v -> put(row, FLOAT, Double.doubleToRawLongBits(v.value()));
      case IntegerValue v -> put(row, INTEGER, v.value());
      case BooleanValue v -> put(row, BOOLEAN, v.value() ? 1 : 0);
      case StringValue v -> {
        put(row, STRING, strings.size());
        strings.add(v.value());
      }
    }
  }

  private void put(int row, byte kind, long value) {
    kinds[row] = kind;
    bits[row] = value;
  }

  @Nullable Object get(int row) {
    byte kind = row < kinds.length ? kinds[row] : ABSENT;
    return switch (kind) {
      case FLOAT -> Double.longBitsToDouble(bits[row]);
      case INTEGER -> bits[row];
      case BOOLEAN -> bits[row] != 0;
      case STRING -> strings.get((int) bits[row]);
      default -> null;
    };
  }
}
