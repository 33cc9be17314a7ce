package com.voltageems.hissrv.aggregate;

import java.util.Arrays;

/** The values of one point, in time order. */
final class Values {
  private double[] held = new double[64];
  private int size;

  void add(double value) {
    if (size == held.length) {
      held = Arrays.copyOf(held, 2 * size);
    }
    held[size++] = value;
  }

  int size() {
    return size;
  }

  /** A copy. */
  double[] toArray() {
    return Arrays.copyOf(held, size);
  }
}
