package com.voltageems.hissrv.bench.faults;

import com.voltageems.hissrv.ledger.Cause;
import com.voltageems.hissrv.model.Level;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Holds what the ledger misses against what the store has, and one instance's word against all. */
final class LedgerReckoning {
  private final SampleLog log;
  private final Visits visits;

  /** Why each window that is missing is, by its place. */
  private final Map<Place, Cause> missing = new HashMap<>();

  /** Which windows miss samples. */
  private final Set<Place> interrupted = new HashSet<>();

  private Map<String, String> told = Map.of();

  LedgerReckoning(SampleLog log, Visits visits) {
    this.log = log;
    this.visits = visits;
  }

  /** Asks every instance; what they say must be the same. */
  void ask(List<Instance> instances, long to, List<String> violations) {
    var gaps = new TreeMap<String, String>();
    instances.forEach(one -> gaps.put(one.name(), one.gaps(visits.start(), to)));
    var windows = new TreeMap<String, String>();
    instances.forEach(one -> windows.put(one.name(), one.interrupted(visits.start(), to)));
    for (var answers : List.of(gaps, windows)) {
      if (Set.copyOf(answers.values()).size() > 1) {
        violations.add("the instances' ledgers differ: " + answers);
      }
    }
    told = gaps;
    hear(gaps.firstEntry().getValue(), windows.firstEntry().getValue());
  }

  /**
   * In the words of {@link ServiceUnderTest}.
   *
   * @param gaps what is missing
   * @param windows which windows miss samples
   */
  void hear(String gaps, String windows) {
    for (String[] gap : listed(gaps)) {
      Level level = Level.parse(gap[1]).orElseThrow();
      long stop = Long.parseLong(gap[3]);
      for (long start = Long.parseLong(gap[2]); start < stop; start += level.length().toSeconds()) {
        missing.put(place(gap[0], level, start), Cause.valueOf(gap[4]));
      }
    }
    for (String[] window : listed(windows)) {
      Level level = Level.parse(window[1]).orElseThrow();
      interrupted.add(place(window[0], level, Long.parseLong(window[2])));
    }
  }

  private static List<String[]> listed(String answer) {
    return Arrays.stream(answer.split(";", -1))
        .filter(one -> !one.isEmpty())
        .map(one -> one.split(",", -1))
        .toList();
  }

  private Place place(String key, Level level, long start) {
    return log.sources().stream()
        .filter(source -> source.key().equals(key))
        .map(source -> Place.of(source, level, start))
        .findAny()
        .orElseThrow();
  }

  /**
   * What is wrong with its account of a window; empty when nothing is.
   *
   * @param isLowered whether a count there is lower than of all its moments
   */
  String difference(Place place, boolean isStored, boolean isLowered) {
    if (isLowered && !interrupted.contains(place)) {
      return "a count is lower, and the ledger does not say so";
    }
    Cause cause = missing.get(place);
    if (isStored && cause != null) {
      return "the ledger misses a window that is stored: " + cause;
    }
    return isStored || cause != null ? "" : "the ledger tells no gap where no window is";
  }

  @Override
  public String toString() {
    return told.toString();
  }
}
