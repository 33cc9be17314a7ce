package com.voltageems.hissrv.demo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * A real Redis Cluster of three masters on loopback ports, with replicas or without. They keep
 * their data when restarted.
 */
public final class PrivateCluster implements AutoCloseable {
  private static final int MASTERS = 3;
  private static final int SLOTS = 16_384;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Path folder;
  private final String[] arguments;
  private final List<PrivateRedis> masters = new ArrayList<>();

  /** Of the masters of the same places, as far as they have one. */
  private final List<PrivateRedis> replicas = new ArrayList<>();

  private PrivateCluster(Path folder, Duration nodeTimeout) {
    this.folder = folder;
    arguments =
        new String[] {
          "--cluster-enabled", "yes",
          "--cluster-node-timeout", Long.toString(nodeTimeout.toMillis()),
          "--appendonly", "yes",
          "--appendfsync", "no",
          "--repl-diskless-sync-delay", "0"
        };
  }

  /** Without replicas. Returns when all slots are served. */
  public static PrivateCluster start(Path folder) {
    return start(new PrivateCluster(folder, Duration.ofSeconds(1)), 0);
  }

  /** With a replica of each master. Returns when all slots are served, and all is replicated. */
  public static PrivateCluster startWithReplicas(Path folder) {
    return start(new PrivateCluster(folder, Duration.ofSeconds(2)), MASTERS);
  }

