package com.voltageems.hissrv.ledger;

import java.util.Locale;

/** Why a window that was expected is not in the store. Where several hold, the longest is named. */
public enum Cause {
  /** HisSrv was stopped, killed, or stood still. */
  HISSRV_DOWN,
  /** Redis could not be asked, or lost what was sampled. */
  REDIS_DOWN,
  /** No mapping names the source any more: nothing is expected of it. */
  REMOVED,
  /** All its values were older than {@code sources.stale_after} by their times. */
  STALE,
  /** There was no such live hash. */
  ABSENT,
  /** Filters kept all its values out. */
  FILTERED,
  /** The live hash could not be sampled, or had no number in it. */
  UNREADABLE,
  /** Its samples came when the window was closed and its archive gone. */
  LATE,
  /** It was sampled, but its archive was gone from Redis before it was collected. */
  EXPIRED,
  /** It is in quarantine. */
  REJECTED,
  /** Its archive had nothing that the mapping names. */
  UNMAPPED,
  /** Somebody deleted it: nothing is expected of it. */
  DELETED,
  /** It was delivered, and the store has it no more. */
  LOST,
  /** Nobody sampled it, and nobody knows why. */
  UNKNOWN;

  /** As the API writes it: {@code hissrv_down}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
