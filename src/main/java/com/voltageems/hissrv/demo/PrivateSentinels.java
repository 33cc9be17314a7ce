package com.voltageems.hissrv.demo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;

/** A master, a replica and three Sentinels that decide together; all without passwords. */
public final class PrivateSentinels implements AutoCloseable {
  private static final int SENTINELS = 3;
  private static final String[] ARGUMENTS = {
    "--appendonly", "yes", "--appendfsync", "no", "--repl-diskless-sync-delay", "0"
  };

  private final Path folder;
  private final List<PrivateSentinel> sentinels = new ArrayList<>();
  private PrivateRedis master;
  private PrivateRedis replica;

  private PrivateSentinels(Path folder) {
    this.folder = folder;
    master = PrivateRedis.start(folder, 0, ARGUMENTS);
    replica = replicaOn(0);
  }

  /** Returns when the Sentinels know the replica and each other. */
  public static PrivateSentinels start(Path folder) {
    var servers = new PrivateSentinels(folder);
    try {
      Patience.until("it follows", Replication.LIMIT, () -> Replication.follows(servers.replica));
      for (int i = 0; i < SENTINELS; i++) {
        servers.sentinels.add(PrivateSentinel.ofSeveral(folder, servers.master, SENTINELS / 2 + 1));
      }
      servers.awaitKnown();
      return servers;
    } catch (RuntimeException e) {
      servers.close();
      throw e;
    }
  }

  private PrivateRedis replicaOn(int port) {
    var arguments = new ArrayList<>(List.of(ARGUMENTS));
    arguments.addAll(List.of("--replicaof", "127.0.0.1 " + master.port()));
    return PrivateRedis.start(folder, port, arguments.toArray(String[]::new));
  }

  private void awaitKnown() {
    Patience.until(
        "the Sentinels know the replica and each other",
        Replication.LIMIT,
        () -> sentinels.stream().allMatch(one -> one.knows(SENTINELS - 1)));
  }

  /** Of all servers and Sentinels. */
  public Set<Integer> ports() {
    var ports = new TreeSet<>(Set.of(master.port(), replica.port()));
    sentinels.forEach(one -> ports.add(one.port()));
    return ports;
  }

  /**
   * {@code redis+sentinel://127.0.0.1:PORT,…/plant}
   *
   * @param way where a port is reached
   */
  public String url(IntUnaryOperator way) {
    return sentinels.stream()
        .map(one -> "127.0.0.1:" + way.applyAsInt(one.port()))
        .collect(Collectors.joining(",", "redis+sentinel://", "/" + PrivateSentinel.MASTER));
  }

  /** The port of the master, as the first Sentinel sees it. */
  public int masterPort() {
    return sentinels.getFirst().masterPort();
  }

  /** Returns when the replica has all that was written by now. */
  public void awaitReplicated() {
    Replication.awaitAll(master, replica);
  }

  /** The replica hears of nothing more. */
  public void part() {
    Replication.part(master, replica);
  }

  /** Kills the master the hard way. */
  public void killMaster() {
    master.kill();
  }

  /** Lets the master stand still. */
  public void pauseMaster() {
    master.signal("STOP");
  }

  /** Returns when the replica has taken over from a master that is gone, or stands still. */
  public void awaitTakeOver() {
    PrivateRedis next = replica;
    Patience.until(
        "the replica takes over",
        Replication.LIMIT,
        () ->
            Replication.isMaster(next)
                && sentinels.stream().allMatch(one -> one.masterPort() == next.port()));
    Replication.rejoin(next);
    replica = master;
    master = next;
  }

  /** Whatever was killed or stands still is back, as a replica that has it all. */
  public void mend() {
    if (replica.isAlive()) {
      replica.signal("CONT");
    } else {
      replica = replicaOn(replica.port());
    }
    Patience.until(
        "the former master follows", Replication.LIMIT, () -> Replication.follows(replica));
    awaitReplicated();
    awaitKnown();
  }

  /** Takes notice of a take-over that nobody asked for; whether there was one. */
  public boolean hasTakenOver() {
    if (masterPort() == master.port()) {
      return false;
    }
    awaitTakeOver();
    mend();
    return true;
  }

  @Override
  public void close() {
    sentinels.forEach(PrivateSentinel::close);
    replica.close();
    master.close();
  }
}
