package com.voltageems.hissrv.bench.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * When samples were taken and when the script kept them from being taken, in seconds of sample
 * time; written by the harness alone. Only what is here excuses a window.
 */
final class Timeline {
  /** Seconds between samples. */
  static final int STEP = 10;

  private final TreeMap<Long, Integer> visits = new TreeMap<>();
  private final List<long[]> disturbed = new ArrayList<>();
  private final long start;
  private long now;

  Timeline(long start) {
    this.start = start;
    now = start;
  }

  long now() {
    return now;
  }

  long start() {
    return start;
  }

  /** A sample was taken at this moment. */
  void visited() {
    visits.merge(now, 1, Integer::sum);
  }

  void step() {
    now += STEP;
  }

  /** Time goes by without samples. */
  void skip(int steps) {
    now += (long) steps * STEP;
  }

  /** The clock is set, forward or back. */
  void jump(long seconds) {
    long to = Math.max(start, now + seconds);
    disturbed.add(new long[] {Math.min(now, to) - STEP, Math.max(now, to) + STEP});
    now = to;
  }

  /** The first moment from now on that no setting of the clock has to do with. */
  long calmFrom() {
    return disturbed.stream().mapToLong(range -> range[1] + STEP).reduce(now, Math::max);
  }

  /** How often a moment was sampled. */
  int visits(long second) {
    return visits.getOrDefault(second, 0);
  }

  /** Whether the clock was set while a window, or what it is folded from, was open. */
  boolean isDisturbed(long from, long to) {
    return disturbed.stream().anyMatch(range -> range[0] < to && range[1] >= from);
  }

  /** Whether each of a window's moments was sampled once. */
  boolean isWhole(long from, long to) {
    for (long second = from; second < to; second += STEP) {
      if (visits(second) != 1) {
        return false;
      }
    }
    return true;
  }

  long lastVisit() {
    return visits.lastKey();
  }
}
