package com.voltageems.hissrv.collect;

import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.redis.Script;
import com.voltageems.hissrv.redis.ScriptCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Says in archives which revision of them somebody has. In hand, before the outbox has them: else
 * others thought the newest one still waits. On disk, afterwards: only then nobody looks for them
 * any more, for a fail-over may forget the list that is in flight.
 */
final class TakenMarks {
  private static final Script SCRIPT = Script.fromResource("/lua/pending.lua");
  private static final int PER_CALL = 50;

  private final RedisConnection redis;

  TakenMarks(RedisConnection redis) {
    this.redis = redis;
  }

  /** Each archive is in hand, in the revision that was read. */
  void taken(Map<String, Long> revisionOf) {
    mark("taken", revisionOf);
  }

  /** And is in the outbox. */
  void collected(Map<String, Long> revisionOf) {
    mark("collected", revisionOf);
  }

  private void mark(String operation, Map<String, Long> revisionOf) {
    var keys = List.copyOf(revisionOf.keySet());
    var revisions = keys.stream().map(key -> String.valueOf(revisionOf.get(key))).toList();
    int perCall = redis.isCluster() ? 1 : PER_CALL;
    var calls = new ArrayList<ScriptCall>();
    for (int from = 0; from < keys.size(); from += perCall) {
      int to = Math.min(from + perCall, keys.size());
      var arguments = new ArrayList<String>();
      arguments.add(operation);
      arguments.addAll(revisions.subList(from, to));
      calls.add(new ScriptCall(keys.subList(from, to), arguments));
    }
    if (!calls.isEmpty()) {
      var _ = redis.eval(SCRIPT, calls);
    }
  }
}
