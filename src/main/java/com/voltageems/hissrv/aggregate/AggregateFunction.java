package com.voltageems.hissrv.aggregate;

import java.util.List;
import java.util.Optional;

/**
 * A function over every good value of a window, found by {@link java.util.ServiceLoader} in the
 * jars of {@code plugins/}. Called by one thread at a time; what it throws costs that one field.
 */
public interface AggregateFunction {
  /**
   * How configuration asks for it, and how its field ends: lower-case letters, digits and
   * underscores, a letter first. No other function or statistic may have it.
   */
  String name();

  /**
   * What is wrong with the arguments, in a few words for the user; empty when nothing is. Asked
   * when the configuration is read. Unless overridden, no arguments are taken.
   *
   * @param arguments as configured, finite
   */
  default Optional<String> problem(List<Double> arguments) {
    return arguments.isEmpty() ? Optional.empty() : Optional.of(name() + " takes no arguments");
  }

  /**
   * The result for one point and window.
   *
   * @param values in time order, at least one, all finite; the function's own to change
   * @param arguments that {@link #problem} found nothing wrong with
   * @return NaN or infinity where there is no result: the window then has no such field
   */
  double apply(double[] values, List<Double> arguments);
}
