package com.voltageems.hissrv.testkit;

import com.voltageems.hissrv.aggregate.Functions;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.ValueFunction;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What functions over all values give, by their definitions. */
public final class ExpectedFunctions {
  private ExpectedFunctions() {}

  /** {@code percentile(95)}, {@code percentile(12.5)}, {@code median} and {@code mode}. */
  public static List<ValueFunction> asked(Collection<Level> levels) {
    return List.of(
        function("percentile", List.of(new BigDecimal("95")), levels),
        function("percentile", List.of(new BigDecimal("12.5")), levels),
        function("median", List.of(), levels),
        function("mode", List.of(), levels));
  }

  private static ValueFunction function(
      String name, List<BigDecimal> arguments, Collection<Level> levels) {
    return new ValueFunction(
        name,
        arguments,
        Set.copyOf(levels),
        Functions.builtIn().bind(name, arguments.stream().map(BigDecimal::doubleValue).toList()));
  }

  /** By the functions' calls. */
  public static Map<String, Double> of(Collection<Double> values) {
    return Map.of(
        "percentile(95)", percentile("95", values),
        "percentile(12.5)", percentile("12.5", values),
        "median", percentile("50", values),
        "mode", mode(values));
  }

  private static double percentile(String p, Collection<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    BigDecimal rank =
        new BigDecimal(p).multiply(BigDecimal.valueOf(sorted.size() - 1L)).movePointLeft(2);
    int below = rank.setScale(0, RoundingMode.FLOOR).intValueExact();
    double low = sorted.get(below);
    double high = sorted.get(Math.min(below + 1, sorted.size() - 1));
    return low + rank.subtract(BigDecimal.valueOf(below)).doubleValue() * (high - low);
  }

  private static double mode(Collection<Double> values) {
    var times = new TreeMap<Double, Integer>();
    values.forEach(value -> times.merge(value, 1, Integer::sum));
    int most = times.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
    return times.entrySet().stream()
        .filter(entry -> entry.getValue() == most)
        .findFirst()
        .orElseThrow()
        .getKey();
  }
}
