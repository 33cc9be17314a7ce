package com.voltageems.hissrv.demo;

import java.util.function.IntToDoubleFunction;

/**
 * Counts a power that repeats with the {@link Cycle}, since the beginning. A cycle is added up
 * once; a reading then takes a few steps. It counts in whole µWh, for a sum of doubles can fall by
 * a last digit.
 */
final class EnergyCounter {
  private static final double PER_KILOWATT_HOUR = 1e9;
  private static final int STEP_SECONDS = 2;
  private static final int MINUTE_SECONDS = 60;
  private static final int MINUTES = Cycle.SECONDS / MINUTE_SECONDS;

  private final IntToDoubleFunction power;

  /** From the cycle's beginning to each minute's, and to the cycle's end. */
  private final long[] counted = new long[MINUTES + 1];

  /**
   * @param power in kW by the second of the cycle; never negative
   */
  EnergyCounter(IntToDoubleFunction power) {
    this.power = power;
    for (int minute = 0; minute < MINUTES; minute++) {
      int from = minute * MINUTE_SECONDS;
      counted[minute + 1] = counted[minute] + counted(from, from + MINUTE_SECONDS);
    }
  }

  /** In kWh; never falls. */
  double kilowattHours(long cycle, double second) {
    return microWattHours(cycle, second) / PER_KILOWATT_HOUR;
  }

  /** In µWh; never falls. */
  long microWattHours(long cycle, double second) {
    int minute = (int) (second / MINUTE_SECONDS);
    return cycle * counted[MINUTES] + counted[minute] + counted(minute * MINUTE_SECONDS, second);
  }

  /** Within a step it grows evenly. */
  private long counted(int from, double to) {
    long sum = 0;
    double before = power.applyAsDouble(from);
    for (int at = from; at < to; at += STEP_SECONDS) {
      double after = power.applyAsDouble((at + STEP_SECONDS) % Cycle.SECONDS);
      long step = Math.round((before + after) / 2 * STEP_SECONDS / 3600 * PER_KILOWATT_HOUR);
      double part = Math.min(1, (to - at) / STEP_SECONDS);
      sum += (long) (step * part);
      before = after;
    }
    return sum;
  }
}
