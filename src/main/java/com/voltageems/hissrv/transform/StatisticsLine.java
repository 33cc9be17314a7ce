package com.voltageems.hissrv.transform;

import com.voltageems.hissrv.config.Scaling;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Statistic;
import com.voltageems.hissrv.model.Summary;
import com.voltageems.hissrv.model.ValueFunction;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.DoubleUnaryOperator;

/**
 * One point's line in an archive: words in the order of the archive's {@code stats} header, then
 * what functions over all values gave, by name: {@code "1.5 1 2 4 6 median=1.5"}.
 *
 * @param names the header's
 * @param words as many
 * @param functions results as they are written, by call
 */
record StatisticsLine(List<String> names, List<String> words, Map<String, String> functions) {
  private static final double SECONDS_PER_HOUR = 3_600;

  /** Empty when there are not as many words as names, or what follows them has no name. */
  static Optional<StatisticsLine> parse(List<String> names, String line) {
    List<String> words = Arrays.asList(line.split(" ", -1));
    if (words.size() < names.size()) {
      return Optional.empty();
    }
    var functions = new HashMap<String, String>();
    for (String word : words.subList(names.size(), words.size())) {
      int equals = word.indexOf('=');
      if (equals < 1) {
        return Optional.empty();
      }
      functions.put(word.substring(0, equals), word.substring(equals + 1));
    }
    return Optional.of(new StatisticsLine(names, words.subList(0, names.size()), functions));
  }

  /**
   * What the line tells; empty when it does not tell this, or the window has none.
   *
   * @throws IllegalArgumentException when a word it needs is no finite number
   */
  Optional<FieldValue> value(Summary summary) {
    return switch (summary) {
      case Statistic statistic -> statistic(statistic);
      case ValueFunction function ->
          Optional.ofNullable(functions.get(function.call()))
              .map(word -> FieldValue.of(Double.parseDouble(word)));
    };
  }

  /**
   * The same of values {@code y = s·x + o}, from what the line tells of x: avg, first, last and twa
   * are {@code s·X + o}, min and max too, of each other when s is below zero; sum is {@code s·X +
   * o·count}, integral {@code s·X + o·hours} with the hours that values held; range and stddev are
   * {@code |s|·X}; increase is {@code s·X}, for what is counted is a difference; count and good
   * stay. percentile, median and mode are {@code s·X + o}, for s above zero only.
   *
   * @throws IllegalArgumentException when a word it needs, or what comes out, is no finite number
   */
  Optional<FieldValue> value(Summary summary, Scaling scaling) {
    if (scaling.isNone()) {
      return value(summary);
    }
    return switch (summary) {
      case Statistic statistic -> scaled(statistic, scaling);
      case ValueFunction function -> of(function, scaling::of);
    };
  }

  private Optional<FieldValue> scaled(Statistic statistic, Scaling scaling) {
    double s = scaling.scale();
    return switch (statistic) {
      case COUNT, GOOD -> value(statistic);
      case AVG, FIRST, LAST, TWA -> of(statistic, scaling::of);
      case MIN -> of(s > 0 ? Statistic.MIN : Statistic.MAX, scaling::of);
      case MAX -> of(s > 0 ? Statistic.MAX : Statistic.MIN, scaling::of);
      case SUM -> shifted(statistic, scaling, number("count"));
      case INTEGRAL -> shifted(statistic, scaling, hours());
      case RANGE, STDDEV -> of(statistic, x -> Math.abs(s) * x);
      case INCREASE -> of(statistic, x -> s * x);
    };
  }

  private Optional<FieldValue> of(Summary summary, DoubleUnaryOperator formula) {
    return value(summary)
        .map(
            value -> FieldValue.of(formula.applyAsDouble(((FieldValue.FloatValue) value).value())));
  }

  private Optional<FieldValue> shifted(
      Statistic statistic, Scaling scaling, OptionalDouble weight) {
    return weight.isEmpty()
        ? Optional.empty()
        : of(statistic, x -> scaling.scale() * x + scaling.offset() * weight.getAsDouble());
  }

  private OptionalDouble hours() {
    OptionalDouble seconds = number("weight");
    return seconds.isPresent()
        ? OptionalDouble.of(seconds.getAsDouble() / SECONDS_PER_HOUR)
        : seconds;
  }

  private Optional<FieldValue> statistic(Statistic statistic) {
    if (statistic == Statistic.COUNT) {
      int at = names.indexOf("count");
      return at < 0 ? Optional.empty() : Optional.of(FieldValue.of(Long.parseLong(words.get(at))));
    }
    OptionalDouble number =
        switch (statistic) {
          case RANGE -> difference(number("max"), number("min"));
          case STDDEV -> isOne(number("count")) ? OptionalDouble.empty() : number("stddev");
          case TWA -> perHour(number("integral"), number("weight"));
          case GOOD -> share(number("count"), number("junk"));
          default -> number(statistic.label());
        };
    return number.isPresent() ? Optional.of(FieldValue.of(number.getAsDouble())) : Optional.empty();
  }

  private OptionalDouble number(String name) {
    int at = names.indexOf(name);
    return at < 0 ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(words.get(at)));
  }

  private static boolean isOne(OptionalDouble count) {
    return count.isPresent() && count.getAsDouble() == 1;
  }

  private static OptionalDouble difference(OptionalDouble a, OptionalDouble b) {
    return a.isPresent() && b.isPresent()
        ? OptionalDouble.of(a.getAsDouble() - b.getAsDouble())
        : OptionalDouble.empty();
  }

  /** None where no time passed: a single sample at the window's very end. */
  private static OptionalDouble perHour(OptionalDouble integral, OptionalDouble seconds) {
    return integral.isPresent() && seconds.isPresent() && seconds.getAsDouble() > 0
        ? OptionalDouble.of(integral.getAsDouble() * SECONDS_PER_HOUR / seconds.getAsDouble())
        : OptionalDouble.empty();
  }

  private static OptionalDouble share(OptionalDouble good, OptionalDouble bad) {
    return good.isPresent() && bad.isPresent()
        ? OptionalDouble.of(good.getAsDouble() / (good.getAsDouble() + bad.getAsDouble()))
        : OptionalDouble.empty();
  }
}
