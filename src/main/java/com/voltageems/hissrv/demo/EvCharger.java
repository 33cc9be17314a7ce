package com.voltageems.hissrv.demo;

import java.util.ArrayList;
import java.util.List;

/**
 * The charging point in the yard: on work days a car in the morning and on some another in the
 * evening, at the weekend one about noon. No session goes past midnight.
 */
final class EvCharger {
  private static final double[] CAR_KILOWATTS = {3.7, 7.4, 11};
  private static final double RAMP_SECONDS = 30;
  private static final double FADE_SECONDS = 900;
  private static final double SHORTEST_HOURS = 0.8;
  private static final double LONGEST_HOURS = 3.3;
  private static final long SEED = 41;
  private static final double EVENING_CHANCE = 0.6;

  private static final List<List<Session>> SESSIONS = new ArrayList<>();

  static {
    for (int day = 0; day < Cycle.DAYS; day++) {
      boolean weekend = Cycle.isWeekend(day);
      var sessions = new ArrayList<Session>();
      sessions.add(weekend ? session(2 * day, 10, 14) : session(2 * day, 8, 9));
      if (!weekend && Noise.hashed(SEED, day) < EVENING_CHANCE) {
        sessions.add(session(2 * day + 1, 17.5, 19.5));
      }
      SESSIONS.add(sessions);
    }
  }

  private EvCharger() {}

  /**
   * @param power kW, from 0 to 11
   * @param sessionEnergy kWh since the session began; stands still until the next begins
   */
  record State(double power, double sessionEnergy) {}

  static State at(double second) {
    double ofDay = second % Cycle.DAY_SECONDS;
    for (Session session : SESSIONS.get(Cycle.day(second)).reversed()) {
      if (session.start <= ofDay) {
        return session.at(ofDay - session.start);
      }
    }
    int dayBefore = (Cycle.day(second) + Cycle.DAYS - 1) % Cycle.DAYS;
    return SESSIONS.get(dayBefore).getLast().at(Cycle.DAY_SECONDS);
  }

  private static Session session(int number, double earliestHour, double latestHour) {
    double start = between(earliestHour, latestHour, Noise.hashed(SEED + 1, number)) * 3600;
    double length = between(SHORTEST_HOURS, LONGEST_HOURS, Noise.hashed(SEED + 2, number)) * 3600;
    int car = (int) (CAR_KILOWATTS.length * Noise.hashed(SEED + 3, number));
    return new Session(start, length, CAR_KILOWATTS[car]);
  }

  private static double between(double from, double to, double share) {
    return from + share * (to - from);
  }

  /**
   * The power rises within seconds, stays, and fades when the car is nearly full.
   *
   * @param start second of the day
   * @param length in seconds
   * @param peak in kW
   */
  private record Session(double start, double length, double peak) {
    State at(double since) {
      double share = Math.min(1, Math.min(since / RAMP_SECONDS, (length - since) / FADE_SECONDS));
      return new State(peak * Math.max(0, share), peak * fullSeconds(since) / 3600);
    }

    /** How long the peak would have taken to charge as much. */
    private double fullSeconds(double since) {
      double rising = Math.min(since, RAMP_SECONDS);
      double steady = Math.clamp(since, RAMP_SECONDS, length - FADE_SECONDS) - RAMP_SECONDS;
      double left = Math.clamp(length - since, 0, FADE_SECONDS);
      return rising * rising / (2 * RAMP_SECONDS)
          + steady
          + (FADE_SECONDS * FADE_SECONDS - left * left) / (2 * FADE_SECONDS);
    }
  }
}
