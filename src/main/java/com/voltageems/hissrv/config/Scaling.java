package com.voltageems.hissrv.config;

/**
 * What a raw value is multiplied with, and what is added then: {@code scale · x + offset}.
 *
 * @param scale finite and not zero
 * @param offset finite, in the unit that results
 */
public record Scaling(double scale, double offset) {
  /** Leaves every value as it is. */
  public static final Scaling NONE = new Scaling(1, 0);

  /** Whether a value comes out as it went in. */
  public boolean isNone() {
    return equals(NONE);
  }

  /** A value, scaled. */
  public double of(double raw) {
    return scale * raw + offset;
  }
}
