package com.voltageems.hissrv.demo;

/**
 * The workshop's cold store, part of what the buildings use, behind an old meter of four digits:
 * after 99.99 kWh comes 0.00, about once a day.
 */
final class ColdStore {
  /** In kWh: what the meter can't tell apart from 0. */
  static final double ROLL_OVER = 100;

  private static final long MICRO_WATT_HOURS_PER_DIGIT = 10_000_000;
  private static final long DIGITS = 10_000;
  private static final double MEAN = 4.7;
  private static final double WARMEST_HOUR = 15;

  private static final Noise DOORS = new Noise(61, 1200);
  private static final Noise COMPRESSOR = new Noise(62, 10);
  private static final EnergyCounter COUNTER = new EnergyCounter(ColdStore::power);

  private ColdStore() {}

  /**
   * @param power kW
   * @param energy what the meter shows, kWh: rises by 0.01 to 99.99 and begins again at 0
   */
  record State(double power, double energy) {}

  static State at(long cycle, double second) {
    long digits = Math.floorDiv(COUNTER.microWattHours(cycle, second), MICRO_WATT_HOURS_PER_DIGIT);
    return new State(power(second), Math.floorMod(digits, DIGITS) * ROLL_OVER / DIGITS);
  }

  private static double power(double second) {
    double warmth = Math.cos(2 * Math.PI * (Cycle.hour(second) - WARMEST_HOUR) / 24);
    return MEAN + 0.5 * warmth + 0.4 * DOORS.at(second) + 0.1 * COMPRESSOR.at(second);
  }
}
