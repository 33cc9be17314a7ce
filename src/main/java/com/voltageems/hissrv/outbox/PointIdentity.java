package com.voltageems.hissrv.outbox;

import com.voltageems.hissrv.model.Point;
import java.time.Instant;

/**
 * What tells the revisions of one point from other points: series and time, as 64 bits. Two points
 * that share them by chance only wait for each other.
 *
 * <p>FNV-1a over UTF-16 units, see http://www.isthe.com/chongo/tech/comp/fnv/.
 */
final class PointIdentity {
  /** Of rows that were written before there were identities. */
  static final long UNKNOWN = 0;

  private static final long BASIS = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private PointIdentity() {}

  static long of(Point point) {
    long hash = text(BASIS, point.series().measurement());
    for (var tag : point.series().tags().entrySet()) {
      hash = text(text(hash, tag.getKey()), tag.getValue());
    }
    Instant time = point.time();
    hash = number(number(hash, time.getEpochSecond()), time.getNano());
    return hash == UNKNOWN ? 1 : hash;
  }

  private static long text(long basis, String text) {
    long hash = basis;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * PRIME;
    }
    return (hash ^ 0xFFFF_FFFFL) * PRIME;
  }

  private static long number(long basis, long number) {
    return ((basis ^ number) * PRIME ^ number >>> 32) * PRIME;
  }
}
