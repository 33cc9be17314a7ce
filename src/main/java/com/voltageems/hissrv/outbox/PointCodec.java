package com.voltageems.hissrv.outbox;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.FieldValue.BooleanValue;
import com.voltageems.hissrv.model.FieldValue.FloatValue;
import com.voltageems.hissrv.model.FieldValue.IntegerValue;
import com.voltageems.hissrv.model.FieldValue.StringValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A point as bytes: version, measurement, tags, time, fields. Text is UTF-8 behind a 32-bit length,
 * numbers are big-endian; doubles keep every bit.
 */
final class PointCodec {
  private static final int VERSION = 1;

  /** Names recur in every point of a series: each is in memory once. */
  private static final Map<String, String> NAMES = new ConcurrentHashMap<>();

  private static final int MOST_NAMES = 20_000;

  private PointCodec() {}

  static byte[] encode(Point point) {
    var out = new PointBytes();
    out.writeByte(VERSION);
    out.writeText(point.series().measurement());
    out.writeInt(point.series().tags().size());
    point
        .series()
        .tags()
        .forEach((name, value) -> {
          out.writeText(name);
          out.writeText(value);
        });
    Instant time = point.time();
    out.writeLong(time.getEpochSecond());
    out.writeInt(time.getNano());
    out.writeInt(point.fields().size());
    point
        .fields()
        .forEach((name, value) -> {
          out.writeText(name);
          writeValue(out, value);
        });
    return out.toByteArray();
  }

  /** How the bytes of a point of this measurement begin, and of no other. */
  static byte[] startOf(String measurement) {
    var out = new PointBytes();
    out.writeByte(VERSION);
    out.writeText(measurement);
    return out.toByteArray();
  }

  /**
   * @throws IllegalArgumentException when the bytes are no point
   */
  static Point decode(byte[] bytes) {
    var in = ByteBuffer.wrap(bytes);
    try {
      int version = in.get();
      if (version != VERSION) {
        throw new IllegalArgumentException("unknown version of a point: " + version);
      }
      String measurement = readName(in);
      var tags = new TreeMap<String, String>();
      for (int n = in.getInt(); n > 0; n--) {
        tags.put(readName(in), readName(in));
      }
      Instant time = Instant.ofEpochSecond(in.getLong(), in.getInt());
      var fields = new TreeMap<String, FieldValue>();
      for (int n = in.getInt(); n > 0; n--) {
        fields.put(readName(in), readValue(in));
      }
      return new Point(new SeriesKey(measurement, tags), time, fields);
    } catch (BufferUnderflowException | DateTimeException | ArithmeticException e) {
      throw new IllegalArgumentException("not a point: " + e, e);
    }
  }

  private static void writeValue(PointBytes out, FieldValue value) {
    switch (value) {
      case FloatValue v -> {
        out.writeByte('f');
        out.writeLong(Double.doubleToRawLongBits(v.value()));
      }
      case IntegerValue v -> {
        out.writeByte('i');
        out.writeLong(v.value());
      }
      case BooleanValue v -> {
        out.writeByte('b');
        out.writeByte(v.value() ? 1 : 0);
      }
      case StringValue v -> {
        out.writeByte('s');
        out.writeText(v.value());
      }
    }
  }

  private static FieldValue readValue(ByteBuffer in) {
    int type = in.get();
    return switch (type) {
      case 'f' -> FieldValue.of(in.getDouble());
      case 'i' -> FieldValue.of(in.getLong());
      case 'b' -> FieldValue.of(in.get() != 0);
      case 's' -> FieldValue.of(readText(in));
      default -> throw new IllegalArgumentException("unknown type of a field: " + type);
    };
  }

  private static String readName(ByteBuffer in) {
    String name = readText(in);
    String known = NAMES.get(name);
    if (known != null) {
      return known;
    }
    if (NAMES.size() < MOST_NAMES) {
      NAMES.put(name, name);
    }
    return name;
  }

  @SuppressWarnings("ByteBufferBackingArray") // it wraps the whole array
  private static String readText(ByteBuffer in) {
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new IllegalArgumentException("not a point: a text of " + length + " bytes");
    }
    String text = new String(in.array(), in.position(), length, StandardCharsets.UTF_8);
    in.position(in.position() + length);
    return text;
  }
}
