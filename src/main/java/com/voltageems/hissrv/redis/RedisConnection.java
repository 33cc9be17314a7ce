package com.voltageems.hissrv.redis;

import com.voltageems.hissrv.model.CheckResult;
import com.voltageems.hissrv.model.Component;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.BuilderFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.Response;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisNoScriptException;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.util.JedisURIHelper;
import redis.clients.jedis.util.SafeEncoder;

/**
 * The way to one Redis server. Connects when first asked and again after any trouble; safe for any
 * thread. Every command throws {@link RedisException} when Redis is away or refuses.
 */
public final class RedisConnection implements Component, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RedisConnection.class);
  private static final int CONNECT_MILLIS = 1_000;
  private static final int ANSWER_MILLIS = 3_000;
  private static final int CONNECTIONS = 8;
  private static final int SCAN_COUNT = 500;
  private static final int COMMANDS_PER_PIPELINE = 50;

  private static final CommandObject<List<String>> TIME =
      new CommandObject<>(new CommandArguments(Protocol.Command.TIME), BuilderFactory.STRING_LIST);

  private final String shownUrl;
  private final RedisClient client;
  private final MemoryWatch memory;

  /**
   * Opens nothing yet.
   *
   * @param url {@code redis://[[user]:password@]host:port[/db]}
   * @throws IllegalArgumentException when the URL is none
   */
  public RedisConnection(String url) {
    URI uri = URI.create(url);
    if (!JedisURIHelper.isValid(uri)) {
      throw new IllegalArgumentException("not a Redis URL: redis://host:port[/db] is expected");
    }
    shownUrl = uri.getScheme() + "://" + uri.getHost() + ":" + uri.getPort();
    memory = new MemoryWatch(shownUrl);
    var config =
        DefaultJedisClientConfig.builder()
            .connectionTimeoutMillis(CONNECT_MILLIS)
            .socketTimeoutMillis(ANSWER_MILLIS)
            .user(JedisURIHelper.getUser(uri))
            .password(JedisURIHelper.getPassword(uri))
            .database(JedisURIHelper.getDBIndex(uri))
            .clientName("hissrv");
    if (JedisURIHelper.isRedisSSLScheme(uri)) {
      config.sslOptions(SslOptions.defaults());
    }
    var pool = new GenericObjectPoolConfig<Connection>();
    pool.setJmxEnabled(false);
    pool.setMaxTotal(CONNECTIONS);
    pool.setMaxIdle(CONNECTIONS);
    pool.setMaxWait(Duration.ofMillis(ANSWER_MILLIS));
    client =
        RedisClient.builder()
            .hostAndPort(JedisURIHelper.getHostAndPort(uri))
            .clientConfig(config.build())
            .poolConfig(pool)
            .build();
  }

  @Override
  public String name() {
    return "redis";
  }

  @Override
  public CheckResult check() {
    try {
      ask(client::ping);
      return memory
          .warning()
          .map(warning -> CheckResult.warning(shownUrl, warning))
          .orElseGet(() -> CheckResult.ok(shownUrl));
    } catch (RedisException e) {
      return CheckResult.down(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Looks at the server's memory, for {@link #check} to warn of. Where INFO is not allowed nothing
   * is known of it; nothing is thrown.
   */
  public void watchMemory() {
    try {
      memory.read(ask(() -> client.info("memory")));
    } catch (RedisException e) {
      LOG.debug("can't tell how Redis's memory is", e);
    }
  }

  /** Redis {@code TIME}: the one clock. Throws {@link RedisException} when it can't be asked. */
  public InstantSource clock() {
    return () -> {
      List<String> answer = ask(() -> client.executeCommand(TIME));
      long seconds = Long.parseLong(answer.get(0));
      long micros = Long.parseLong(answer.get(1));
      return Instant.ofEpochSecond(seconds, micros * 1_000);
    };
  }

  /**
   * Runs a script, loading it where the server does not know it (a restart, a fail-over, SCRIPT
   * FLUSH).
   *
   * @return Redis's answer: Long, String or List of these
   */
  public Object eval(Script script, List<String> keys, List<String> args) {
    return ask(() -> {
      try {
        return client.evalsha(script.sha(), keys, args);
      } catch (JedisNoScriptException e) {
        client.scriptLoad(script.text());
        return client.evalsha(script.sha(), keys, args);
      }
    });
  }

  /** Walks the keyspace step by step; a key may be seen more than once. */
  public void scan(String glob, Consumer<String> keys) {
    var params = new ScanParams().match(glob).count(SCAN_COUNT);
    String cursor = ScanParams.SCAN_POINTER_START;
    do {
      String from = cursor;
      var page = ask(() -> client.scan(from, params));
      page.getResult().forEach(keys);
      cursor = page.getCursor();
    } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
  }

  /** The type of each key, in order: {@code hash}, {@code list}, {@code none} … */
  public List<String> types(List<String> keys) {
    return pipelined(keys, AbstractPipeline::type);
  }

  /** Each hash, in order; an empty map where the key is gone, nothing where it is no hash. */
  public List<Optional<Map<String, String>>> hashes(List<String> keys) {
    return pipelined(keys, AbstractPipeline::hgetAll, RedisConnection::unlessOtherType);
  }

  /** These fields of each hash, as far as it has them, in order; nothing where it is no hash. */
  public List<Optional<Map<String, String>>> hashes(List<String> keys, List<String> fields) {
    String[] names = fields.toArray(String[]::new);
    List<Optional<List<String>>> found =
        pipelined(
            keys, (pipeline, key) -> pipeline.hmget(key, names), RedisConnection::unlessOtherType);
    return found.stream().map(hash -> hash.map(values -> named(fields, values))).toList();
  }

  @SuppressWarnings("ConstantValue") // nil where a field is missing; Jedis is not annotated
  private static Map<String, String> named(List<String> names, List<String> values) {
    var found = new HashMap<String, String>();
    for (int i = 0; i < names.size(); i++) {
      if (values.get(i) != null) {
        found.put(names.get(i), values.get(i));
      }
    }
    return found;
  }

  /** As {@link #hashes}, for hashes that hold bytes. */
  public List<Optional<Map<byte[], byte[]>>> byteHashes(List<String> keys) {
    return pipelined(
        keys, (p, key) -> p.hgetAll(SafeEncoder.encode(key)), RedisConnection::unlessOtherType);
  }

  /** The bytes of each string, in order; none where it is gone or no string. */
  public List<byte[]> bytes(List<String> keys) {
    return pipelined(
            keys, (p, key) -> p.get(SafeEncoder.encode(key)), RedisConnection::unlessOtherType)
        .stream()
        .map(bytes -> bytes.orElseGet(() -> new byte[0]))
        .toList();
  }

  /** One field of a hash; empty where it is gone, or no hash. */
  public Optional<String> field(String key, String field) {
    return pipelined(
            List.of(key), (p, hash) -> p.hget(hash, field), RedisConnection::unlessOtherType)
        .getFirst();
  }

  private static <T> Optional<T> unlessOtherType(Response<T> response) {
    try {
      return Optional.ofNullable(response.get());
    } catch (JedisDataException e) {
      if (String.valueOf(e.getMessage()).startsWith("WRONGTYPE")) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** The field names of each hash, in order; nothing where it is no hash. */
  public List<Optional<Set<String>>> hashFields(List<String> keys) {
    return pipelined(keys, AbstractPipeline::hkeys, RedisConnection::unlessOtherType);
  }

  /** Writes fields of a hash; its other fields stay. */
  public void setFields(String key, Map<String, String> fields) {
    ask(() -> client.hset(key, fields));
  }

  /** Sets each key's time to live, where the key exists. */
  public void expire(Collection<String> keys, Duration timeToLive) {
    pipelined(keys, (pipeline, key) -> pipeline.expire(key, timeToLive.toSeconds()));
  }

  /** How long a list is. */
  public long length(String list) {
    return ask(() -> client.llen(list));
  }

  /** A whole list, from its head to its tail. */
  public List<String> list(String list) {
    return ask(() -> client.lrange(list, 0, -1));
  }

  /** Removes a key, of whatever size, without keeping others waiting. */
  public void unlink(String key) {
    ask(() -> client.unlink(key));
  }

  /** Takes a key's time to live away. */
  public void persist(String key) {
    ask(() -> client.persist(key));
  }

  /** How many bytes each key takes in Redis, in order, estimated; 0 where it is gone. */
  public List<Long> sizes(List<String> keys) {
    return pipelined(keys, AbstractPipeline::memoryUsage, RedisConnection::orZero);
  }

  @SuppressWarnings({
    "NullAway",
    "ConstantValue"
  }) // nil where the key is gone; Jedis is not annotated
  private static long orZero(Response<Long> response) {
    Long bytes = response.get();
    return bytes == null ? 0 : bytes;
  }

  @Override
  public void close() {
    client.close();
  }

  private <T> List<T> pipelined(
      Collection<String> keys, BiFunction<AbstractPipeline, String, Response<T>> command) {
    return pipelined(keys, command, Response::get);
  }

  /** In bounded pipelines: Redis serves nobody else until it has answered a whole one. */
  private <T, R> List<R> pipelined(
      Collection<String> keys,
      BiFunction<AbstractPipeline, String, Response<T>> command,
      Function<Response<T>, R> read) {
    var results = new ArrayList<R>(keys.size());
    for (List<String> some : parts(List.copyOf(keys))) {
      ask(
              () -> {
                try (var pipeline = client.pipelined()) {
                  List<Response<T>> responses =
                      some.stream().map(key -> command.apply(pipeline, key)).toList();
                  pipeline.sync();
                  return responses.stream().map(read).toList();
                }
              })
          .forEach(results::add);
    }
    return results;
  }

  private static List<List<String>> parts(List<String> keys) {
    var parts = new ArrayList<List<String>>();
    for (int from = 0; from < keys.size(); from += COMMANDS_PER_PIPELINE) {
      parts.add(keys.subList(from, Math.min(from + COMMANDS_PER_PIPELINE, keys.size())));
    }
    return parts;
  }

  private <T> T ask(Supplier<T> command) {
    try {
      return command.get();
    } catch (JedisException e) {
      throw new RedisException("redis at " + shownUrl + ": " + rootMessage(e), e);
    }
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }
}
