package com.voltageems.hissrv.bench.faults;

import com.voltageems.hissrv.bench.faults.SampleLog.Source;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which sources were sampled at which moments, in seconds of sample time, as far as the harness can
 * know: for sure, or perhaps. No other sample can be in a window.
 */
final class Visits {
  private final Map<String, NavigableMap<Long, Boolean>> isSure = new HashMap<>();
  private final long start;
  private long now;

  Visits(long start, List<Source> sources) {
    this.start = start;
    now = start;
    sources.forEach(source -> isSure.put(source.key(), new TreeMap<>()));
  }

  long start() {
    return start;
  }

  long now() {
    return now;
  }

  void step() {
    now += Timeline.STEP;
  }

  /** An instance says that these were sampled now. */
  void sampled(Set<String> sources) {
    sources.forEach(source -> of(source).put(now, true));
  }

  /** Somebody has tried to. */
  void tried() {
    isSure.values().forEach(moments -> moments.putIfAbsent(now, false));
  }

  /** Redis may have forgotten the samples from this moment on, until now. */
  void forgotten(long from) {
    isSure.values().forEach(moments -> moments.tailMap(from, true).replaceAll((_, _) -> false));
  }

  /** The moments of a window that were sampled, if so. */
  List<Long> in(String source, long from, long to, boolean surely) {
    return of(source).subMap(from, to).entrySet().stream()
        .filter(moment -> moment.getValue() == surely)
        .map(Map.Entry::getKey)
        .toList();
  }

  private NavigableMap<Long, Boolean> of(String source) {
    NavigableMap<Long, Boolean> moments = isSure.get(source);
    if (moments == null) {
      throw new IllegalArgumentException("no such source: " + source);
    }
    return moments;
  }
}
