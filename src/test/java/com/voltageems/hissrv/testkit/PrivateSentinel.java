package com.voltageems.hissrv.testkit;

import com.voltageems.hissrv.demo.PrivateRedis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;

/** A real Sentinel on a loopback port that alone decides over a master called {@code plant}. */
public final class PrivateSentinel implements AutoCloseable {
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
   * Returns when it answers.
   *
   * @param masterPassword empty: the master asks for none
   * @param password its own
   */
  public static PrivateSentinel start(
      Path folder, PrivateRedis master, String masterPassword, String password) {
    try {
      int port = freePort();
      Path file = folder.resolve("sentinel-" + port + ".conf");
      Files.writeString(
          file,
          """
          port %1$d
          bind 127.0.0.1
          requirepass %4$s
          sentinel monitor plant 127.0.0.1 %2$d 1
          sentinel down-after-milliseconds plant 500
          sentinel failover-timeout plant 3000
          %3$s
          """
              .formatted(
                  port,
                  master.port(),
                  masterPassword.isEmpty() ? "" : "sentinel auth-pass plant " + masterPassword,
                  password));
      String binary =
          ProcessHandle.of(master.pid()).flatMap(one -> one.info().command()).orElseThrow();
      Process process =
          new ProcessBuilder(binary, file.toString(), "--sentinel")
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("sentinel.log").toFile())
              .start();
      var sentinel = new PrivateSentinel(process, port, password);
      Await.until("the Sentinel answers", LIMIT, () -> !sentinel.replicas().equals("none yet"));
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
      Await.until(
          "the replica has it all",
          LIMIT,
          () -> client.info("replication").contains("master_link_status:up"));
    }
    return replica;
  }

  /** Returns when the Sentinel knows the replica, and that it has the master's data. */
  public void awaitReplica() {
    Await.until(
        "the Sentinel knows a replica", LIMIT, () -> replicas().contains("master-link-status=ok"));
  }

  private String replicas() {
    var config = DefaultJedisClientConfig.builder().password(password).build();
    try (var sentinel = new Jedis(new HostAndPort("127.0.0.1", port), config)) {
      return String.valueOf(sentinel.sentinelReplicas("plant"));
    } catch (RuntimeException e) {
      return "none yet";
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
