package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.FieldValue.BooleanValue;
import com.voltageems.hissrv.model.FieldValue.FloatValue;
import com.voltageems.hissrv.model.FieldValue.IntegerValue;
import com.voltageems.hissrv.model.FieldValue.StringValue;
import com.voltageems.hissrv.store.sqlite.ByteReader.DamagedException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The fields of one hot row: per field its id, a type, the value. Doubles keep every bit. */
final class RowCodec {
  private RowCodec() {}

  static byte[] encode(Map<Integer, FieldValue> fields) {
    var out = new Bytes();
    fields.forEach((id, value) -> {
      out.writeVarint(id);
      writeValue(out, value);
    });
    return out.toByteArray();
  }

  static SortedMap<Integer, FieldValue> decode(byte[] bytes) {
    var in = new ByteReader(bytes);
    var fields = new TreeMap<Integer, FieldValue>();
    while (in.hasMore()) {
      fields.put(in.readCount(), readValue(in));
    }
    return fields;
  }

  /** The fields asked for, as a row. */
  static PlacedRow decode(byte[] bytes, long time, int place, Selection selection) {
    var in = new ByteReader(bytes);
    BitSet wanted = selection.fields();
    int[] ids = new int[8];
    FieldValue[] values = new FieldValue[8];
    int size = 0;
    while (in.hasMore()) {
      int id = in.readCount();
      FieldValue value = readValue(in);
      if (wanted != null && !wanted.get(id)) {
        continue;
      }
      if (size == ids.length) {
        ids = Arrays.copyOf(ids, size * 2);
        values = Arrays.copyOf(values, size * 2);
      }
      ids[size] = id;
      values[size++] = value;
    }
    return new PlacedRow(time, place, Arrays.copyOf(ids, size), Arrays.copyOf(values, size));
  }

  static void writeValue(Bytes out, FieldValue value) {
    switch (value) {
      case FloatValue v -> {
        out.write('f');
        out.writeFixed(Double.doubleToRawLongBits(v.value()), 8);
      }
      case IntegerValue v -> {
        out.write('i');
        out.writeZigzag(v.value());
      }
      case BooleanValue v -> out.write(v.value() ? 't' : 'n');
      case StringValue v -> {
        out.write('s');
        out.writeText(v.value());
      }
    }
  }

  static FieldValue readValue(ByteReader in) {
    int type = in.readByte();
    return switch (type) {
      case 'f' -> FieldValue.of(Double.longBitsToDouble(in.readFixed(8)));
      case 'i' -> FieldValue.of(in.readZigzag());
      case 't' -> FieldValue.of(true);
      case 'n' -> FieldValue.of(false);
      case 's' -> FieldValue.of(in.readText());
      default -> throw new DamagedException("unknown type of a value: " + type);
    };
  }
}
