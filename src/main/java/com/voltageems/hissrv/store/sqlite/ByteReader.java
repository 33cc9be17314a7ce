package com.voltageems.hissrv.store.sqlite;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads what {@link Bytes} wrote. Damaged bytes throw {@link DamagedException}. */
final class ByteReader {
  private final byte[] bytes;
  private int at;

  ByteReader(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Bytes that are not what they should be. */
  static final class DamagedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DamagedException(String message) {
      super(message);
    }
  }

  int position() {
    return at;
  }

  boolean hasMore() {
    return at < bytes.length;
  }

  int readByte() {
    if (at >= bytes.length) {
      throw new DamagedException("ends too early");
    }
    return bytes[at++] & 0xFF;
  }

  long readVarint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int b = readByte();
      value |= (long) (b & 0x7F) << shift;
      if (b < 0x80) {
        return value;
      }
    }
    throw new DamagedException("a number is too long");
  }

  long readZigzag() {
    long value = readVarint();
    return (value >>> 1) ^ -(value & 1);
  }

  int readCount() {
    long count = readVarint();
    if (count < 0 || count > 100_000_000) {
      throw new DamagedException("a count is too large: " + count);
    }
    return (int) count;
  }

  String readText() {
    return new String(readBytes(readCount()), StandardCharsets.UTF_8);
  }

  byte[] readBytes(int length) {
    if (length > bytes.length - at) {
      throw new DamagedException("ends too early");
    }
    at += length;
    return Arrays.copyOfRange(bytes, at - length, at);
  }

  void skip(int length) {
    if (length < 0 || length > bytes.length - at) {
      throw new DamagedException("ends too early");
    }
    at += length;
  }

  long readFixed(int length) {
    long value = 0;
    for (int i = 0; i < length; i++) {
      value |= (long) readByte() << (8 * i);
    }
    return value;
  }
}
