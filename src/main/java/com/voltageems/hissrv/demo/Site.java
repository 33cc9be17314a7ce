package com.voltageems.hissrv.demo;

/** What all of the site uses, and what of it comes from the grid. */
final class Site {
  private static final EnergyCounter IMPORTED = new EnergyCounter(s -> Math.max(0, gridPower(s)));

  private Site() {}

  /** In kW, always positive. */
  static double load(double second) {
    return Load.power(second) + EvCharger.at(second).power();
  }

  /** In kW, positive when imported. */
  static double gridPower(double second) {
    return load(second) - Sun.power(second) - Battery.power(second);
  }

  /** In kWh since the beginning; never falls. */
  static double energyImported(long cycle, double second) {
    return IMPORTED.kilowattHours(cycle, second);
  }
}
