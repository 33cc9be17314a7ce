package com.voltageems.hissrv.bench.faults;

import java.util.EnumSet;
import java.util.List;

/** What the store under test is told to answer. */
enum Answer {
  /** As it is. */
  WELL,
  /** 429, with a time to wait. */
  TOO_MANY,
  /** 503, nothing written. */
  UNAVAILABLE,
  /** 400 for everything, in the same words. */
  BAD_REQUEST,
  /** 400 for batches with a poisoned point, which it does not name. */
  POISONED,
  /** Poisoned points are named, the others written. */
  PARTIAL,
  /** 413 for more than two points. */
  TOO_LARGE,
  /** Every second point later, the others now. */
  DEFERRED,
  /** No answer. */
  HANGING,
  /** A connection reset before anything was written. */
  RESET,
  /** Half is written, then the connection breaks. */
  HALF_WAY,
  /** All is written, then the connection breaks. */
  UNANSWERED,
  /**
   * Acknowledged, and not written: no fault that a service could stand, only to try the harness.
   */
  FORGETFUL,
  /** Written with another average, only to try the harness. */
  MISTAKEN;

  /** All that a service must stand. */
  static final List<Answer> FAULTS = List.copyOf(EnumSet.range(TOO_MANY, UNANSWERED));

  /** Those that a server can give: none takes a point later by itself. */
  static final List<Answer> OVER_TCP =
      FAULTS.stream().filter(answer -> answer != DEFERRED).toList();
}
