package com.voltageems.hissrv.query;

import java.util.List;

/** What stands in a bucket that a series has nothing in. */
sealed interface Fill {
  /** The bucket is left out. */
  record None() implements Fill {}

  /** Null. */
  record Nothing() implements Fill {}

  /** What the bucket before has; null where none has. */
  record Previous() implements Fill {}

  /** On the line between the buckets before and after; null where there is none of either. */
  record Linear() implements Fill {}

  /** A number. */
  record Value(double value) implements Fill {}

  static Fill parse(String text) {
    return switch (text) {
      case "none" -> new None();
      case "null" -> new Nothing();
      case "previous" -> new Previous();
      case "linear" -> new Linear();
      default -> new Value(number(text));
    };
  }

  private static double number(String text) {
    try {
      double value = Double.parseDouble(text);
      if (Double.isFinite(value) && text.matches("[-+ ]?[0-9.]+([eE][-+]?[0-9]+)?")) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw QueryProblem.badChoice(
        "fill", text, List.of("none", "null", "previous", "linear", "a number"), List.of());
  }
}
