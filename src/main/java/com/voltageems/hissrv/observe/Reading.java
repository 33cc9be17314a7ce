package com.voltageems.hissrv.observe;

import java.util.Map;

/**
 * One number that the service tells of itself.
 *
 * @param name without the prefix {@code hissrv_} and, of a counter, without {@code _total}
 * @param help a sentence; the same for all of a name
 * @param labels few, and of few values
 */
public record Reading(
    Kind kind, String name, String help, Map<String, String> labels, double value) {
  /** What becomes of the number. */
  public enum Kind {
    /** It only grows. */
    COUNTER,
    /** It goes up and down. */
    GAUGE
  }

  /** Copies the map. */
  public Reading {
    labels = Map.copyOf(labels);
  }

  /** Without labels. */
  public static Reading counter(String name, String help, double value) {
    return new Reading(Kind.COUNTER, name, help, Map.of(), value);
  }

  /** Without labels. */
  public static Reading gauge(String name, String help, double value) {
    return new Reading(Kind.GAUGE, name, help, Map.of(), value);
  }

  /** Of a whole number, without labels. */
  public static Reading counter(String name, String help, long value) {
    return counter(name, help, (double) value);
  }

  /** Of a whole number, without labels. */
  public static Reading gauge(String name, String help, long value) {
    return gauge(name, help, (double) value);
  }

  /** The same with a label. */
  public Reading of(String label, String labelValue) {
    return new Reading(kind, name, help, Map.of(label, labelValue), value);
  }
}
