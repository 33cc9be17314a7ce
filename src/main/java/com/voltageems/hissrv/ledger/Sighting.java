package com.voltageems.hissrv.ledger;

/** What a sweep saw of a source. */
public enum Sighting {
  /** Values that count. */
  SAMPLED(Kind.SAMPLED),
  /** Hardly anything but values that are too old. */
  STALE(Kind.STALE),
  /** Hardly anything but what filters keep out. */
  FILTERED(Kind.FILTERED),
  /** Something that can't be sampled. */
  UNREADABLE(Kind.UNREADABLE),
  /** A sample of a window that is closed and gone. */
  LATE(Kind.LATE),
  /** Nothing. */
  ABSENT(Kind.ABSENT);

  final Kind kind;

  Sighting(Kind kind) {
    this.kind = kind;
  }
}
