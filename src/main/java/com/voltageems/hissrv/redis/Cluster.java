package com.voltageems.hissrv.redis;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.BuilderFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPool;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.StaticCommandFlagsRegistry;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.executors.ClusterCommandExecutor;
import redis.clients.jedis.providers.ClusterConnectionProvider;
import redis.clients.jedis.util.JedisClusterCRC16;

/** A Redis Cluster. Which node owns which slot is asked for with the first command. */
final class Cluster implements Servers {
  /** For redirections: a slot may move while we look for it. */
  private static final int ATTEMPTS = 4;

  private static final CommandArguments INFO =
      new CommandArguments(Protocol.Command.CLUSTER).add("INFO");

  private final Set<HostAndPort> nodes;
  private final JedisClientConfig config;
  private final GenericObjectPoolConfig<Connection> pooling;
  private final Duration patience;
  private final ReentrantLock opening = new ReentrantLock();
  private volatile @Nullable Opened opened;

  /** A node that did not answer, or a slot that is elsewhere, may be met by nobody but Jedis. */
  private final AtomicLong changes = new AtomicLong();

  private record Opened(ClusterConnectionProvider provider, RedisClusterClient client) {}

  /**
   * @param nodes some of them
   * @param patience how long one command may be redirected
   */
  Cluster(
      Set<HostAndPort> nodes,
      JedisClientConfig config,
      GenericObjectPoolConfig<Connection> pooling,
      Duration patience) {
    this.nodes = nodes;
    this.config = config;
    this.pooling = pooling;
    this.patience = patience;
  }

  /** Well is a cluster when every master answers and says that all slots are served. */
  @Override
  public void ping() {
    masters()
        .forEach((name, master) -> {
          String info;
          try (var connection = master.getResource()) {
            info = connection.executeCommand(new CommandObject<>(INFO, BuilderFactory.STRING));
          } catch (JedisException e) {
            throw new JedisException("node " + name + ": " + RedisException.rootMessage(e));
          }
          if (!info.contains("cluster_state:ok")) {
            throw new JedisException("node " + name + ": the cluster is down");
          }
        });
  }

  @Override
  public UnifiedJedis client() {
    return opened().client();
  }

  @Override
  public Map<String, ConnectionPool> masters() {
    return opened().provider().getPrimaryNodes();
  }

  @Override
  public int slot(String key) {
    return JedisClusterCRC16.getSlot(key);
  }

  @Override
  public Object ownerOf(CommandArguments command) {
    int slot = command.getKeyHashSlots().iterator().next();
    HostAndPort owner = opened().provider().getNode(slot);
    return owner == null ? slot : owner;
  }

  @Override
  public Connection connectionFor(CommandArguments command) {
    return opened().provider().getConnection(command);
  }

  @Override
  public void lookAgain() {
    Opened known = opened;
    if (known != null) {
      known.provider().renewSlotCache();
    }
  }

  @Override
  public long changes() {
    return changes.get();
  }

  @Override
  public void close() {
    Opened known = opened;
    if (known != null) {
      known.client().close();
    }
  }

  private Opened opened() {
    Opened known = opened;
    if (known != null) {
      return known;
    }
    opening.lock();
    try {
      known = opened;
      if (known == null) {
        known = open();
        opened = known;
      }
      return known;
    } finally {
      opening.unlock();
    }
  }

  private Opened open() {
    var provider = new Watched();
    var client =
        RedisClusterClient.builder()
            .nodes(nodes)
            .clientConfig(config)
            .connectionProvider(provider)
            .commandExecutor(new AtMostOnce(provider, patience))
            .build();
    return new Opened(provider, client);
  }

  /** Counts how often it has to ask where slots are. */
  private final class Watched extends ClusterConnectionProvider {
    Watched() {
      super(nodes, config, pooling);
    }

    @Override
    public void renewSlotCache() {
      changes.incrementAndGet();
      super.renewSlotCache();
    }

    @Override
    public void renewSlotCache(Connection connection) {
      changes.incrementAndGet();
      super.renewSlotCache(connection);
    }
  }

  /**
   * Follows redirections, but never sends a command again that got no answer: it may have been
   * carried out, and whoever sent it must know.
   */
  private static final class AtMostOnce extends ClusterCommandExecutor {
    AtMostOnce(ClusterConnectionProvider provider, Duration patience) {
      super(provider, ATTEMPTS, patience, StaticCommandFlagsRegistry.registry());
    }

    @Override
    protected <T> T execute(Connection connection, CommandObject<T> command) {
      try {
        return super.execute(connection, command);
      } catch (JedisConnectionException e) {
        throw new JedisException(e.getMessage(), e);
      }
    }
  }
}
