package com.voltageems.hissrv.parquet;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Reads what {@link Struct} writes, and nothing else: of Thrift's types, those. */
final class StructReader {
  private static final int DEEPEST = 16;

  private final ByteBuffer in;

  private StructReader(ByteBuffer in) {
    this.in = in;
  }

  static Struct read(byte[] bytes) throws IOException {
    try {
      return new StructReader(ByteBuffer.wrap(bytes)).struct(0);
    } catch (BufferUnderflowException e) {
      throw new IOException("a struct breaks off", e);
    }
  }

  private Struct struct(int depth) throws IOException {
    if (depth > DEEPEST) {
      throw new IOException("structs too deep");
    }
    var struct = new Struct();
    int id = 0;
    while (true) {
      int head = in.get() & 0xff;
      if (head == 0) {
        return struct;
      }
      id = head >> 4 == 0 ? (int) zigzag() : id + (head >> 4);
      struct.with(id, value(head & 0xf, depth));
    }
  }

  private Object value(int type, int depth) throws IOException {
    return switch (type) {
      case Struct.TRUE -> true;
      case Struct.FALSE -> false;
      case Struct.I32 -> (int) zigzag();
      case Struct.I64 -> zigzag();
      case Struct.BINARY -> {
        var bytes = new byte[length(varint())];
        in.get(bytes);
        yield bytes;
      }
      case Struct.LIST -> list(depth);
      case Struct.STRUCT -> struct(depth + 1);
      default -> throw new IOException("a type that is not expected: " + type);
    };
  }

  private List<Object> list(int depth) throws IOException {
    int head = in.get() & 0xff;
    int size = length(head >> 4 == 15 ? varint() : head >> 4);
    var list = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      list.add(value(head & 0xf, depth));
    }
    return list;
  }

  /** Nothing can be longer than what there is. */
  private int length(long told) throws IOException {
    if (told < 0 || told > in.remaining()) {
      throw new IOException("a length that can't be: " + told);
    }
    return (int) told;
  }

  private long zigzag() {
    long number = varint();
    return (number >>> 1) ^ -(number & 1);
  }

  private long varint() {
    long number = 0;
    for (int shift = 0; ; shift += 7) {
      int next = in.get();
      number |= (long) (next & 0x7f) << shift;
      if (next >= 0 || shift > 56) {
        return number;
      }
    }
  }
}
