package com.voltageems.hissrv.bench.faults;

import com.voltageems.hissrv.bench.faults.SampleLog.Source;
import com.voltageems.hissrv.ledger.Cause;
import com.voltageems.hissrv.model.Level;
import java.util.HashMap;
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

  private Map<String, String> told = Map.of();

  LedgerReckoning(SampleLog log, Visits visits) {
    this.log = log;
    this.visits = visits;
  }

  /** Asks every instance; what they say must be the same. */
  void ask(List<Instance> instances, long to, List<String> violations) {
    var answers = new TreeMap<String, String>();
    instances.forEach(one -> answers.put(one.name(), one.gaps(visits.start(), to)));
    told = answers;
    if (Set.copyOf(answers.values()).size() > 1) {
      violations.add("the instances' ledgers differ: " + answers);
    }
    for (String gap : answers.firstEntry().getValue().split(";", -1)) {
      if (!gap.isEmpty()) {
        String[] parts = gap.split(",", -1);
        add(parts[0], parts[1], Long.parseLong(parts[2]), Long.parseLong(parts[3]), parts[4]);
      }
    }
  }

  private void add(String key, String levelName, long from, long to, String cause) {
    Level level = Level.parse(levelName).orElseThrow();
    for (Source source : log.sources()) {
      if (source.key().equals(key)) {
        for (long start = from; start < to; start += level.length().toSeconds()) {
          missing.put(Place.of(source, level, start), Cause.valueOf(cause));
        }
      }
    }
  }

  /** What is wrong with its account of a window; empty when nothing is. */
  String difference(Place place, boolean isStored) {
    long start = place.time().getEpochSecond();
    if (visits.isForgotten(start, start + place.series().level().length().toSeconds())) {
      return "";
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
