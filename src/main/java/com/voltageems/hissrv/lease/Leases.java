package com.voltageems.hissrv.lease;

import com.voltageems.hissrv.config.LeaseConfig;
import com.voltageems.hissrv.model.CheckResult;
import com.voltageems.hissrv.model.Component;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.redis.RedisException;
import com.voltageems.hissrv.redis.Script;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This instance's share of the sources, held by leases in Redis that end unless they are renewed by
 * {@link #turn}. Redis's clock tells when another's leases have ended, this process's own when its
 * own have; both count from before the call, so an instance that was paused thinks itself without a
 * lease no later than others do. Safe for any thread.
 */
public final class Leases implements Component, Ownership {
  private static final Logger LOG = LoggerFactory.getLogger(Leases.class);
  private static final Script SCRIPT = Script.fromResource("/lua/lease.lua");
  private static final List<String> KEYS =
      List.of("hissrv:{lease}:members", "hissrv:{lease}:shards");

  /** How long a replica may take to have a lease that was taken. */
  private static final Duration REPLICA = Duration.ofMillis(500);

  private final RedisConnection redis;
  private final LeaseConfig config;
  private final Supplier<String> identity;
  private final LongSupplier nanos;
  private volatile Share share = new Share(Held.NONE, 0, List.of());
  private volatile @Nullable String trouble = "no lease yet";
  private volatile String known = "";
  private long refused;
  private boolean onOneServerOnly;
  private boolean left;

  /** What is held until when, by {@link #nanos}, and who else lives. */
  private record Share(Held held, long untilNanos, List<Peer> peers) {}

  /**
   * Holds nothing yet.
   *
   * @param identity of the data directory: tells two processes under one name apart
   * @param nanos a clock that is never set, and goes on while the process is paused
   */
  public Leases(
      RedisConnection redis, LeaseConfig config, Supplier<String> identity, LongSupplier nanos) {
    this.redis = redis;
    this.config = config;
    this.identity = identity;
    this.nanos = nanos;
  }

  @Override
  public String name() {
    return "lease";
  }

  @Override
  public CheckResult check() {
    Share now = share;
    String why = trouble;
    if (hasEnded(now)) {
      return CheckResult.down(why == null ? "the leases have ended" : why);
    }
    String message =
        "%d of %d shards, %d instances"
            .formatted(now.held().shards().size(), config.shards(), now.peers().size());
    return why == null ? CheckResult.ok(message) : CheckResult.warning(message, why);
  }

  @Override
  public Held held() {
    Share now = share;
    return hasEnded(now) ? Held.NONE : now.held();
  }

  private boolean hasEnded(Share one) {
    return one.untilNanos() - nanos.getAsLong() <= 0;
  }

  @Override
  public synchronized void fenced(String live, long epoch) {
    if (share.held().has(live)) {
      LOG.info("{} is another instance's now, with all of its shard", live);
      share = new Share(share.held().without(live), share.untilNanos(), share.peers());
    }
    refused = Math.max(refused, epoch);
  }

  /** What this instance is called; empty while nobody knows. */
  public String instance() {
    return config.instance().isEmpty() ? known : config.instance();
  }

  /** Who lives, as of the last turn, this instance too. */
  public List<Peer> peers() {
    return share.peers();
  }

  /** Renews, takes and loses; to be called each second. Trouble is left to {@link #check}. */
  public synchronized void turn() {
    if (left) {
      return;
    }
    try {
      take();
    } catch (RedisException e) {
      tell(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      LOG.error("no turn of leases", e);
      tell(e.toString());
    }
  }

  private void take() {
    if (known.isEmpty()) {
      known = identity.get();
    }
    long until = nanos.getAsLong() + config.ttl().toNanos();
    var arguments =
        List.of(
            "turn",
            instance(),
            known,
            Long.toString(config.ttl().toMillis()),
            Integer.toString(config.shards()),
            Long.toString(refused));
    var call =
        redis.evalReplicated(
            SCRIPT, KEYS, arguments, REPLICA, answer -> onOneServerOnly || taken(answer) > 0);
    var answer = (List<?>) call.answer();
    switch (String.valueOf(answer.getFirst())) {
      case "named" ->
          tell("another process is called " + instance() + "; lease.instance must differ");
      case "shards" ->
          tell(
              "the other instances have %s shards, this one %d; lease.shards must be the same"
                  .formatted(answer.get(1), config.shards()));
      default -> hold(answer, until, call.replicated());
    }
  }

  private static long taken(Object answer) {
    var list = (List<?>) answer;
    return list.size() > 2 ? (Long) list.get(2) : 0;
  }

  private void hold(List<?> answer, long until, boolean replicated) {
    Held before = held();
    long epoch = (Long) answer.get(1);
    var shards = new TreeSet<Integer>();
    ((List<?>) answer.get(3)).forEach(shard -> shards.add(((Long) shard).intValue()));
    var told = new Held(epoch, shards, config.shards());
    onOneServerOnly = !replicated;
    // What a fail-over would forget is not used: another could be given the same.
    Held now = replicated ? told : told.and(before);
    share = new Share(now, until, peers((List<?>) answer.get(4)));
    tell(replicated ? null : "no replica has the leases yet, what is new waits");
    if (!now.shards().equals(before.shards())) {
      LOG.info(
          "holds {} of {} shards with epoch {}, beside {} other instances",
          now.shards().size(),
          config.shards(),
          epoch,
          share.peers().size() - 1);
    }
  }

  private static List<Peer> peers(List<?> told) {
    var peers = new ArrayList<Peer>();
    for (Object one : told) {
      var peer = (List<?>) one;
      long since = (Long) peer.get(3);
      peers.add(
          new Peer(
              String.valueOf(peer.get(0)),
              ((Long) peer.get(1)).intValue(),
              (Long) peer.get(2),
              since == 0 ? null : Instant.ofEpochMilli(since)));
    }
    return List.copyOf(peers);
  }

  private void tell(@Nullable String why) {
    if (why != null && !why.equals(trouble)) {
      LOG.warn("leases: {}", why);
    }
    trouble = why;
  }

  /** Gives all back, so that others need not wait. There are no more turns. */
  public synchronized void leave() {
    left = true;
    share = new Share(Held.NONE, nanos.getAsLong(), List.of());
    try {
      Object freed = redis.eval(SCRIPT, KEYS, List.of("leave", instance(), known));
      LOG.info("gave back {} shards", freed);
    } catch (RedisException e) {
      LOG.debug("the leases end by themselves", e);
    }
  }
}
