package com.voltageems.hissrv.demo;

/** What the buildings use: a workshop with flats above it, less busy at the weekend. */
final class Load {
  private static final double BASE = 7;
  private static final double WORK = 14;
  private static final double MORNING = 9;
  private static final double EVENING = 13;

  private static final Noise MACHINES = new Noise(21, 300);
  private static final Noise SWITCHING = new Noise(22, 30);
  private static final Noise RIPPLE = new Noise(23, 2);

  private Load() {}

  /** In kW, always positive. */
  static double power(double second) {
    double hour = Cycle.hour(second);
    double work =
        WORK * (step(hour, 7) - step(hour, 17)) * (Cycle.isWeekend(Cycle.day(second)) ? 0.25 : 1);
    double smooth = BASE + work + MORNING * bump(hour, 7.5, 1.1) + EVENING * bump(hour, 19.5, 1.8);
    double restless =
        1 + 0.10 * MACHINES.at(second) + 0.05 * SWITCHING.at(second) + 0.01 * RIPPLE.at(second);
    return smooth * restless;
  }

  private static double bump(double hour, double at, double width) {
    double distance = (hour - at) / width;
    return Math.exp(-distance * distance / 2);
  }

  private static double step(double hour, double at) {
    return 1 / (1 + Math.exp((at - hour) / 0.3));
  }
}
