package com.voltageems.hissrv.ledger;

import com.voltageems.hissrv.model.Level;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** What was learnt and is not in the file yet. Not safe for several threads. */
final class Marks {
  private final Map<Subject, Map<Kind, Spans>> windows = new LinkedHashMap<>();

  /** Sources seen for the first time, and the start of the window in which they were. */
  final Map<String, Long> sourcesSince = new HashMap<>();

  /** What is marked: a source on a level. */
  record Subject(String source, Level level) {
    /** All sources on all levels: outages. */
    static final Subject SITE = new Subject("", Level.RAW);

    /** A shard of the sources. */
    static Subject shard(int number) {
      return new Subject(Integer.toString(number), Level.RAW);
    }

    /** Whether it is no source. */
    boolean isOfTime() {
      return level.equals(Level.RAW);
    }
  }

  boolean isEmpty() {
    return windows.isEmpty() && sourcesSince.isEmpty();
  }

  void mark(Subject subject, Kind kind, long start, long stop) {
    Map<Kind, Spans> known =
        windows.computeIfAbsent(subject, s -> new EnumMap<Kind, Spans>(Kind.class));
    for (Kind ended : kind.ends()) {
      known.getOrDefault(ended, Spans.NONE).remove(start, stop);
    }
    known.computeIfAbsent(kind, k -> new Spans()).add(start, stop);
  }

  void outage(Kind kind, long start, long stop) {
    mark(Subject.SITE, kind, start, stop);
  }

  /** Adds what was learnt later. */
  void addAll(Marks later) {
    later.windows.forEach((subject, kinds) ->
        kinds.forEach(
            (kind, spans) -> spans.forEach((start, stop) -> mark(subject, kind, start, stop))));
    later.sourcesSince.forEach(sourcesSince::putIfAbsent);
  }

  Map<Subject, Map<Kind, Spans>> windows() {
    return windows;
  }
}
