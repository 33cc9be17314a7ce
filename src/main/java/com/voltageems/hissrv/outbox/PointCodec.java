package com.voltageems.hissrv.outbox;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.FieldValue.BooleanValue;
import com.voltageems.hissrv.model.FieldValue.FloatValue;
import com.voltageems.hissrv.model.FieldValue.IntegerValue;
import com.voltageems.hissrv.model.FieldValue.StringValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.TreeMap;

/**
 * A point as bytes: version, measurement, tags, time, fields. Text is UTF-8 behind a 32-bit length,
 * numbers are big-endian; doubles keep every bit.
 */
final class PointCodec {
  private static final int VERSION = 1;

  private PointCodec() {}

  static byte[] encode(Point point) {
    var bytes = new ByteArrayOutputStream(256);
    try (var out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      writeText(out, point.series().measurement());
      out.writeInt(point.series().tags().size());
      for (var tag : point.series().tags().entrySet()) {
        writeText(out, tag.getKey());
        writeText(out, tag.getValue());
      }
      Instant time = point.time();
      out.writeLong(time.getEpochSecond());
      out.writeInt(time.getNano());
      out.writeInt(point.fields().size());
      for (var field : point.fields().entrySet()) {
        writeText(out, field.getKey());
        writeValue(out, field.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * @throws IllegalArgumentException when the bytes are no point
   */
  static Point decode(byte[] bytes) {
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int version = in.readByte();
      if (version != VERSION) {
        throw new IllegalArgumentException("unknown version of a point: " + version);
      }
      String measurement = readText(in);
      var tags = new TreeMap<String, String>();
      for (int n = in.readInt(); n > 0; n--) {
        tags.put(readText(in), readText(in));
      }
      Instant time = Instant.ofEpochSecond(in.readLong(), in.readInt());
      var fields = new TreeMap<String, FieldValue>();
      for (int n = in.readInt(); n > 0; n--) {
        fields.put(readText(in), readValue(in));
      }
      return new Point(new SeriesKey(measurement, tags), time, fields);
    } catch (IOException e) {
      throw new IllegalArgumentException("not a point: " + e, e);
    }
  }

  private static void writeValue(DataOutputStream out, FieldValue value) throws IOException {
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
        out.writeBoolean(v.value());
      }
      case StringValue v -> {
        out.writeByte('s');
        writeText(out, v.value());
      }
    }
  }

  private static FieldValue readValue(DataInputStream in) throws IOException {
    int type = in.readByte();
    return switch (type) {
      case 'f' -> FieldValue.of(Double.longBitsToDouble(in.readLong()));
      case 'i' -> FieldValue.of(in.readLong());
      case 'b' -> FieldValue.of(in.readBoolean());
      case 's' -> FieldValue.of(readText(in));
      default -> throw new IllegalArgumentException("unknown type of a field: " + type);
    };
  }

  private static void writeText(DataOutputStream out, String text) throws IOException {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(utf8.length);
    out.write(utf8);
  }

  private static String readText(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > in.available()) {
      throw new IllegalArgumentException("not a point: a text of " + length + " bytes");
    }
    return new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }
}
