package com.voltageems.hissrv.aggregate;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The functions that need no plugin. */
final class BuiltInFunctions {
  static final List<AggregateFunction> ALL = List.of(new Percentile(), new Median(), new Mode());

  private BuiltInFunctions() {}

  /**
   * Between the two closest ranks it interpolates linearly: numpy's and Excel's definition, type 7
   * of Hyndman and Fan, "Sample Quantiles in Statistical Packages" (1996).
   */
  private static final class Percentile implements AggregateFunction {
    @Override
    public String name() {
      return "percentile";
    }

    @Override
    public Optional<String> problem(List<Double> arguments) {
      boolean fine =
          arguments.size() == 1 && arguments.getFirst() >= 0 && arguments.getFirst() <= 100;
      return fine ? Optional.empty() : Optional.of("percentile takes one number from 0 to 100");
    }

    @Override
    public double apply(double[] values, List<Double> arguments) {
      return percentile(values, arguments.getFirst());
    }
  }

  /** {@code percentile(50)}: of an even number of values the middle of the two in the middle. */
  private static final class Median implements AggregateFunction {
    @Override
    public String name() {
      return "median";
    }

    @Override
    public double apply(double[] values, List<Double> arguments) {
      return percentile(values, 50);
    }
  }

  /** The most frequent value; of several the smallest. */
  private static final class Mode implements AggregateFunction {
    @Override
    public String name() {
      return "mode";
    }

    @Override
    public double apply(double[] values, List<Double> arguments) {
      Arrays.sort(values);
      double mode = values[0];
      int most = 0;
      int from = 0;
      for (int i = 1; i <= values.length; i++) {
        if (i == values.length || values[i] != values[from]) {
          if (i - from > most) {
            most = i - from;
            mode = values[from];
          }
          from = i;
        }
      }
      return mode;
    }
  }

  private static double percentile(double[] values, double p) {
    Arrays.sort(values);
    // The rank in hundredths: for a whole p it and its parts are exact.
    double hundredths = p * (values.length - 1);
    int below = (int) Math.floor(hundredths / 100);
    double share = (hundredths - below * 100.0) / 100;
    double low = values[below];
    if (share <= 0 || below + 1 == values.length) {
      return low;
    }
    double high = values[below + 1];
    double between = low + share * (high - low);
    return Double.isFinite(between) ? between : low * (1 - share) + high * share;
  }
}
