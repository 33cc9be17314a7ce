package com.voltageems.hissrv.parquet;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A struct of Thrift's compact protocol, which a Parquet file describes itself in: values by the
 * numbers of their fields. A value is a {@code Boolean}, {@code Integer} (i32), {@code Long} (i64),
 * {@code String}, {@code byte[]}, {@code Struct}, or a list of one of these.
 */
final class Struct {
  static final int TRUE = 1;
  static final int FALSE = 2;
  static final int I32 = 5;
  static final int I64 = 6;
  static final int BINARY = 8;
  static final int LIST = 9;
  static final int STRUCT = 12;

  private final SortedMap<Integer, Object> fields = new TreeMap<>();

  Struct with(int id, Object value) {
    fields.put(id, value);
    return this;
  }

  boolean has(int id) {
    return fields.containsKey(id);
  }

  /** A number of either length. */
  long number(int id) {
    return fields.get(id) instanceof Number number ? number.longValue() : 0;
  }

  String text(int id) {
    return fields.get(id) instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : "";
  }

  byte[] bytes(int id) {
    return fields.get(id) instanceof byte[] bytes ? bytes : new byte[0];
  }

  Struct struct(int id) {
    return fields.get(id) instanceof Struct struct ? struct : new Struct();
  }

  /** Of a list of structs. */
  List<Struct> structs(int id) {
    return fields.get(id) instanceof List<?> list
        ? list.stream().filter(Struct.class::isInstance).map(Struct.class::cast).toList()
        : List.of();
  }

  void writeTo(ByteArrayOutputStream out) {
    int before = 0;
    for (Map.Entry<Integer, Object> field : fields.entrySet()) {
      int id = field.getKey();
      int type = type(field.getValue());
      if (id - before < 16) {
        out.write(((id - before) << 4) | type);
      } else {
        out.write(type);
        writeZigzag(out, id);
      }
      before = id;
      if (!(field.getValue() instanceof Boolean)) {
        write(out, field.getValue());
      }
    }
    out.write(0);
  }

  private static int type(Object value) {
    return switch (value) {
      case Boolean truth -> truth ? TRUE : FALSE;
      case Integer _ -> I32;
      case Long _ -> I64;
      case List<?> _ -> LIST;
      case Struct _ -> STRUCT;
      default -> BINARY;
    };
  }

  private static void write(ByteArrayOutputStream out, Object value) {
    switch (value) {
      case Integer number -> writeZigzag(out, number);
      case Long number -> writeZigzag(out, number);
      case byte[] bytes -> {
        writeVarint(out, bytes.length);
        out.writeBytes(bytes);
      }
      case List<?> list -> {
        int type = list.isEmpty() ? STRUCT : type(list.getFirst());
        if (list.size() < 15) {
          out.write((list.size() << 4) | type);
        } else {
          out.write(0xf0 | type);
          writeVarint(out, list.size());
        }
        list.forEach(one -> write(out, one));
      }
      case Struct struct -> struct.writeTo(out);
      default -> write(out, value.toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void writeZigzag(ByteArrayOutputStream out, long number) {
    writeVarint(out, (number << 1) ^ (number >> 63));
  }

  static void writeVarint(ByteArrayOutputStream out, long number) {
    long left = number;
    while ((left & ~0x7fL) != 0) {
      out.write((int) ((left & 0x7f) | 0x80));
      left >>>= 7;
    }
    out.write((int) left);
  }
}
