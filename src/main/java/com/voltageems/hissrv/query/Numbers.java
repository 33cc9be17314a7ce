package com.voltageems.hissrv.query;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.FieldValue.FloatValue;
import com.voltageems.hissrv.model.FieldValue.IntegerValue;
import org.jspecify.annotations.Nullable;

/** Values as numbers, and back. */
final class Numbers {
  private Numbers() {}

  /** Null for what is no number, or not there. */
  static @Nullable Double of(@Nullable FieldValue value) {
    return switch (value) {
      case FloatValue(double number) -> number;
      case IntegerValue(long number) -> (double) number;
      case null, default -> null;
    };
  }

  /** Null for what no store could hold: a sum that is too large. */
  static @Nullable FieldValue of(double number) {
    return Double.isFinite(number) ? FieldValue.of(number) : null;
  }
}
