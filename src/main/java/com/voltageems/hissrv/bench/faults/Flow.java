package com.voltageems.hissrv.bench.faults;

import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.redis.RedisException;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Whether everything flows again. A window that began after the fault must be in the store, of
 * every source, and nothing may wait: in Redis as it looks from outside, in the outbox as the
 * service says. Nothing else strikes before that: a restart would mend what can't mend itself.
 */
final class Flow {
  private static final long MINUTE = 60;
  private static final String QUEUE = "archive:pending";
  private static final String IN_FLIGHT = "{" + QUEUE + "}:";

  private final Rig rig;
  private final Timeline timeline;

  Flow(Rig rig, Timeline timeline) {
    this.rig = rig;
    this.timeline = timeline;
  }

  /** Lets a window pass; what is still wrong after 30 s, empty when nothing is. */
  Optional<String> trouble() {
    long start = Math.floorDiv(timeline.calmFrom() + MINUTE - 1, MINUTE) * MINUTE;
    while (timeline.now() <= start + MINUTE) {
      rig.steps(1);
    }
    long until = System.nanoTime() + Rig.RECOVERY.toNanos();
    Optional<String> trouble = troubleNow(start);
    while (trouble.isPresent() && System.nanoTime() < until) {
      Rig.pause(20);
      trouble = troubleNow(start);
    }
    return trouble.map(what -> "30 s after the fault ended: " + what);
  }

  private Optional<String> troubleNow(long start) {
    String waiting = rig.ask("waiting").orElse("no answer");
    if (!waiting.equals("0")) {
      return Optional.of("there still wait " + waiting);
    }
    var missing = new TreeSet<String>();
    SampleLog.SOURCES.forEach(source -> missing.addAll(source.tags().values()));
    missing.removeAll(List.of(rig.ask("stored " + start).orElse("").split(",", -1)));
    if (!missing.isEmpty()) {
      return Optional.of("the window at " + start + " s is not in the store, of " + missing);
    }
    return queued();
  }

  private Optional<String> queued() {
    RedisConnection redis = rig.queue();
    try {
      var lists = new TreeSet<String>();
      redis.scan(IN_FLIGHT + "*", lists::add);
      lists.add(QUEUE);
      lists.removeIf(list -> redis.length(list) == 0);
      return lists.isEmpty() ? Optional.empty() : Optional.of("Redis still holds " + lists);
    } catch (RedisException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
