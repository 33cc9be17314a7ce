package com.voltageems.hissrv.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.BuilderFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.Pool;

/**
 * The master that Sentinels tell of. They are asked with the first command, with every ping and
 * after every trouble; no thread listens to them.
 */
final class Sentinels implements Servers {
  private final List<HostAndPort> sentinels;
  private final CommandObject<List<String>> question;
  private final String masterName;
  private final JedisClientConfig config;
  private final Function<HostAndPort, OneServer> opener;
  private final ReentrantLock looking = new ReentrantLock();
  private final AtomicLong changes = new AtomicLong();
  private volatile @Nullable Master known;

  private record Master(HostAndPort address, OneServer server) {}

  /**
   * @param config for connections to Sentinels
   * @param opener makes the way to a master
   */
  Sentinels(
      List<HostAndPort> sentinels,
      String masterName,
      JedisClientConfig config,
      Function<HostAndPort, OneServer> opener) {
    this.sentinels = List.copyOf(sentinels);
    this.masterName = masterName;
    this.config = config;
    this.opener = opener;
    question =
        new CommandObject<>(
            new CommandArguments(Protocol.Command.SENTINEL)
                .add("GET-MASTER-ADDR-BY-NAME")
                .add(masterName),
            BuilderFactory.STRING_LIST);
  }

  @Override
  public void ping() {
    try {
      lookAgain();
    } catch (JedisException e) {
      if (known == null) {
        throw e;
      }
      // A master that is well needs no Sentinels until it fails.
    }
    server().ping();
  }

  @Override
  public UnifiedJedis client() {
    return server().client();
  }

  @Override
  public Map<String, Pool<Connection>> masters() {
    return server().masters();
  }

  @Override
  public int slot(String key) {
    return 0;
  }

  @Override
  public Object ownerOf(CommandArguments command) {
    return this;
  }

  @Override
  public Connection connectionFor(CommandArguments command) {
    return server().connectionFor(command);
  }

  @Override
  public void lookAgain() {
    looking.lock();
    try {
      HostAndPort address = ask();
      Master before = known;
      if (before == null || !before.address().equals(address)) {
        known = new Master(address, opener.apply(address));
        if (before != null) {
          changes.incrementAndGet();
          before.server().close();
        }
      }
    } finally {
      looking.unlock();
    }
  }

  @Override
  public long changes() {
    return changes.get();
  }

  @Override
  public void close() {
    Master master = known;
    if (master != null) {
      master.server().close();
    }
  }

  private OneServer server() {
    Master master = known;
    if (master == null) {
      lookAgain();
      master = known;
    }
    if (master == null) {
      throw new IllegalStateException("looked, and neither found nor failed");
    }
    return master.server();
  }

  private HostAndPort ask() {
    var troubles = new ArrayList<String>();
    for (HostAndPort sentinel : sentinels) {
      try (var connection = new Connection(sentinel, config)) {
        connection.connect();
        @Nullable List<String> answer = connection.executeCommand(question);
        if (answer != null) {
          return new HostAndPort(answer.get(0), Integer.parseInt(answer.get(1)));
        }
        troubles.add(sentinel + " knows no master \"" + masterName + "\"");
      } catch (JedisException e) {
        troubles.add(sentinel + ": " + Refusal.inWords(e));
      }
    }
    throw new JedisConnectionException(
        "no Sentinel tells where the master is: " + String.join("; ", troubles));
  }
}
