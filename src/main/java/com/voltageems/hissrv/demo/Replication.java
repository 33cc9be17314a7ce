package com.voltageems.hissrv.demo;

import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.args.ClientType;
import redis.clients.jedis.params.ClientKillParams;

/** What a private server without a password says of its replication, and what can be done to it. */
final class Replication {
  static final Duration LIMIT = Duration.ofSeconds(60);

  private static final String WRONG = "not-the-password";

  /** The servers' own, without asking for it. */
  static final JedisClientConfig CLIENT =
      DefaultJedisClientConfig.builder().autoNegotiateProtocol(false).build();

  private Replication() {}

  static <T> T on(PrivateRedis server, Function<Jedis, T> command) {
    try (var client = new Jedis(new HostAndPort("127.0.0.1", server.port()), CLIENT)) {
      return command.apply(client);
    }
  }

  private static Map<String, String> told(PrivateRedis server) {
    return on(server, client -> client.info("replication"))
        .lines()
        .filter(line -> line.contains(":"))
        .collect(
            Collectors.toMap(
                line -> line.substring(0, line.indexOf(':')),
                line -> line.substring(line.indexOf(':') + 1)));
  }

  static boolean isMaster(PrivateRedis server) {
    return "master".equals(told(server).get("role"));
  }

  /** It follows somebody and hears of all that is written. */
  static boolean follows(PrivateRedis server) {
    return "up".equals(told(server).get("master_link_status"));
  }

  /** Returns when the replica has all that was written to the master by now. */
  static void awaitAll(PrivateRedis master, PrivateRedis replica) {
    long written = offset(master, "master_repl_offset");
    Patience.until(
        "the replica has it all",
        LIMIT,
        () -> follows(replica) && offset(replica, "slave_repl_offset") >= written);
  }

  private static long offset(PrivateRedis server, String field) {
    return Long.parseLong(told(server).getOrDefault(field, "-1"));
  }

  /** The replica hears of nothing more, and is well. */
  static void part(PrivateRedis master, PrivateRedis replica) {
    String _ = on(replica, client -> client.configSet("masterauth", WRONG));
    long _ =
        on(master, client -> client.clientKill(new ClientKillParams().type(ClientType.REPLICA)));
    Patience.until("the replica is behind", LIMIT, () -> !follows(replica));
  }

  /** It may follow somebody again. */
  static void rejoin(PrivateRedis replica) {
    String _ = on(replica, client -> client.configSet("masterauth", ""));
  }
}
