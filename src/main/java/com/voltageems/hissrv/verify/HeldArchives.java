package com.voltageems.hissrv.verify;

import com.voltageems.hissrv.ledger.SourceWindow;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.transform.ArchiveKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Archives that are still in Redis. */
public final class HeldArchives {
  private static final String PENDING = "archive:pending";

  /** An archive is renewed while it waits to be collected, else it lives two hours. */
  private static final Duration LONGEST = Duration.ofDays(2);

  private static final int AT_ONCE = 500;

  private final RedisConnection redis;
  private final InstantSource clock;

  /** In this Redis. */
  public HeldArchives(RedisConnection redis, InstantSource clock) {
    this.redis = redis;
    this.clock = clock;
  }

  /** The part of a range in which archives may be left. */
  TimeRange part(TimeRange range) {
    Instant earliest = clock.instant().minus(LONGEST);
    if (!range.start().isBefore(earliest)) {
      return range;
    }
    return new TimeRange(range.stop().isBefore(earliest) ? range.stop() : earliest, range.stop());
  }

  /** Queues those that are there; they flow as ever. Returns how many. */
  long queueAgain(List<SourceWindow> windows) {
    long queued = 0;
    for (int from = 0; from < windows.size(); from += AT_ONCE) {
      List<String> keys =
          windows.subList(from, Math.min(from + AT_ONCE, windows.size())).stream()
              .map(this::key)
              .toList();
      List<String> types = redis.types(keys);
      var held = new ArrayList<String>();
      for (int i = 0; i < keys.size(); i++) {
        if (types.get(i).equals("hash")) {
          held.add(keys.get(i));
        }
      }
      if (!held.isEmpty()) {
        redis.push(PENDING, held);
        queued += held.size();
      }
    }
    return queued;
  }

  private String key(SourceWindow window) {
    ArchiveKey key =
        redis.isCluster()
            ? ArchiveKey.onCluster(window.source(), window.level(), window.startSeconds())
            : ArchiveKey.of(window.source(), window.level(), window.startSeconds());
    return key.toString();
  }
}
