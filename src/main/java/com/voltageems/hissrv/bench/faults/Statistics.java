package com.voltageems.hissrv.bench.faults;

import org.jspecify.annotations.Nullable;

/** Of some values of the sample log. */
final class Statistics {
  /** Relative to the sum of the magnitudes: sums may be folded in another order. */
  private static final double ROUNDING = 1e-12;

  private long count;
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;
  private double sum;
  private double magnitude;

  void add(double value) {
    count++;
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
    magnitude += Math.abs(value);
  }

  long count() {
    return count;
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** What is not as these values say; empty when all is. */
  String difference(@Nullable FoundStatistics found) {
    if (count == 0) {
      return found == null ? "" : "no value was sampled, found a count of " + found.count();
    }
    if (found == null) {
      return count + " values were sampled, nothing was found";
    }
    boolean equal =
        found.count() == count
            && found.min() != null
            && found.min() == min
            && found.max() != null
            && found.max() == max
            && found.avg() != null
            && Math.abs(found.avg() * count - sum) <= ROUNDING * magnitude;
    return equal ? "" : "expected %s, %s".formatted(this, found);
  }

  /** Whether some of these values, at most so many, can have given what was found. */
  boolean bounds(FoundStatistics found, long most) {
    return found.count() <= most
        && found.min() != null
        && found.min() >= min
        && found.max() != null
        && found.max() <= max;
  }

  @Override
  public String toString() {
    return "count %d, min %s, max %s, avg %s".formatted(count, min, max, sum / count);
  }
}
