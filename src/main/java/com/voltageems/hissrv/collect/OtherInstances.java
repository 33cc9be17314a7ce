package com.voltageems.hissrv.collect;

import com.voltageems.hissrv.config.LeaseConfig;
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
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who else takes from the queue, and what the dead among them have left in flight. Each instance
 * has a key in Redis that expires unless it is renewed: without it an instance is dead. For one
 * thread, but for {@link #beat}.
 */
final class OtherInstances {
  private static final Logger LOG = LoggerFactory.getLogger(OtherInstances.class);

  /**
   * When an instance is dead.
   *
   * @param alive how long it is thought alive after its last beat
   * @param grace how long what is in flight must be seen without a beat of its owner
   */
  record Patience(Duration alive, Duration grace) {
    static final Patience USUAL = new Patience(Duration.ofMinutes(2), Duration.ofMinutes(1));

    /** Where instances share the queue its sources have gone to others by then, too. */
    static Patience of(LeaseConfig lease) {
      return lease.enabled() ? new Patience(lease.ttl(), lease.ttl().dividedBy(2)) : USUAL;
    }
  }

  private static final Duration ROUND = Duration.ofMinutes(1);
  private static final int STEPS = 20;
  private static final String IN_FLIGHT = "{" + PendingQueue.PENDING + "}:";
  private static final String BEAT = "hissrv:alive:{" + PendingQueue.PENDING + "}:";
  private static final List<String> LOOK = List.of("lists");
  private static final Script SCRIPT = Script.fromResource("/lua/pending.lua");

  private final RedisConnection redis;
  private final String instanceId;
  private final InstantSource clock;
  private final Patience patience;
  private final boolean shared;
  private final KeyWalk walk;
  private final Map<String, Long> sinceMillis = new HashMap<>();

  /** Since when an owner was not heard of. */
  private final Map<String, Long> silentMillis = new HashMap<>();

  private final Set<String> round = new HashSet<>();
  private long roundMillis = Long.MIN_VALUE / 2;

  OtherInstances(RedisConnection redis, String instanceId, InstantSource clock, LeaseConfig lease) {
    this.redis = redis;
    patience = Patience.of(lease);
    shared = lease.enabled();
    this.instanceId = instanceId;
    this.clock = clock;
    walk = redis.walk(IN_FLIGHT + "*");
  }

  /** Says that this instance is alive. */
  void beat() {
    Object _ =
        redis.eval(
            SCRIPT,
            List.of(BEAT + instanceId),
            List.of("alive", Long.toString(patience.alive().toSeconds())));
  }

  /** Lists that dead instances left; they are still theirs. */
  List<String> look() {
    var left = new ArrayList<String>();
    if (shared) {
      left.addAll(named());
    }
    left.addAll(walked());
    return left;
  }

  /** Those that are known by name: no search of the keyspace has to come upon them. */
  private List<String> named() {
    Map<String, List<String>> byOwner = new TreeMap<>();
    for (Object list : (List<?>) redis.eval(SCRIPT, List.of(PendingQueue.LISTS), LOOK)) {
      String name = String.valueOf(list);
      ownerOf(name)
          .filter(owner -> !owner.equals(instanceId))
          .ifPresent(owner -> byOwner.computeIfAbsent(owner, _ -> new ArrayList<>()).add(name));
    }
    silentMillis.keySet().retainAll(byOwner.keySet());
    var owners = List.copyOf(byOwner.keySet());
    List<String> beats = redis.types(owners.stream().map(owner -> BEAT + owner).toList());
    var left = new ArrayList<String>();
    for (int i = 0; i < owners.size(); i++) {
      String owner = owners.get(i);
      if (!beats.get(i).equals("none")) {
        silentMillis.remove(owner);
      } else if (clock.millis() - silentMillis.computeIfAbsent(owner, _ -> clock.millis())
          >= patience.grace().toMillis()) {
        left.addAll(byOwner.getOrDefault(owner, List.of()));
      }
    }
    return left;
  }

  /** What some more steps of a walk through the keyspace come upon. */
  private List<String> walked() {
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
          if (clock.millis() - since >= Patience.USUAL.grace().toMillis()) {
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
    var keys =
        shared
            ? List.of(BEAT + owner, theirs, ours, PendingQueue.LISTS)
            : List.of(BEAT + owner, theirs, ours);
    long entries = (Long) redis.eval(SCRIPT, keys, List.of("adopt"));
    if (entries > 0) {
      LOG.warn(
          "took over {} entries that instance {} had in flight: it has not been heard of for {} s",
          entries,
          owner,
          patience.alive().toSeconds());
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
