package com.voltageems.hissrv.testkit;

import com.voltageems.hissrv.demo.DemoException;
import com.voltageems.hissrv.demo.PrivateRedis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisClusterClient;

/** A real Redis Cluster of three masters on loopback ports. They keep their data when restarted. */
public final class PrivateCluster implements AutoCloseable {
  private static final int MASTERS = 3;
  private static final int SLOTS = 16_384;
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String[] ARGUMENTS = {
    "--cluster-enabled", "yes", "--cluster-node-timeout", "1000", "--appendonly", "yes"
  };

  private final Path folder;
  private final List<PrivateRedis> masters = new ArrayList<>();
  private final List<PrivateRedis> replicas = new ArrayList<>();

  private PrivateCluster(Path folder) {
    this.folder = folder;
  }

  /** Returns when all slots are served. */
  public static PrivateCluster start(Path folder) {
    var cluster = new PrivateCluster(folder);
    try {
      cluster.form();
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
   * Starts a replica of the first master, which takes over when that is stopped. Returns when it
   * has its data.
   */
  public void addReplica() {
    PrivateRedis server = startOnAnyPort();
    replicas.add(server);
    String first = on(0, Jedis::clusterMyId);
    try (var replica = new Jedis("127.0.0.1", server.port())) {
      replica.clusterMeet("127.0.0.1", masters.getFirst().port());
      Await.until("it knows the master", LIMIT, () -> replica.clusterNodes().contains(first));
      replica.clusterReplicate(first);
      Await.until(
          "it has the master's data",
          LIMIT,
          () -> replica.info("replication").contains("master_link_status:up"));
    }
    Await.until(
        "the others know it",
        LIMIT,
        () ->
            on(1, Jedis::clusterNodes).contains(":" + server.port() + "@")
                && on(1, Jedis::clusterNodes).contains("slave " + first));
  }

  /** Of the ports whose bus port (10,000 higher) exists, below those given to clients. */
  private PrivateRedis startOnAnyPort() {
    for (int attempt = 0; true; attempt++) {
      try {
        int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
        return PrivateRedis.start(folder, port, ARGUMENTS);
      } catch (DemoException e) {
        if (attempt == 10) {
          throw e;
        }
      }
    }
  }

  /** Waits until every master says that all slots are served. */
  public void awaitHealth() {
    Await.until(
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
    try (var node = new Jedis("127.0.0.1", masters.get(master).port())) {
      return command.apply(node);
    }
  }

  /** Stops one master; the others find that not all slots are served. */
  public void stop(int master) {
    masters.get(master).close();
  }

  /** Lets a master hang: it accepts connections and commands, and answers nothing. */
  public void pause(int master) {
    signal(master, "-STOP");
  }

  /** Lets it go on, with what it was sent meanwhile. */
  public void resume(int master) {
    signal(master, "-CONT");
  }

  private void signal(int master, String signal) {
    try {
      var kill = new ProcessBuilder("kill", signal, Long.toString(masters.get(master).pid()));
      if (kill.start().waitFor() != 0) {
        throw new IllegalStateException("no signal " + signal);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Starts a stopped one again, with its data. */
  public void restart(int master) {
    masters.set(master, PrivateRedis.start(folder, masters.get(master).port(), ARGUMENTS));
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
      for (String key : on(from, node -> node.clusterGetKeysInSlot(slot, 1_000))) {
        on(from, node -> node.migrate("127.0.0.1", masters.get(to).port(), key, 0, 5_000));
      }
      on(to, node -> node.clusterSetSlotNode(slot, target));
      on(from, node -> node.clusterSetSlotNode(slot, target));
    }
  }

  @Override
  public void close() {
    masters.forEach(PrivateRedis::close);
    replicas.forEach(PrivateRedis::close);
  }
}
