package com.voltageems.hissrv.parquet;

import java.io.ByteArrayOutputStream;
import java.util.function.IntUnaryOperator;

/** Parquet's hybrid of run lengths and packed bits: eight equal values or more are a run. */
final class RunLength {
  private static final int GROUP = 8;

  private final IntUnaryOperator values;
  private final int count;
  private final int width;
  private final ByteArrayOutputStream out;

  private RunLength(IntUnaryOperator values, int count, int width, ByteArrayOutputStream out) {
    this.values = values;
    this.count = count;
    this.width = width;
    this.out = out;
  }

  /**
   * @param values by their place from 0, each below 2 to the power of {@code width}
   */
  static void write(IntUnaryOperator values, int count, int width, ByteArrayOutputStream out) {
    new RunLength(values, count, width, out).write();
  }

  private void write() {
    int at = 0;
    while (at < count) {
      if (isRun(at)) {
        at = writeRun(at);
      } else {
        int end = at + GROUP;
        while (end < count && !isRun(end)) {
          end += GROUP;
        }
        writePacked(at, end);
        at = end;
      }
    }
  }

  private boolean isRun(int at) {
    if (at + GROUP > count) {
      return false;
    }
    int first = values.applyAsInt(at);
    for (int i = 1; i < GROUP; i++) {
      if (values.applyAsInt(at + i) != first) {
        return false;
      }
    }
    return true;
  }

  private int writeRun(int at) {
    int value = values.applyAsInt(at);
    int end = at + GROUP;
    while (end < count && values.applyAsInt(end) == value) {
      end++;
    }
    Struct.writeVarint(out, (long) (end - at) << 1);
    for (int shift = 0; shift < width; shift += Byte.SIZE) {
      out.write(value >>> shift);
    }
    return end;
  }

  /** Whole groups; behind the last value stand zeros. */
  private void writePacked(int from, int to) {
    Struct.writeVarint(out, ((long) ((to - from) / GROUP) << 1) | 1);
    long bits = 0;
    int held = 0;
    for (int i = from; i < to; i++) {
      long value = i < count ? values.applyAsInt(i) : 0;
      bits |= value << held;
      held += width;
      while (held >= Byte.SIZE) {
        out.write((int) bits);
        bits >>>= Byte.SIZE;
        held -= Byte.SIZE;
      }
    }
  }
}
