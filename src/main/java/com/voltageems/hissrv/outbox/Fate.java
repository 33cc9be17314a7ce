package com.voltageems.hissrv.outbox;

/** What became of a queue entry; told when it is on disk. */
public enum Fate {
  /** Its points wait for the store. */
  WAITS,
  /** The store has acknowledged points of it. */
  STORED,
  /** It, or a point of it, is in quarantine. */
  REFUSED,
  /** What it stood for was gone from Redis. */
  GONE,
  /** There was nothing in it to store. */
  EMPTY,
  /** Somebody has deleted a point of it, and none of it waits. */
  DELETED
}
