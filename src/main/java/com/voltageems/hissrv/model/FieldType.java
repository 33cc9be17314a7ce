package com.voltageems.hissrv.model;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The kinds of {@link FieldValue}. A field of a measurement has one, for good. */
public enum FieldType {
  FLOAT,
  /** Of 64 bits. */
  INT,
  BOOL,
  STRING;

  /** As configuration and people write it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The type of this label; empty when there is none. */
  public static Optional<FieldType> parse(String label) {
    return Arrays.stream(values()).filter(one -> one.label().equals(label)).findFirst();
  }

  /** A value's. */
  public static FieldType of(FieldValue value) {
    return switch (value) {
      case FieldValue.FloatValue _ -> FLOAT;
      case FieldValue.IntegerValue _ -> INT;
      case FieldValue.BooleanValue _ -> BOOL;
      case FieldValue.StringValue _ -> STRING;
    };
  }
}
