package com.voltageems.hissrv.query;

import com.voltageems.hissrv.model.FieldValue;
import org.jspecify.annotations.Nullable;

/** A sum that keeps the digits small parts lose beside a large whole (Neumaier). */
final class Sum {
  private double sum;
  private double lost;
  private boolean isEmpty = true;

  void add(double value) {
    double next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
    isEmpty = false;
  }

  double value() {
    return Double.isFinite(lost) ? sum + lost : sum;
  }

  /** Null when nothing was added. */
  @Nullable FieldValue result() {
    return isEmpty ? null : Numbers.of(value());
  }
}
