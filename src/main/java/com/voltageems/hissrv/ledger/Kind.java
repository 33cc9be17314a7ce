package com.voltageems.hissrv.ledger;

import java.util.Set;

/**
 * What can be said of a window. Of the finest level all of them, of others what can be delivered.
 */
enum Kind {
  SAMPLED(0),
  COLLECTED(1),
  DELIVERED(2),
  REJECTED(3),
  EXPIRED(4),
  UNMAPPED(5),
  LOST(6),
  LATE(7),
  STALE(8),
  ABSENT(9),
  FILTERED(10),
  UNREADABLE(11),
  REMOVED(12),
  /** Of all sources: not a window but a time. */
  HISSRV_DOWN(13),
  /** Of all sources: not a window but a time. */
  REDIS_DOWN(14),
  DELETED(15),
  /** Of a shard: somebody looked at its sources. Not windows but a time. */
  SWEPT(16),
  /**
   * Samples are missing, though nothing kept them out: of a source's windows of the finest level,
   * or as times of all sources or a shard, where the sweep that should have taken them was late.
   */
  INTERRUPTED(17),
  /** Of the finest level: Redis has no sample of it, though somebody may have taken some. */
  FORGOTTEN(18);

  /** In the file; never changes. */
  final int code;

  Kind(int code) {
    this.code = code;
  }

  static Kind of(int code) {
    return values()[code];
  }

  /** What is no longer true of a window once this is. */
  Set<Kind> ends() {
    return switch (this) {
      case DELIVERED -> Set.of(COLLECTED, REJECTED, EXPIRED, UNMAPPED, LOST, DELETED);
      case COLLECTED -> Set.of(EXPIRED, UNMAPPED, LOST, DELETED);
      case DELETED -> Set.of(DELIVERED, COLLECTED, EXPIRED, UNMAPPED, LOST);
      case REJECTED -> Set.of(DELIVERED, COLLECTED);
      case LOST -> Set.of(DELIVERED);
      case UNREADABLE -> Set.of(SAMPLED);
      default -> Set.of();
    };
  }
}
