package com.voltageems.hissrv.transform;

import com.voltageems.hissrv.model.FieldType;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.FieldValue.BooleanValue;
import com.voltageems.hissrv.model.FieldValue.FloatValue;
import com.voltageems.hissrv.model.FieldValue.IntegerValue;
import com.voltageems.hissrv.model.FieldValue.StringValue;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** One type's value as another's, when nothing of it is lost; never rounded. */
final class Coercion {
  private static final double TWO_TO_63 = 0x1p63;
  private static final Pattern WHOLE = Pattern.compile("([+-]?\\d{1,19})(\\.0{1,19})?");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?\\d{1,40}(\\.\\d{1,40})?([eE][+-]?\\d{1,3})?");

  private Coercion() {}

  /** What no one has to ask for: whole numbers, with and without a point. */
  static Optional<FieldValue> lossless(FieldValue value, FieldType type) {
    if (FieldType.of(value) == type) {
      return Optional.of(value);
    }
    return switch (value) {
      case IntegerValue(long whole) when type == FieldType.FLOAT && isExact(whole) ->
          Optional.of(FieldValue.of((double) whole));
      case FloatValue(double number) when type == FieldType.INT && isWhole(number) ->
          Optional.of(FieldValue.of((long) number));
      default -> Optional.empty();
    };
  }

  /** What a configuration asks for by {@code type}: also texts that say a value, and 0 and 1. */
  static Optional<FieldValue> asked(FieldValue value, FieldType type) {
    Optional<FieldValue> lossless = lossless(value, type);
    if (lossless.isPresent()) {
      return lossless;
    }
    return switch (type) {
      case FLOAT -> value instanceof StringValue(String text) ? number(text) : Optional.empty();
      case INT -> value instanceof StringValue(String text) ? whole(text) : Optional.empty();
      case BOOL -> truth(text(value));
      case STRING -> Optional.of(FieldValue.of(text(value)));
    };
  }

  /** As people write it; whole floats without a point. */
  static String text(FieldValue value) {
    return switch (value) {
      case FloatValue(double number) ->
          isWhole(number) ? Long.toString((long) number) : Double.toString(number);
      case IntegerValue(long whole) -> Long.toString(whole);
      case BooleanValue(boolean truth) -> Boolean.toString(truth);
      case StringValue(String text) -> text;
    };
  }

  private static boolean isExact(long whole) {
    double number = whole;
    return number < TWO_TO_63 && (long) number == whole;
  }

  private static boolean isWhole(double number) {
    return Math.rint(number) == number && number >= -TWO_TO_63 && number < TWO_TO_63;
  }

  private static Optional<FieldValue> number(String text) {
    return Optional.of(text.strip())
        .filter(t -> NUMBER.matcher(t).matches())
        .map(Double::valueOf)
        .filter(number -> Double.isFinite(number))
        .map(FieldValue::of);
  }

  private static Optional<FieldValue> whole(String text) {
    var match = WHOLE.matcher(text.strip());
    try {
      return match.matches()
          ? Optional.of(FieldValue.of(Long.parseLong(match.group(1))))
          : Optional.empty();
    } catch (NumberFormatException beyond64Bits) {
      return Optional.empty();
    }
  }

  private static Optional<FieldValue> truth(String text) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "true", "1" -> Optional.of(FieldValue.of(true));
      case "false", "0" -> Optional.of(FieldValue.of(false));
      default -> Optional.empty();
    };
  }
}
