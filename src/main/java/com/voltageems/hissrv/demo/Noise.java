package com.voltageems.hissrv.demo;

/**
 * Smooth noise without a memory: random values at the knots, hashed from seed and knot, and an
 * eased way from each to the next. Repeats with the {@link Cycle}.
 *
 * @param knotSeconds between two knots; divides the cycle
 */
record Noise(long seed, int knotSeconds) {
  /** In [-1, 1]. */
  double at(double second) {
    double position = second / knotSeconds;
    long knot = (long) position;
    double way = position - knot;
    double eased = way * way * (3 - 2 * way);
    return knot(knot) * (1 - eased) + knot(knot + 1) * eased;
  }

  private double knot(long index) {
    return hashed(seed, index % (Cycle.SECONDS / knotSeconds)) * 2 - 1;
  }

  /** Evenly spread over [0, 1): SplitMix64. */
  static double hashed(long seed, long index) {
    long z = (seed * 0x9E3779B97F4A7C15L) ^ (index * 0xD1B54A32D192ED03L + 0x632BE59BD9B4E019L);
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return ((z ^ (z >>> 31)) >>> 11) * 0x1p-53;
  }
}
