package com.voltageems.hissrv.ledger;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Stretches of time that neither overlap nor touch, half-open, in epoch milliseconds. Not safe for
 * several threads.
 */
final class Spans {
  static final Spans NONE = new Spans();

  private final TreeMap<Long, Long> stopByStart = new TreeMap<>();

  boolean isEmpty() {
    return stopByStart.isEmpty();
  }

  void add(long start, long stop) {
    long from = start;
    long to = stop;
    for (var touching = stopByStart.floorEntry(to);
        touching != null && touching.getValue() >= from;
        touching = stopByStart.floorEntry(to)) {
      stopByStart.remove(touching.getKey());
      from = Math.min(from, touching.getKey());
      to = Math.max(to, touching.getValue());
    }
    if (to > from) {
      stopByStart.put(from, to);
    }
  }

  void remove(long start, long stop) {
    for (var met = stopByStart.lowerEntry(stop);
        met != null && met.getValue() > start;
        met = stopByStart.lowerEntry(stop)) {
      stopByStart.remove(met.getKey());
      if (met.getValue() > stop) {
        stopByStart.put(stop, met.getValue());
      }
      if (met.getKey() < start) {
        stopByStart.put(met.getKey(), start);
      }
    }
  }

  void addAll(Spans others) {
    others.forEach(this::add);
  }

  void removeAll(Spans others) {
    others.forEach(this::remove);
  }

  /** One stretch. */
  record Span(long start, long stop) {}

  /** In order. */
  List<Span> list() {
    return stopByStart.entrySet().stream()
        .map(span -> new Span(span.getKey(), span.getValue()))
        .toList();
  }

  /** In order. */
  void forEach(BiConsumer<Long, Long> span) {
    stopByStart.forEach(span);
  }

  /** Whether any moment of it is in a stretch. */
  boolean meets(long start, long stop) {
    var before = stopByStart.lowerEntry(stop);
    return before != null && before.getValue() > start;
  }

  /** How many milliseconds of it are in a stretch. */
  long overlap(long start, long stop) {
    long sum = 0;
    for (Map.Entry<Long, Long> met = stopByStart.lowerEntry(stop);
        met != null && met.getValue() > start;
        met = stopByStart.lowerEntry(met.getKey())) {
      sum += Math.min(stop, met.getValue()) - Math.max(start, met.getKey());
    }
    return sum;
  }

  /** The first moment after this one at which a stretch begins or ends; the last of all if none. */
  long nextEdge(long after) {
    var current = stopByStart.floorEntry(after);
    if (current != null && current.getValue() > after) {
      return current.getValue();
    }
    Long next = stopByStart.higherKey(after);
    return next == null ? Long.MAX_VALUE : next;
  }

  Spans without(Spans others) {
    var left = new Spans();
    left.addAll(this);
    left.removeAll(others);
    return left;
  }
}
