package com.voltageems.hissrv.redis;

import java.util.Map;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.providers.PooledConnectionProvider;
import redis.clients.jedis.util.Pool;

/** Opens nothing before it is asked. */
final class OneServer implements Servers {
  private final String name;
  private final Pool<Connection> pool;
  private final RedisClient client;

  OneServer(
      HostAndPort address, JedisClientConfig config, GenericObjectPoolConfig<Connection> pooling) {
    var provider = new PooledConnectionProvider(address, config, pooling);
    name = address.toString();
    pool = provider.getPool();
    client = RedisClient.builder().connectionProvider(provider).clientConfig(config).build();
  }

  @Override
  public void ping() {
    String _ = client.ping();
  }

  @Override
  public UnifiedJedis client() {
    return client;
  }

  @Override
  public Map<String, Pool<Connection>> masters() {
    return Map.of(name, pool);
  }

  @Override
  public int slot(String key) {
    return 0;
  }

  @Override
  public Object ownerOf(CommandArguments command) {
    return pool;
  }

  @Override
  public Connection connectionFor(CommandArguments command) {
    return pool.getResource();
  }

  @Override
  public void lookAgain() {
    // There is nowhere else to look.
  }

  @Override
  public void close() {
    client.close();
  }
}
