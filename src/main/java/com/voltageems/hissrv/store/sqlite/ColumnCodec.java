package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.FieldValue.FloatValue;
import com.voltageems.hissrv.model.FieldValue.IntegerValue;
import com.voltageems.hissrv.store.sqlite.ByteReader.DamagedException;
import java.util.ArrayList;
import java.util.List;

/**
 * The values of one column, in order. Floats that all are exactly k/10^d, d at most 6, are kept as
 * zigzag deltas of k; other floats as eight planes of bytes, so that like stands beside like for
 * the compressor; integers as zigzag deltas; anything else value by value.
 */
final class ColumnCodec {
  private static final int DECIMALS = 6;
  private static final int PLANES = 'p';
  private static final int INTEGERS = 'i';
  private static final int ANY = 'a';
  private static final double[] POWERS = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6};

  /** Beyond it doubles are further apart than 1. */
  private static final double LARGEST = 1L << 53;

  private ColumnCodec() {}

  static void write(Bytes out, List<FieldValue> values) {
    if (values.stream().allMatch(FloatValue.class::isInstance)) {
      writeFloats(out, values.stream().mapToDouble(v -> ((FloatValue) v).value()).toArray());
    } else if (values.stream().allMatch(IntegerValue.class::isInstance)) {
      out.write(INTEGERS);
      writeDeltas(out, values.stream().mapToLong(v -> ((IntegerValue) v).value()).toArray());
    } else {
      out.write(ANY);
      values.forEach(value -> RowCodec.writeValue(out, value));
    }
  }

  static Column read(ByteReader in, int count) {
    int form = in.readByte();
    if (form <= DECIMALS) {
      var values = new double[count];
      long[] scaled = readDeltas(in, count);
      for (int i = 0; i < count; i++) {
        values[i] = scaled[i] / POWERS[form];
      }
      return new Column.Floats(values);
    }
    return switch (form) {
      case PLANES -> new Column.Floats(readPlanes(in, count));
      case INTEGERS -> new Column.Integers(readDeltas(in, count));
      case ANY -> {
        var values = new ArrayList<FieldValue>(count);
        for (int i = 0; i < count; i++) {
          values.add(RowCodec.readValue(in));
        }
        yield new Column.Any(values);
      }
      default -> throw new DamagedException("unknown form of a column: " + form);
    };
  }

  /** Passes over a column. */
  static void skip(ByteReader in, int count) {
    int form = in.readByte();
    if (form == PLANES) {
      in.skip(Math.multiplyExact(count, 8));
    } else if (form <= DECIMALS || form == INTEGERS) {
      for (int i = 0; i < count; i++) {
        long _ = in.readVarint();
      }
    } else if (form == ANY) {
      for (int i = 0; i < count; i++) {
        FieldValue _ = RowCodec.readValue(in);
      }
    } else {
      throw new DamagedException("unknown form of a column: " + form);
    }
  }

  private static void writeFloats(Bytes out, double[] values) {
    for (int decimals = 0; decimals <= DECIMALS; decimals++) {
      long[] scaled = new long[values.length];
      if (scale(values, POWERS[decimals], scaled)) {
        out.write(decimals);
        writeDeltas(out, scaled);
        return;
      }
    }
    out.write(PLANES);
    for (int shift = 56; shift >= 0; shift -= 8) {
      for (double value : values) {
        out.write((int) (Double.doubleToRawLongBits(value) >>> shift));
      }
    }
  }

  /** Whether every value is exactly a whole number divided by the power; those numbers. */
  private static boolean scale(double[] values, double power, long[] scaled) {
    for (int i = 0; i < values.length; i++) {
      double k = Math.rint(values[i] * power);
      if (Math.abs(k) > LARGEST
          || Double.doubleToRawLongBits((long) k / power)
              != Double.doubleToRawLongBits(values[i])) {
        return false;
      }
      scaled[i] = (long) k;
    }
    return true;
  }

  private static double[] readPlanes(ByteReader in, int count) {
    var bits = new long[count];
    for (int shift = 56; shift >= 0; shift -= 8) {
      for (int i = 0; i < count; i++) {
        bits[i] |= (long) in.readByte() << shift;
      }
    }
    var values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = Double.longBitsToDouble(bits[i]);
    }
    return values;
  }

  private static void writeDeltas(Bytes out, long[] values) {
    long previous = 0;
    for (long value : values) {
      out.writeZigzag(value - previous);
      previous = value;
    }
  }

  private static long[] readDeltas(ByteReader in, int count) {
    var values = new long[count];
    long previous = 0;
    for (int i = 0; i < count; i++) {
      previous += in.readZigzag();
      values[i] = previous;
    }
    return values;
  }
}
