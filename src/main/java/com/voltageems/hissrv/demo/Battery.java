package com.voltageems.hissrv.demo;

/**
 * A battery that stores what the sun yields beyond the load, is topped up a little in the small
 * hours and gives it all back in the evening, each more slowly the nearer it is to its limit.
 *
 * <p>It is walked through a cycle once, minute by minute; between two minutes its power goes evenly
 * and what it holds is that power's integral. Each day ends with it down to its reserve, so a cycle
 * ends as it began.
 */
final class Battery {
  static final double CAPACITY = 40;

  /** Of charging, and of discharging: of a kWh put in, 0.96² come out. */
  static final double EFFICIENCY = 0.96;

  private static final double RESERVE = 0.10 * CAPACITY;
  private static final double TOPPED_UP = 0.35 * CAPACITY;
  private static final double FULL = 0.95 * CAPACITY;
  private static final double STRONGEST_CHARGE = 12;
  private static final double STRONGEST_DISCHARGE = 9;
  private static final double GENTLE_CHARGE = 5;

  /** Hours: near a limit, what is left to it would take this long. */
  private static final double TAPER = 0.3;

  private static final double WARMING_PER_SQUARE_KILOWATT = 0.06;
  private static final double WARMING_HOURS = 1.5;
  private static final double OHMS = 0.08;
  private static final double EMPTY_VOLTS = 350;
  private static final double VOLTS_TO_FULL = 40;

  private static final int MINUTE_SECONDS = 60;
  private static final int MINUTES = Cycle.SECONDS / MINUTE_SECONDS;
  private static final Noise AMBIENT = new Noise(51, 7200);
  private static final Noise FLICKER = new Noise(52, 2);

  /** By the minute of the cycle: kW into the cells, kWh held, °C above the room. */
  private static final double[] INTO_CELLS = new double[MINUTES + 1];

  private static final double[] HELD = new double[MINUTES + 1];
  private static final double[] WARMTH = new double[MINUTES + 1];

  static {
    HELD[0] = RESERVE;
    walk();
    HELD[0] = HELD[MINUTES];
    WARMTH[0] = WARMTH[MINUTES];
    walk();
  }

  private Battery() {}

  /**
   * @param power kW, positive when it delivers, negative when it is charged
   * @param stateOfCharge %
   * @param voltage of the cells, V
   * @param temperature °C
   */
  record State(double power, double stateOfCharge, double voltage, double temperature) {
    /** A, signed like the power. */
    double current() {
      return power * 1000 / voltage;
    }
  }

  static State at(double second) {
    int minute = (int) (second / MINUTE_SECONDS);
    double way = second / MINUTE_SECONDS - minute;
    double power = power(second);
    double from = INTO_CELLS[minute];
    double rise = INTO_CELLS[minute + 1] - from;
    double held = HELD[minute] + (from * way + rise * way * way / 2) / 60;
    double openVoltage = EMPTY_VOLTS + VOLTS_TO_FULL * held / CAPACITY;
    return new State(
        power,
        100 * held / CAPACITY,
        openVoltage - OHMS * power * 1000 / openVoltage + 0.05 * FLICKER.at(second),
        21 + 1.5 * AMBIENT.at(second) + between(WARMTH, minute, way));
  }

  /** In kW, positive when it delivers. */
  static double power(double second) {
    int minute = (int) (second / MINUTE_SECONDS);
    double intoCells = between(INTO_CELLS, minute, second / MINUTE_SECONDS - minute);
    return intoCells > 0 ? -intoCells / EFFICIENCY : 0 - intoCells * EFFICIENCY;
  }

  private static double between(double[] values, int minute, double way) {
    return values[minute] + (values[minute + 1] - values[minute]) * way;
  }

  private static void walk() {
    for (int minute = 0; minute < MINUTES; minute++) {
      double now = INTO_CELLS[minute];
      double next = wish((minute + 1) % MINUTES * MINUTE_SECONDS, HELD[minute]);
      INTO_CELLS[minute + 1] = next;
      HELD[minute + 1] = HELD[minute] + (now + next) / 2 / 60;
      double warmest = WARMING_PER_SQUARE_KILOWATT * next * next;
      WARMTH[minute + 1] = WARMTH[minute] + (warmest - WARMTH[minute]) / (60 * WARMING_HOURS);
    }
  }

  /** What should go into the cells, in kW. */
  private static double wish(int second, double held) {
    double hour = Cycle.hour(second);
    double surplus = Sun.power(second) - Site.load(second);
    if (surplus > 0) {
      return toward(FULL, held, EFFICIENCY * Math.min(surplus, STRONGEST_CHARGE));
    }
    if (hour >= 17) {
      return -toward(-RESERVE, -held, Math.min(-surplus, STRONGEST_DISCHARGE) / EFFICIENCY);
    }
    if (hour >= 2 && hour < 5) {
      return toward(TOPPED_UP, held, EFFICIENCY * GENTLE_CHARGE);
    }
    return 0;
  }

  private static double toward(double limit, double held, double strongest) {
    return Math.clamp((limit - held) / TAPER, 0, strongest);
  }
}
