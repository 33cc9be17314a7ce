package com.example.hissrv;

import com.voltageems.hissrv.aggregate.AggregateFunction;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A percentile that is always one of the samples: the smallest that at least p % of them do not
 * exceed (InfluxQL's PERCENTILE is one of these, too). {@code nearest_rank(95)} gives the field
 * {@code <field>_nearest_rank_95}.
 */
public final class NearestRank implements AggregateFunction {
  @Override
  public String name() {
    return "nearest_rank";
  }

  @Override
  public Optional<String> problem(List<Double> arguments) {
    boolean fine = arguments.size() == 1 && arguments.get(0) > 0 && arguments.get(0) <= 100;
    return fine
        ? Optional.empty()
        : Optional.of("nearest_rank takes one number above 0, at most 100");
  }

  @Override
  public double apply(double[] values, List<Double> arguments) {
    Arrays.sort(values);
    return values[(int) Math.ceil(arguments.get(0) * values.length / 100) - 1];
  }
}
