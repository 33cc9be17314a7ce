package com.voltageems.hissrv.transform;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Statistic;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One point's line in an archive: words in the order of the archive's {@code stats} header.
 *
 * @param names the header's
 * @param words as many
 */
record StatisticsLine(List<String> names, List<String> words) {
  private static final double SECONDS_PER_HOUR = 3_600;

  /** Empty when there are not as many words as names. */
  static Optional<StatisticsLine> parse(List<String> names, String line) {
    List<String> words = Arrays.asList(line.split(" ", -1));
    return words.size() == names.size()
        ? Optional.of(new StatisticsLine(names, words))
        : Optional.empty();
  }

  /**
   * What the line tells; empty when it does not tell this, or the window has none.
   *
   * @throws IllegalArgumentException when a word it needs is no finite number
   */
  Optional<FieldValue> value(Statistic statistic) {
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
