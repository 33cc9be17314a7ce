package com.voltageems.hissrv.demo;

/**
 * What the plant's instruments show at one moment. Voltages are between phases.
 *
 * @param pvVoltage of the inverter, V
 * @param pvPower kW, never negative
 * @param gridVoltage at the meter, V
 * @param gridPower kW, positive when imported
 * @param frequency Hz
 * @param energyImported kWh since the meter was built in; never falls
 * @param loadPower kW: what the site uses, cars included
 */
record Readings(
    double pvVoltage,
    double pvPower,
    double gridVoltage,
    double gridPower,
    double frequency,
    double energyImported,
    double loadPower,
    Battery.State battery,
    EvCharger.State charger,
    ColdStore.State coldStore,
    WeatherStation.State weather) {
  private static final double SQRT_3 = Math.sqrt(3);

  /** Of the inverter, A. */
  double pvCurrent() {
    return current(pvPower, pvVoltage);
  }

  /** At the meter, A; signed like the power. */
  double gridCurrent() {
    return current(gridPower, gridVoltage);
  }

  /** At the charging point, A. */
  double chargerCurrent() {
    return current(charger.power(), gridVoltage);
  }

  /** PV power used or stored on the site, kW. */
  double selfConsumption() {
    return Math.min(pvPower, loadPower + Math.max(0, -battery.power()));
  }

  /** Share of the load that PV and battery cover, %. */
  double selfSufficiency() {
    return Math.clamp(100 * (pvPower + battery.power()) / loadPower, 0, 100);
  }

  private static double current(double kilowatts, double volts) {
    return kilowatts * 1000 / (SQRT_3 * volts);
  }
}