  private static PrivateCluster start(PrivateCluster cluster, int replicas) {
    try {
      cluster.form();
      for (int i = 0; i < replicas; i++) {
        cluster.addReplica();
      }
      return cluster;
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  private void form() {
    for (int i = 0; i < MASTERS; i++) {
      masters.add(startOnAnyPort());
      int from = i * SLOTS / MASTERS;
      int to = (i + 1) * SLOTS / MASTERS - 1;
      on(i, node -> node.clusterAddSlotsRange(from, to));
      on(i, node -> node.clusterMeet("127.0.0.1", masters.getFirst().port()));
    }
    awaitHealth();
  }

  /**
   * Starts a replica of the first master that has none, which takes over when that is stopped.
   * Returns when it has its data.
   */
  public void addReplica() {
    PrivateRedis server = startOnAnyPort();
    int place = replicas.size();
    int other = (place + 1) % MASTERS;
    replicas.add(server);
    String first = on(place, Jedis::clusterMyId);
    try (var replica = client(server)) {
      replica.clusterMeet("127.0.0.1", masters.getFirst().port());
      Patience.until("it knows the master", LIMIT, () -> replica.clusterNodes().contains(first));
      replica.clusterReplicate(first);
      Patience.until(
          "it has the master's data",
          LIMIT,
          () -> replica.info("replication").contains("master_link_status:up"));
    }
    Patience.until(
        "the others know it",
        LIMIT,
        () ->
            on(other, Jedis::clusterNodes).contains(":" + server.port() + "@")
                && on(other, Jedis::clusterNodes).contains("slave " + first));
  }

  /** Of the ports whose bus port (10,000 higher) exists, below those given to clients. */
  private PrivateRedis startOnAnyPort() {
    for (int attempt = 0; true; attempt++) {
      try {
        int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
        return PrivateRedis.start(folder, port, arguments);
      } catch (DemoException e) {
        if (attempt == 10) {
          throw e;
        }
      }
    }
  }

  /** Waits until every master says that all slots are served. */
  public void awaitHealth() {
    Patience.until(
        "the cluster is well",
        LIMIT,
        () ->
            IntStream.range(0, MASTERS)
                .mapToObj(i -> on(i, Jedis::clusterInfo))
                .allMatch(info ->
                    info.contains("cluster_state:ok")
                        && info.contains("cluster_slots_ok:" + SLOTS)));
  }

  /** {@code redis+cluster://127.0.0.1:PORT,…} */
  public String url() {
    return masters.stream()
        .map(master -> "127.0.0.1:" + master.port())
        .collect(Collectors.joining(",", "redis+cluster://", ""));
  }

  /**
   * The same, past something in between.
   *
   * @param way where a port is reached
   */
  public String url(IntUnaryOperator way) {
    return masters.stream()
        .map(master -> "127.0.0.1:" + way.applyAsInt(master.port()))
        .collect(Collectors.joining(",", "redis+cluster://", ""));
  }

  /** Of masters and replicas. */
  public Set<Integer> ports() {
    return Stream.concat(masters.stream(), replicas.stream())
        .map(PrivateRedis::port)
        .collect(Collectors.toSet());
  }

  /** A client as others use it. */
  public RedisClusterClient client() {
    return RedisClusterClient.create(new HostAndPort("127.0.0.1", masters.getFirst().port()));
  }

  /** How many masters there are. */
  public int size() {
    return masters.size();
  }

  /** Asks one master. */
  public <T> T on(int master, Function<Jedis, T> command) {
    return Replication.on(masters.get(master), command);
  }

  private static Jedis client(PrivateRedis server) {
    return new Jedis(new HostAndPort("127.0.0.1", server.port()), Replication.CLIENT);
  }

  /** Stops one master; the others find that not all slots are served. */
  public void stop(int master) {
    masters.get(master).close();
  }

  /** Lets a master hang: it accepts connections and commands, and answers nothing. */
  public void pause(int master) {
    masters.get(master).signal("STOP");
  }

  /** Lets it go on, with what it was sent meanwhile. */
  public void resume(int master) {
    masters.get(master).signal("CONT");
  }

  /** Starts a stopped one again, with its data. */
  public void restart(int master) {
    masters.set(master, PrivateRedis.start(folder, masters.get(master).port(), arguments));
  }

  /** Moves a slot with its keys to another master, as resharding does. */
  public void moveSlot(int slot, int to) {
    String target = on(to, Jedis::clusterMyId);
    for (int from = 0; from < MASTERS; from++) {
      String source = on(from, Jedis::clusterMyId);
      if (from == to || on(from, node -> node.clusterCountKeysInSlot(slot)) == 0) {
        continue;
      }
      on(to, node -> node.clusterSetSlotImporting(slot, source));
      on(from, node -> node.clusterSetSlotMigrating(slot, target));
      // Keys may come while others go, as long as the slot is not the other's.
      for (List<String> keys = keysIn(from, slot); !keys.isEmpty(); keys = keysIn(from, slot)) {
        for (String key : keys) {
          on(from, node -> node.migrate("127.0.0.1", masters.get(to).port(), key, 0, 5_000));
        }
      }
      on(to, node -> node.clusterSetSlotNode(slot, target));
      on(from, node -> node.clusterSetSlotNode(slot, target));
    }
  }

  private List<String> keysIn(int master, int slot) {
    return on(master, node -> node.clusterGetKeysInSlot(slot, 1_000));
  }

  /** Moves a key's slot to another master. */
  public void move(String key, int to) {
    moveSlot(JedisClusterCRC16.getSlot(key), to);
  }

  /** Returns when every replica has all that was written by now. */
  public void awaitReplicated() {
    for (int i = 0; i < replicas.size(); i++) {
      Replication.awaitAll(masters.get(i), replicas.get(i));
    }
  }

  /** A master's replica hears of nothing more. */
  public void part(int master) {
    Replication.part(masters.get(master), replicas.get(master));
  }

  /** Kills one the hard way. */
  public void kill(int master) {
    masters.get(master).kill();
  }

  /** Returns when a master's replica has taken its place; all slots are served then. */
  public void awaitTakeOver(int master) {
    PrivateRedis next = replicas.get(master);
    Patience.until("the replica takes over", LIMIT, () -> Replication.isMaster(next));
    replicas.set(master, masters.set(master, next));
    Replication.rejoin(next);
    awaitHealth();
  }

  /** Whatever was killed or stands still is back, as a replica that has it all. */
  public void mend(int master) {
    PrivateRedis former = replicas.get(master);
    if (former.isAlive()) {
      former.signal("CONT");
    } else {
      replicas.set(master, PrivateRedis.start(folder, former.port(), arguments));
    }
    Patience.until(
        "the former master follows", LIMIT, () -> Replication.follows(replicas.get(master)));
    awaitReplicated();
  }

  /** Takes notice of take-overs that nobody asked for; whether there was one. */
  public boolean hasTakenOver() {
    boolean has = false;
    for (int i = 0; i < replicas.size(); i++) {
      if (!Replication.isMaster(masters.get(i))) {
        awaitTakeOver(i);
        mend(i);
        has = true;
      }
    }
    return has;
  }

  @Override
  public void close() {
    masters.forEach(PrivateRedis::close);
    replicas.forEach(PrivateRedis::close);
  }
}
