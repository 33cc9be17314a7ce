package com.voltageems.hissrv.collect;

import com.voltageems.hissrv.redis.KeyWalk;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.redis.Script;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who else takes from the queue, and what the dead among them have left in flight. Each instance
 * has a key in Redis that expires unless it is renewed: without it an instance is dead. For one
 * thread, but for {@link #beat}.
 */
final class OtherInstances {
  private static final Logger LOG = LoggerFactory.getLogger(OtherInstances.class);

  /** How long an instance is thought alive after its last beat. */
  static final Duration ALIVE = Duration.ofMinutes(2);

  /** How long what is in flight must be seen without a beat of its owner. */
  static final Duration GRACE = Duration.ofMinutes(1);

  private static final Duration ROUND = Duration.ofMinutes(1);
  private static final int STEPS = 20;
  private static final String IN_FLIGHT = "{" + PendingQueue.PENDING + "}:";
  private static final String BEAT = "hissrv:alive:{" + PendingQueue.PENDING + "}:";
  private static final Script SCRIPT = Script.fromResource("/lua/pending.lua");

  private final RedisConnection redis;
  private final String instanceId;
  private final InstantSource clock;
  private final KeyWalk walk;
  private final Map<String, Long> sinceMillis = new HashMap<>();
  private final Set<String> round = new HashSet<>();
  private long roundMillis = Long.MIN_VALUE / 2;

  OtherInstances(RedisConnection redis, String instanceId, InstantSource clock) {
    this.redis = redis;
    this.instanceId = instanceId;
    this.clock = clock;
    walk = redis.walk(IN_FLIGHT + "*");
  }

  /** Says that this instance is alive. */
  void beat() {
    Object _ =
        redis.eval(
            SCRIPT, List.of(BEAT + instanceId), List.of("alive", Long.toString(ALIVE.toSeconds())));
  }

  /** Lists that dead instances left, found in some more steps; they are still theirs. */
  List<String> look() {
    if (walk.isAtStart() && Math.abs(clock.millis() - roundMillis) < ROUND.toMillis()) {
      return List.of();
    }
    var left = new ArrayList<String>();
    for (int step = 0; step < STEPS; step++) {
      if (walk.isAtStart()) {
        roundMillis = clock.millis();
        round.clear();
      }
      for (String list : walk.step()) {
        if (ownerOf(list).filter(owner -> !owner.equals(instanceId)).isPresent()) {
          round.add(list);
          long since = sinceMillis.computeIfAbsent(list, _ -> clock.millis());
          if (clock.millis() - since >= GRACE.toMillis()) {
            left.add(list);
          }
        }
      }
      if (walk.isAtStart()) {
        sinceMillis.keySet().retainAll(round);
        break;
      }
    }
    return left;
  }

  /**
   * Makes a list of another instance's ours, unless that one is alive.
   *
   * @param ours a name never used before
   * @return how many entries it has; 0 when it stays where it is
   */
  long adopt(String theirs, String ours) {
    String owner = ownerOf(theirs).orElseThrow();
    long entries = (Long) redis.eval(SCRIPT, List.of(BEAT + owner, theirs, ours), List.of("adopt"));
    if (entries > 0) {
      LOG.warn(
          "took over {} entries that instance {} had in flight: it has not been heard of for {} s",
          entries,
          owner,
          ALIVE.toSeconds());
    }
    return entries;
  }

  /** The lists in flight are {@code {archive:pending}:<instance>:<batch>}. */
  private static Optional<String> ownerOf(String list) {
    String rest = list.substring(IN_FLIGHT.length());
    int end = rest.indexOf(':');
    return end > 0 ? Optional.of(rest.substring(0, end)) : Optional.empty();
  }
}
