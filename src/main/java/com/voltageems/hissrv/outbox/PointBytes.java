package com.voltageems.hissrv.outbox;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes of a point being written: numbers big-endian, text as UTF-8 behind a 32-bit length. */
final class PointBytes {
  private static final int MOST_PER_CHAR = 3;

  private byte[] bytes = new byte[1_024];
  private ByteBuffer out = ByteBuffer.wrap(bytes);

  void writeByte(int value) {
    room(Byte.BYTES).put((byte) value);
  }

  void writeInt(int value) {
    room(Integer.BYTES).putInt(value);
  }

  void writeLong(long value) {
    room(Long.BYTES).putLong(value);
  }

  /** Most texts are ASCII, a byte per character. */
  void writeText(String text) {
    int length = text.length();
    room(Integer.BYTES + Math.multiplyExact(length, MOST_PER_CHAR)).putInt(length);
    int at = out.position();
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c > '\u007F') {
        writeUtf8(text, at);
        return;
      }
      bytes[at + i] = (byte) c;
    }
    out.position(at + length);
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, out.position());
  }

  private void writeUtf8(String text, int at) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    out.putInt(at - Integer.BYTES, utf8.length);
    out.put(utf8);
  }

  private ByteBuffer room(int more) {
    if (out.remaining() < more) {
      int position = out.position();
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, position + more));
      out = ByteBuffer.wrap(bytes).position(position);
    }
    return out;
  }
}
