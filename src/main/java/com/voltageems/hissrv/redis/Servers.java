package com.voltageems.hissrv.redis;

import com.voltageems.hissrv.config.RedisLogin;
import com.voltageems.hissrv.config.RedisTls;
import com.voltageems.hissrv.config.RedisUrl;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import javax.net.ssl.SSLSocketFactory;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.util.JedisURIHelper;
import redis.clients.jedis.util.Pool;

/**
 * What the connection is to: one server, the one that Sentinels tell of, or a cluster. Methods
 * throw Jedis's exceptions.
 */
sealed interface Servers extends AutoCloseable permits OneServer, Cluster, Sentinels {
  /** Milliseconds. */
  int CONNECT_MILLIS = 1_000;

  /** Milliseconds. */
  int ANSWER_MILLIS = 3_000;

  /** To each server. */
  int CONNECTIONS = 8;

  /**
   * Opens nothing yet.
   *
   * @throws IllegalArgumentException when what TLS needs is not in its files
   */
  static Servers at(RedisUrl place, RedisTls tls, RedisLogin sentinels) {
    URI first = place.servers().getFirst();
    Function<RedisLogin, DefaultJedisClientConfig.Builder> config = configs(place, tls);
    JedisClientConfig ofData =
        config.apply(place.login()).database(JedisURIHelper.getDBIndex(first)).build();
    var pool = new GenericObjectPoolConfig<Connection>();
    pool.setJmxEnabled(false);
    pool.setMaxTotal(CONNECTIONS);
    pool.setMaxIdle(CONNECTIONS);
    pool.setMaxWait(Duration.ofMillis(ANSWER_MILLIS));
    var nodes = place.servers().stream().map(JedisURIHelper::getHostAndPort).toList();
    return switch (place.kind()) {
      case ONE -> new OneServer(nodes.getFirst(), ofData, pool);
      case CLUSTER ->
          new Cluster(Set.copyOf(nodes), ofData, pool, Duration.ofMillis(ANSWER_MILLIS));
      case SENTINEL ->
          new Sentinels(
              nodes,
              place.master(),
              config.apply(sentinels).build(),
              master -> new OneServer(master, ofData, pool));
    };
  }

  // What is not deprecated reads key stores from files, no PEM.
  @SuppressWarnings("deprecation")
  private static Function<RedisLogin, DefaultJedisClientConfig.Builder> configs(
      RedisUrl place, RedisTls tls) {
    SSLSocketFactory sockets =
        place.tls() ? new EagerSockets(Tls.sockets(tls), Tls.parameters(tls)) : null;
    return login -> {
      var config =
          DefaultJedisClientConfig.builder()
              .connectionTimeoutMillis(CONNECT_MILLIS)
              .socketTimeoutMillis(ANSWER_MILLIS)
              .user(login.user())
              .password(login.password())
              .clientName("hissrv");
      return sockets == null
          ? config
          : config.ssl(true).sslSocketFactory(sockets).sslParameters(Tls.parameters(tls));
    };
  }

  /** Asks whether all is well. */
  void ping();

  /** Sends each command to where its keys are. */
  UnifiedJedis client();

  /** Connections to each server that owns keys, by its name. */
  Map<String, ? extends Pool<Connection>> masters();

  /** Two keys of the same slot may be named in one call. */
  int slot(String key);

  /** The server that owns a command's keys; equal for the same server. */
  Object ownerOf(CommandArguments command);

  /** A connection to it, to be closed. */
  Connection connectionFor(CommandArguments command);

  /** After a command that got no answer: whether other servers own the slots now. */
  void lookAgain();

  /** How often others may have begun to serve. */
  default long changes() {
    return 0;
  }

  @Override
  void close();
}
