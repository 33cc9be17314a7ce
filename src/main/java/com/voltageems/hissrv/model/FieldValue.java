package com.voltageems.hissrv.model;

/** One field's value. {@code count} is an integer; other statistics and JSON numbers are floats. */
public sealed interface FieldValue {
  /** A finite double. */
  record FloatValue(double value) implements FieldValue {
    /**
     * @throws IllegalArgumentException for NaN and infinity, which no store takes
     */
    public FloatValue {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("not a finite number: " + value);
      }
    }
  }

  /** A 64-bit integer. */
  record IntegerValue(long value) implements FieldValue {}

  /** True or false. */
  record BooleanValue(boolean value) implements FieldValue {}

  /** Text. */
  record StringValue(String value) implements FieldValue {}

  /** A finite float. */
  static FieldValue of(double value) {
    return new FloatValue(value);
  }

  /** An integer. */
  static FieldValue of(long value) {
    return new IntegerValue(value);
  }

  /** A boolean. */
  static FieldValue of(boolean value) {
    return new BooleanValue(value);
  }

  /** A string. */
  static FieldValue of(String value) {
    return new StringValue(value);
  }
}
