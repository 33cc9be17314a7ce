package com.voltageems.hissrv.aggregate;

import com.voltageems.hissrv.redis.RedisConnection;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Carries the names of finished archives to {@code archive:pending} on a Redis Cluster. There the
 * script can't reach that list: it is in another slot. It leaves each name in a list beside the
 * archive, in the same step that writes the archive; from there it is pushed to {@code
 * archive:pending}, and only then removed. A crash in between leaves it to be found: a name that is
 * pushed twice does no harm, one that is lost would be a gap. Safe for any thread.
 */
final class QueuedArchives {
  private static final int NAMES_PER_CALL = 500;

  private final RedisConnection redis;
  private final List<Map.Entry<String, String>> archivesByList = new ArrayList<>();

  QueuedArchives(RedisConnection redis) {
    this.redis = redis;
  }

  /** What the script has left in a list. */
  synchronized void add(String list, String archive) {
    archivesByList.add(Map.entry(list, archive));
  }

  /** Brings to {@code archive:pending} what was added. */
  synchronized void carryOver() {
    while (!archivesByList.isEmpty()) {
      var some = archivesByList.subList(0, Math.min(NAMES_PER_CALL, archivesByList.size()));
      redis.push(AggregationScript.PENDING, some.stream().map(Map.Entry::getValue).toList());
      redis.removeOne(some);
      some.clear();
    }
  }

  /** Adds what a crash, an outage or another process has left in Redis. */
  synchronized void find() {
    archivesByList.clear();
    Set<String> lists = new HashSet<>();
    redis.scan(SourceKeys.QUEUED_GLOB, lists::add);
    for (String list : lists) {
      redis.list(list).reversed().forEach(archive -> add(list, archive));
    }
  }
}
