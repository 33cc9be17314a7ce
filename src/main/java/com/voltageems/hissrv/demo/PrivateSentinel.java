package com.voltageems.hissrv.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Stream;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;

/** A real Sentinel on a loopback port, over a master called {@code plant}. */
public final class PrivateSentinel implements AutoCloseable {
  /** What the master is called. */
  static final String MASTER = "plant";

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final Process process;
  private final int port;
  private final String password;

  private PrivateSentinel(Process process, int port, String password) {
    this.process = process;
    this.port = port;
    this.password = password;
  }

  /**
   * One that decides alone. Returns when it answers.
   *
   * @param masterPassword empty: the master asks for none
   * @param password its own
   */
  public static PrivateSentinel start(
      Path folder, PrivateRedis master, String masterPassword, String password) {
    String logins =
        "requirepass %s%n%s"
            .formatted(
                password,
                masterPassword.isEmpty() ? "" : "sentinel auth-pass plant " + masterPassword);
    return start(folder, master, password, 1, Duration.ofMillis(500), logins);
  }

  /** One of several without passwords, of which so many must find the master down. */
  static PrivateSentinel ofSeveral(Path folder, PrivateRedis master, int quorum) {
    return start(folder, master, "", quorum, Duration.ofSeconds(2), "");
  }

  private static PrivateSentinel start(
      Path folder,
      PrivateRedis master,
      String password,
      int quorum,
      Duration downAfter,
      String logins) {
    try {
      int port = freePort();
      Path file = folder.resolve("sentinel-" + port + ".conf");
      Files.writeString(
          file,
          """
          port %d
          bind 127.0.0.1
          sentinel monitor plant 127.0.0.1 %d %d
          sentinel down-after-milliseconds plant %d
          sentinel failover-timeout plant 3000
          %s
          """
              .formatted(port, master.port(), quorum, downAfter.toMillis(), logins));
      String binary =
          ProcessHandle.of(master.pid()).flatMap(one -> one.info().command()).orElseThrow();
      Process process =
          new ProcessBuilder(binary, file.toString(), "--sentinel")
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("sentinel-" + port + ".log").toFile())
              .start();
      var sentinel = new PrivateSentinel(process, port, password);
      Patience.until("the Sentinel answers", LIMIT, () -> !sentinel.replicas().equals("none yet"));
      return sentinel;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where it listens. */
  public int port() {
    return port;
  }

  /**
   * Starts a replica, which a Sentinel may choose. Returns when it has the master's data: a
   * Sentinel started then knows it at once, one started before looks again after ten seconds only.
   *
   * @param password the master's and its own
   */
  public static PrivateRedis replica(Path folder, PrivateRedis master, String password) {
    String[] follows = {
      "--replicaof", "127.0.0.1 " + master.port(), "--repl-diskless-sync-delay", "0"
    };
    String[] login = {"--requirepass", password, "--masterauth", password};
    PrivateRedis replica =
        PrivateRedis.start(
            folder, 0, Stream.of(login, follows).flatMap(Arrays::stream).toArray(String[]::new));
    var config = DefaultJedisClientConfig.builder().password(password).build();
    try (var client = new Jedis(new HostAndPort("127.0.0.1", replica.port()), config)) {
      Patience.until(
          "the replica has it all",
          LIMIT,
          () -> client.info("replication").contains("master_link_status:up"));
    }
    return replica;
  }

  /** Returns when the Sentinel knows the replica, and that it has the master's data. */
  public void awaitReplica() {
    Patience.until(
        "the Sentinel knows a replica", LIMIT, () -> replicas().contains("master-link-status=ok"));
  }

  private String replicas() {
    try {
      return asked(sentinel -> String.valueOf(sentinel.sentinelReplicas(MASTER)));
    } catch (RuntimeException e) {
      return "none yet";
    }
  }

  /** Whether it knows a replica that is well, and so many others of its kind. */
  boolean knows(int others) {
    return replicas().contains("master-link-status=ok")
        && asked(sentinel -> sentinel.sentinelMaster(MASTER))
            .getOrDefault("num-other-sentinels", "")
            .equals(Integer.toString(others));
  }

  /** Where it says the master is. */
  int masterPort() {
    return asked(sentinel -> Integer.parseInt(sentinel.sentinelGetMasterAddrByName(MASTER).get(1)));
  }

  private <T> T asked(Function<Jedis, T> question) {
    var config = DefaultJedisClientConfig.builder().autoNegotiateProtocol(false);
    if (!password.isEmpty()) {
      config.password(password);
    }
    try (var sentinel = new Jedis(new HostAndPort("127.0.0.1", port), config.build())) {
      return question.apply(sentinel);
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Kills it the hard way. */
  public void kill() {
    var _ = process.destroyForcibly();
  }

  @Override
  public void close() {
    kill();
  }
}
