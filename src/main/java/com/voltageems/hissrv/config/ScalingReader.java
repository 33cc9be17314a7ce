package com.voltageems.hissrv.config;

import com.voltageems.hissrv.model.Summary;
import com.voltageems.hissrv.model.ValueFunction;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** {@code scale} and {@code offset} of a field, and what can be told of scaled values. */
final class ScalingReader {
  private static final String ALLOWED = "a number such as 0.1, -1 or 1e-3";
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?\\d{1,15}(\\.\\d{1,15})?([eE][+-]?\\d{1,3})?");

  /** Functions of the order of values, which a scale above zero keeps. */
  private static final Set<String> OF_ORDER = Set.of("percentile", "median", "mode");

  private ScalingReader() {}

  static Scaling read(Section field) {
    Optional<Value> factor = field.get("scale");
    double scale = factor.flatMap(ScalingReader::number).orElse(1.0);
    if (scale == 0) {
      factor.ifPresent(value -> value.problem("a scale of 0 leaves nothing of a value"));
      return Scaling.NONE;
    }
    double offset = field.get("offset").flatMap(ScalingReader::number).orElse(0.0);
    return new Scaling(scale, offset);
  }

  /** Why a statistic of scaled values can't be told from that of the values; empty if it can. */
  static Optional<String> inexact(Scaling scaling, Summary summary) {
    if (scaling.isNone() || !(summary instanceof ValueFunction function)) {
      return Optional.empty();
    }
    if (!OF_ORDER.contains(function.name())) {
      return Optional.of(
          function.call()
              + " is a function of your own: nobody knows what it gives of scaled values, so it"
              + " can't be had of a field with scale or offset");
    }
    return scaling.scale() > 0
        ? Optional.empty()
        : Optional.of(
            function.call()
                + " looks at the values' order, which a scale below zero turns round: it can't be"
                + " told exactly");
  }

  private static Optional<Double> number(Value value) {
    Optional<String> text = Section.notBlank(value, ALLOWED);
    Optional<Double> number =
        text.filter(t -> NUMBER.matcher(t).matches())
            .map(Double::valueOf)
            .filter(n -> Double.isFinite(n));
    if (text.isPresent() && number.isEmpty()) {
      value.mismatch(ALLOWED);
    }
    return number;
  }
}
