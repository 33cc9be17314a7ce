package com.voltageems.hissrv.observe;

import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counters by name, since the process started. Safe for any thread. */
public final class Metrics {
  /** Labels come from the site's keys: beyond this many per process the rest share one counter. */
  private static final int MOST_LABELLED = 1_000;

  private final ConcurrentHashMap<String, LongAdder> counters = new ConcurrentHashMap<>();

  /** Adds to a counter, for example {@code samples_total}. */
  public void add(String name, long n) {
    counters.computeIfAbsent(name, k -> new LongAdder()).add(n);
  }

  /** Adds one to a counter kept by offender, for example {@code unmapped_points{point="7"}}. */
  public void addLabelled(String name, String label, String value, long n) {
    String named = name + "{" + label + "=\"" + value + "\"}";
    boolean room = counters.size() < MOST_LABELLED || counters.containsKey(named);
    add(room ? named : name + "{" + label + "=\"(others)\"}", n);
  }

  /** A counter's value; zero when it never counted. */
  public long value(String name) {
    LongAdder adder = counters.get(name);
    return adder == null ? 0 : adder.sum();
  }

  /** All counters by full name. */
  public SortedMap<String, Long> snapshot() {
    var values = new TreeMap<String, Long>();
    counters.forEach((name, adder) -> values.put(name, adder.sum()));
    return values;
  }
}
