package com.voltageems.hissrv.demo;

/** The weather that the panels see, measured beside them and sent by radio. */
final class WeatherStation {
  private static final double IRRADIANCE_PER_KILOWATT = 1000 / Sun.PEAK_KILOWATTS;
  private static final double WARMEST_HOUR = 15;
  private static final double WARMING_BY_IRRADIANCE = 0.028;

  private static final Noise AIR = new Noise(71, 7200);
  private static final Noise WIND = new Noise(72, 1800);
  private static final Noise GUSTS = new Noise(73, 6);

  private WeatherStation() {}

  /**
   * @param irradiance on the panels, W/m²
   * @param panelTemperature °C
   * @param windSpeed m/s
   */
  record State(double irradiance, double panelTemperature, double windSpeed) {}

  static State at(double second) {
    double irradiance = IRRADIANCE_PER_KILOWATT * Sun.power(second);
    double warmth = Math.cos(2 * Math.PI * (Cycle.hour(second) - WARMEST_HOUR) / 24);
    return new State(
        irradiance,
        12 + 5 * warmth + 2 * AIR.at(second) + WARMING_BY_IRRADIANCE * irradiance,
        3 + 1.8 * WIND.at(second) + 0.9 * GUSTS.at(second));
  }
}
