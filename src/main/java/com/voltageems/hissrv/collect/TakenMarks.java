package com.voltageems.hissrv.collect;

import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.redis.Script;
import com.voltageems.hissrv.redis.ScriptCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Says in archives which revision of them is in somebody's hands, so that other instances neither
 * look for them nor think the newest one still waits. To be written before the outbox has them: a
 * mark too many does no harm, for their list is in flight until the store has them.
 */
final class TakenMarks {
  private static final Script SCRIPT = Script.fromResource("/lua/pending.lua");
  private static final int PER_CALL = 50;

  private final RedisConnection redis;

  TakenMarks(RedisConnection redis) {
    this.redis = redis;
  }

  /** Marks archives, each with the revision that was read. */
  void mark(Map<String, Long> revisionOf) {
    var keys = List.copyOf(revisionOf.keySet());
    var revisions = keys.stream().map(key -> String.valueOf(revisionOf.get(key))).toList();
    int perCall = redis.isCluster() ? 1 : PER_CALL;
    var calls = new ArrayList<ScriptCall>();
    for (int from = 0; from < keys.size(); from += perCall) {
      int to = Math.min(from + perCall, keys.size());
      var arguments = new ArrayList<String>();
      arguments.add("collected");
      arguments.addAll(revisions.subList(from, to));
      calls.add(new ScriptCall(keys.subList(from, to), arguments));
    }
    if (!calls.isEmpty()) {
      var _ = redis.eval(SCRIPT, calls);
    }
  }
}
