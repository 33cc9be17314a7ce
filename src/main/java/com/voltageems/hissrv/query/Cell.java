package com.voltageems.hissrv.query;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.FieldValue.BooleanValue;
import com.voltageems.hissrv.model.FieldValue.FloatValue;
import com.voltageems.hissrv.model.FieldValue.IntegerValue;
import com.voltageems.hissrv.model.FieldValue.StringValue;
import org.jspecify.annotations.Nullable;

/** A field's value as an answer has it. */
public final class Cell {
  private Cell() {}

  /** A number, a text, or a truth; null for null. */
  public static @Nullable Object of(@Nullable FieldValue value) {
    return switch (value) {
      case FloatValue(double number) -> number;
      case IntegerValue(long number) -> number;
      case BooleanValue(boolean truth) -> truth;
      case StringValue(String text) -> text;
      case null -> null;
    };
  }
}
