package com.voltageems.hissrv.demo;

/**
 * What the panels yield: sun from 6 to 18 o'clock, and clouds, more on some days than on others.
 */
final class Sun {
  static final double PEAK_KILOWATTS = 42;

  private static final double RISE = 6;
  private static final double DAYLIGHT = 12;
  private static final long DAYS_SEED = 11;

  private static final Noise FRONTS = new Noise(12, 5400);
  private static final Noise CLOUDS = new Noise(13, 600);
  private static final Noise WISPS = new Noise(14, 60);

  private Sun() {}

  /** In kW, never negative. */
  static double power(double second) {
    double hour = Cycle.hour(second);
    if (hour <= RISE || hour >= RISE + DAYLIGHT) {
      return 0;
    }
    double height = Math.sin(Math.PI * (hour - RISE) / DAYLIGHT);
    return PEAK_KILOWATTS * Math.pow(height, 1.3) * (1 - cloudCover(second));
  }

  /** In [0.02, 0.85]. */
  private static double cloudCover(double second) {
    double overcast = 0.2 + 0.7 * Noise.hashed(DAYS_SEED, Cycle.day(second));
    double sky = 0.6 * FRONTS.at(second) + 0.6 * CLOUDS.at(second) + 0.2 * WISPS.at(second);
    double cover = Math.clamp(0.5 * sky + overcast - 0.25, 0, 1);
    return 0.02 + 0.83 * cover * cover * (3 - 2 * cover);
  }
}
