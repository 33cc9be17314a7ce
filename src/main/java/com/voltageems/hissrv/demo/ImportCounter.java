package com.voltageems.hissrv.demo;

/**
 * The grid meter's counter: what was imported since the beginning. A cycle is added up once, when
 * first asked; a reading then takes a few steps. It counts in whole µWh, for a sum of doubles can
 * fall by a last digit.
 */
final class ImportCounter {
  private static final double PER_KILOWATT_HOUR = 1e9;
  private static final int STEP_SECONDS = 2;
  private static final int MINUTE_SECONDS = 60;
  private static final int MINUTES = Cycle.SECONDS / MINUTE_SECONDS;

  private ImportCounter() {}

  private static final class OneCycle {
    /** From the cycle's beginning to each minute's, and to the cycle's end. */
    private static final long[] IMPORTED = new long[MINUTES + 1];

    static {
      for (int minute = 0; minute < MINUTES; minute++) {
        int from = minute * MINUTE_SECONDS;
        IMPORTED[minute + 1] = IMPORTED[minute] + imported(from, from + MINUTE_SECONDS);
      }
    }
  }

  /** In kWh; never falls. */
  static double reading(long cycle, double second) {
    int minute = (int) (second / MINUTE_SECONDS);
    long sum =
        cycle * OneCycle.IMPORTED[MINUTES]
            + OneCycle.IMPORTED[minute]
            + imported(minute * MINUTE_SECONDS, second);
    return sum / PER_KILOWATT_HOUR;
  }

  /** Within a step it grows evenly. */
  private static long imported(int from, double to) {
    long sum = 0;
    double before = importPower(from);
    for (int at = from; at < to; at += STEP_SECONDS) {
      double after = importPower((at + STEP_SECONDS) % Cycle.SECONDS);
      long step = Math.round((before + after) / 2 * STEP_SECONDS / 3600 * PER_KILOWATT_HOUR);
      double part = Math.min(1, (to - at) / STEP_SECONDS);
      sum += (long) (step * part);
      before = after;
    }
    return sum;
  }

  private static double importPower(int second) {
    return Math.max(0, Load.power(second) - Sun.power(second));
  }
}
