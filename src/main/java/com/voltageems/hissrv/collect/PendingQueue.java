package com.voltageems.hissrv.collect;

import com.voltageems.hissrv.redis.RedisConnection;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code archive:pending} and this instance's part of it that is in flight. Entries are moved,
 * never popped: what was taken and not released is found again by {@link #take} after a crash.
 */
final class PendingQueue {
  static final String PENDING = "archive:pending";

  private final RedisConnection redis;
  private final String inFlight;

  /** One instance's view; the id must outlive a restart. */
  PendingQueue(RedisConnection redis, String instanceId) {
    this.redis = redis;
    inFlight = "{" + PENDING + "}:" + instanceId;
  }

  /**
   * The oldest entries not released yet, up to {@code most}; takes more from the queue if need be.
   */
  List<String> take(int most) {
    List<String> held = redis.oldest(inFlight, most);
    if (!held.isEmpty()) {
      return held;
    }
    long waiting = redis.length(PENDING);
    if (waiting == 0) {
      return List.of();
    }
    int _ = redis.move(PENDING, inFlight, (int) Math.min(most, waiting));
    return redis.oldest(inFlight, most);
  }

  /** Forgets what {@link #take} gave. */
  void release(List<String> taken) {
    redis.dropOldest(inFlight, taken.size());
  }

  /** How many entries wait or are in flight. */
  long length() {
    return redis.length(PENDING) + redis.length(inFlight);
  }

  /** The entries that wait or are in flight, oldest first, up to {@code most} of each. */
  List<String> peek(int most) {
    var entries = new ArrayList<>(redis.oldest(inFlight, most));
    entries.addAll(redis.oldest(PENDING, most));
    return entries;
  }
}
