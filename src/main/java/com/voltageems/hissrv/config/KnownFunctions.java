package com.voltageems.hissrv.config;

import java.util.List;
import java.util.SortedSet;
import java.util.function.ToDoubleFunction;

/** The functions over all values of a window that a configuration may ask for. */
public interface KnownFunctions {
  /** Their names, for people too: what configuration writes before the arguments. */
  SortedSet<String> names();

  /**
   * A function with its arguments.
   *
   * @param name one of the {@link #names}
   * @throws IllegalArgumentException when it does not take these arguments; the message tells why
   */
  ToDoubleFunction<double[]> bind(String name, List<Double> arguments);
}
