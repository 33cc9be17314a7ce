package com.voltageems.hissrv.redis;

import static java.util.stream.Collectors.toSet;

import com.voltageems.hissrv.config.RedisUrl;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.util.JedisURIHelper;
import redis.clients.jedis.util.Pool;

/** What the connection is to: one server or a cluster of them. Methods throw Jedis's exceptions. */
sealed interface Servers extends AutoCloseable permits OneServer, Cluster {
  /** Milliseconds. */
  int CONNECT_MILLIS = 1_000;

  /** Milliseconds. */
  int ANSWER_MILLIS = 3_000;

  /** To each server. */
  int CONNECTIONS = 8;

  /** Opens nothing yet. */
  static Servers at(RedisUrl place) {
    URI first = place.servers().getFirst();
    var config =
        DefaultJedisClientConfig.builder()
            .connectionTimeoutMillis(CONNECT_MILLIS)
            .socketTimeoutMillis(ANSWER_MILLIS)
            .user(JedisURIHelper.getUser(first))
            .password(JedisURIHelper.getPassword(first))
            .database(JedisURIHelper.getDBIndex(first))
            .clientName("hissrv");
    if (JedisURIHelper.isRedisSSLScheme(first)) {
      config.sslOptions(SslOptions.defaults());
    }
    var pool = new GenericObjectPoolConfig<Connection>();
    pool.setJmxEnabled(false);
    pool.setMaxTotal(CONNECTIONS);
    pool.setMaxIdle(CONNECTIONS);
    pool.setMaxWait(Duration.ofMillis(ANSWER_MILLIS));
    if (!place.cluster()) {
      return new OneServer(JedisURIHelper.getHostAndPort(first), config.build(), pool);
    }
    var nodes = place.servers().stream().map(JedisURIHelper::getHostAndPort).collect(toSet());
    return new Cluster(nodes, config.build(), pool, Duration.ofMillis(ANSWER_MILLIS));
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

  @Override
  void close();
}
