package com.voltageems.hissrv.model;

import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A function over every good value of a window, as a rule asks for it: unlike a {@link Statistic}
 * it can't be folded from finer windows. Stored in a field of its own: {@code <field>_<label>}.
 *
 * @param name as configuration writes it, without arguments: {@code percentile}
 * @param arguments as configuration writes them, without needless zeros
 * @param levels where it is stored
 * @param body from the values in time order, at least one, all finite; may change the array. What
 *     is not finite is no result
 */
public record ValueFunction(
    String name, List<BigDecimal> arguments, Set<Level> levels, ToDoubleFunction<double[]> body)
    implements Summary {
  /** Copies the collections. */
  public ValueFunction {
    arguments = List.copyOf(arguments);
    levels = Set.copyOf(levels);
  }

  /** As configuration writes it: {@code percentile(95)}, {@code median}. Has no blank. */
  public String call() {
    return arguments.isEmpty() ? name : name + "(" + joined(",") + ")";
  }

  /** As field names have it, valid everywhere: {@code percentile_95}, {@code percentile_99_9}. */
  @Override
  public String label() {
    String words = joined("_").replace('.', '_').replace("-", "minus");
    return arguments.isEmpty() ? name : name + "_" + words;
  }

  /** Functions that are asked for in the same words give the same. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ValueFunction function
        && call().equals(function.call())
        && levels.equals(function.levels());
  }

  @Override
  public int hashCode() {
    return call().hashCode();
  }

  private String joined(String separator) {
    return arguments.stream().map(BigDecimal::toPlainString).collect(Collectors.joining(separator));
  }
}
