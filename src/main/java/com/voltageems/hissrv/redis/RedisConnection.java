package com.voltageems.hissrv.redis;

import com.voltageems.hissrv.config.RedisConfig;
import com.voltageems.hissrv.config.RedisTls;
import com.voltageems.hissrv.config.RedisUrl;
import com.voltageems.hissrv.model.CheckResult;
import com.voltageems.hissrv.model.Component;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.BuilderFactory;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.CommandObjects;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisNoScriptException;
import redis.clients.jedis.exceptions.JedisRedirectionException;
import redis.clients.jedis.resps.ScanResult;
import redis.clients.jedis.util.JedisURIHelper;
import redis.clients.jedis.util.Pool;
import redis.clients.jedis.util.SafeEncoder;

/**
 * The way to Redis: one server, the one that Sentinels tell of, or a Cluster. Connects when first
 * asked and again after any trouble; safe for any thread. Every command throws {@link
 * RedisException} when Redis is away or refuses.
 */
public final class RedisConnection implements Component, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RedisConnection.class);

  private static final CommandObject<List<String>> TIME =
      new CommandObject<>(new CommandArguments(Protocol.Command.TIME), BuilderFactory.STRING_LIST);

  /** Where the cluster's clock is: the node that owns this key. Nothing is stored there. */
  private static final String CLOCK = "hissrv:clock";

  private static final Script CLOCK_SCRIPT = Script.of("return redis.call('TIME')");

  /** To {@code MEMORY USAGE … SAMPLES}. */
  private static final int EVERY_FIELD = 0;

  private static final CommandArguments MEMORY_INFO =
      new CommandArguments(Protocol.Command.INFO).add("memory");
  private static final CommandArguments REPLICATION_INFO =
      new CommandArguments(Protocol.Command.INFO).add("replication");
  private static final CommandObjects COMMANDS = new CommandObjects(RedisProtocol.RESP2);

  private final RedisUrl place;
  private final RedisTls tls;
  private final String shownUrl;
  private final boolean cluster;
  private final Servers servers;
  private final Pipelines pipelines;

  private final RecentRefusals refusals = new RecentRefusals(System::nanoTime);
  private final AtomicLong disturbances = new AtomicLong();

  /** By the names of the masters, once looked at. */
  private final Map<String, MemoryWatch> memory = new ConcurrentSkipListMap<>();

  /** With nothing of its own to say of TLS, or to Sentinels. */
  public RedisConnection(String url) {
    this(new RedisConfig(url, List.of()));
  }

  /**
   * Needs no server yet; where there is one the client may ask it at once which protocol it speaks.
   *
   * @throws IllegalArgumentException when the URL is none, or what TLS needs is not in its files
   */
  public RedisConnection(RedisConfig config) {
    place = parsed(config.url());
    tls = config.tls();
    shownUrl = place.shown();
    cluster = place.cluster();
    servers = Servers.at(place, tls, config.sentinels());
    pipelines = new Pipelines(servers);
  }

  private static RedisUrl parsed(String url) {
    try {
      RedisUrl place = RedisUrl.parse(url);
      if (place.servers().stream().allMatch(JedisURIHelper::isValid)) {
        return place;
      }
    } catch (URISyntaxException _) {
      // Its message would show the password.
    }
    throw new IllegalArgumentException(
        "not a Redis URL: redis://host:port[/db], redis+cluster://host:port,… or"
            + " redis+sentinel://host:port,…/master[/db] is expected");
  }

  /** Whether keys of different slots can't be named in one call. */
  public boolean isCluster() {
    return cluster;
  }

  /**
   * How often a server was not there for somebody. Where that has grown another one may serve, or
   * the same again, and not know all that was written before.
   */
  public long disturbances() {
    return disturbances.get() + servers.changes();
  }

  /** Keys of the same slot may be named in one call; without a cluster all are in slot 0. */
  public int slot(String key) {
    return servers.slot(key);
  }

  @Override
  public String name() {
    return "redis";
  }

  @Override
  public CheckResult check() {
    try {
      ask(_ -> {
        servers.ping();
        return true;
      });
      Optional<String> refused = refusals.last();
      if (refused.isPresent()) {
        return CheckResult.down("redis at " + shownUrl + ": " + refused.get());
      }
      return memory.values().stream()
          .flatMap(watch -> watch.warning().stream())
          .findFirst()
          .map(warning -> CheckResult.warning(shownUrl, warning))
          .orElseGet(() -> CheckResult.ok(shownUrl));
    } catch (RedisException e) {
      String said = String.valueOf(e.getMessage());
      Optional<String> why =
          e.getCause() instanceof JedisDataException
              ? Optional.empty()
              : Tongue.trouble(place, tls);
      return CheckResult.down(
          why.filter(words -> !said.contains(words))
              .map(words -> said + "; " + words)
              .orElse(said));
    }
  }

  /**
   * Looks at the memory of the server, or of each master, for {@link #check} to warn of. Where INFO
   * is not allowed nothing is known of it; nothing is thrown.
   */
  public void watchMemory() {
    try {
      ask(
          _ -> {
            servers
                .masters()
                .forEach((name, master) -> {
                  try (var connection = master.getResource()) {
                    String info =
                        connection.executeCommand(
                            new CommandObject<>(MEMORY_INFO, BuilderFactory.STRING));
                    memory.computeIfAbsent(cluster ? name : shownUrl, MemoryWatch::new).read(info);
                  }
                });
            return true;
          },
          _ -> {});
    } catch (RedisException e) {
      LOG.debug("can't tell how Redis's memory is", e);
    }
  }

  /** Redis {@code TIME}: the one clock. Throws {@link RedisException} when it can't be asked. */
  public InstantSource clock() {
    return () -> {
      List<?> answer =
          cluster
              ? (List<?>) eval(CLOCK_SCRIPT, List.of(CLOCK), List.of())
              : ask(client -> client.executeCommand(TIME));
      long seconds = Long.parseLong(String.valueOf(answer.get(0)));
      long micros = Long.parseLong(String.valueOf(answer.get(1)));
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
    return eval(script, command(script, keys, args));
  }

  /**
   * Runs a script several times; on a Cluster the calls for one server travel together. Where one
   * fails the others may have been carried out.
   *
   * @return Redis's answers, in the order of the calls
   */
  public List<Object> eval(Script script, List<ScriptCall> calls) {
    List<CommandObject<Object>> commands =
        calls.stream().map(call -> command(script, call.keys(), call.args())).toList();
    if (calls.size() == 1) {
      return List.of(eval(script, commands.getFirst()));
    }
    List<Optional<Object>> answers =
        ask(_ -> pipelines.ask(commands, RedisConnection::unlessScriptUnknown));
    return IntStream.range(0, calls.size())
        .mapToObj(i -> answers.get(i).orElseGet(() -> eval(script, commands.get(i))))
        .toList();
  }

  private static CommandObject<Object> command(Script script, List<String> keys, List<?> args) {
    var arguments =
        new CommandArguments(Protocol.Command.EVALSHA)
            .add(script.sha())
            .add(keys.size())
            .keys(keys)
            .addObjects(args);
    return new CommandObject<>(arguments, BuilderFactory.AGGRESSIVE_ENCODED_OBJECT);
  }

  private Object eval(Script script, CommandObject<Object> call) {
    return ask(client -> {
      try {
        return client.executeCommand(call);
      } catch (JedisNoScriptException _) {
        List<Object> keys = call.getArguments().getKeys();
        if (keys.isEmpty()) {
          client.scriptLoad(script.text());
        } else {
          client.scriptLoad(script.text(), String.valueOf(keys.getFirst()));
        }
        return client.executeCommand(call);
      }
    });
  }

  /**
   * Runs a script and, where it is wished for, waits until a replica has what it wrote: what only
   * the master has is forgotten by a fail-over.
   *
   * @param patience how long a replica may take
   * @param isWished asked with the script's answer
   */
  public Replicated evalReplicated(
      Script script,
      List<String> keys,
      List<String> args,
      Duration patience,
      Predicate<Object> isWished) {
    return ask(_ -> {
      CommandObject<Object> call = COMMANDS.evalsha(script.sha(), keys, args);
      try (Connection connection = servers.connectionFor(call.getArguments())) {
        Object answer;
        try {
          answer = connection.executeCommand(call);
        } catch (JedisNoScriptException _) {
          Object _ = connection.executeCommand(COMMANDS.scriptLoad(script.text(), keys.getFirst()));
          answer = connection.executeCommand(call);
        }
        boolean replicated =
            !isWished.test(answer)
                || !hasReplicas(connection)
                || connection.executeCommand(
                        COMMANDS.waitReplicas(keys.getFirst(), 1, patience.toMillis()))
                    > 0;
        return new Replicated(answer, replicated);
      }
    });
  }

  /**
   * What a script answered.
   *
   * @param replicated whether a replica has what it wrote, where that was wished for and there is
   *     one
   */
  public record Replicated(Object answer, boolean replicated) {}

  private static boolean hasReplicas(Connection master) {
    String info =
        master.executeCommand(new CommandObject<>(REPLICATION_INFO, BuilderFactory.STRING));
    return !info.contains("connected_slaves:0");
  }

  private static Optional<Object> unlessScriptUnknown(Supplier<Object> answer) {
    try {
      return Optional.of(answer.get());
    } catch (JedisNoScriptException _) {
      return Optional.empty();
    }
  }

  /** Walks the keyspace step by step; a key may be seen more than once. */
  public void scan(String glob, Consumer<String> keys) {
    ask(_ -> {
      servers.masters().values().forEach(master -> KeyScanner.scan(master, glob, keys));
      return true;
    });
  }

  /** A walk of the keyspace that can rest between two steps. */
  public KeyWalk walk(String glob) {
    return new KeyWalk(
        () -> ask(_ -> servers.masters().keySet().stream().sorted().toList()),
        (master, cursor) -> ask(_ -> page(master, glob, cursor)));
  }

  /** A master that is no more has no keys: others have them, and are walked too. */
  private ScanResult<String> page(String master, String glob, String cursor) {
    var pool = servers.masters().get(master);
    return pool == null
        ? new ScanResult<>(KeyScanner.START, List.of())
        : KeyScanner.page(pool, glob, cursor);
  }

  /** The type of each key, in order: {@code hash}, {@code list}, {@code none} … */
  public List<String> types(List<String> keys) {
    return pipelined(keys, COMMANDS::type, Supplier::get);
  }

  /** Each hash, in order; an empty map where the key is gone, nothing where it is no hash. */
  public List<Optional<Map<String, String>>> hashes(List<String> keys) {
    return pipelined(keys, COMMANDS::hgetAll, RedisConnection::unlessOtherType);
  }

  /** These fields of each hash, as far as it has them, in order; nothing where it is no hash. */
  public List<Optional<Map<String, String>>> hashes(List<String> keys, List<String> fields) {
    return fields(keys.stream().map(key -> Map.entry(key, fields)).toList());
  }

  /** Of each hash, by its key, the fields that are named beside it, as {@link #hashes}. */
  public List<Optional<Map<String, String>>> fields(
      List<Map.Entry<String, List<String>>> fieldsByKey) {
    List<Optional<List<String>>> found =
        pipelined(
            fieldsByKey,
            hash -> COMMANDS.hmget(hash.getKey(), hash.getValue().toArray(String[]::new)),
            RedisConnection::unlessOtherType);
    return IntStream.range(0, found.size())
        .mapToObj(i -> found.get(i).map(values -> named(fieldsByKey.get(i).getValue(), values)))
        .toList();
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
        keys, key -> COMMANDS.hgetAll(SafeEncoder.encode(key)), RedisConnection::unlessOtherType);
  }

  /**
   * The fields of each hash as bytes, in Redis's order, in order; none where it is gone, nothing
   * where it is no hash.
   */
  public List<Optional<List<Map.Entry<byte[], byte[]>>>> byteFields(List<String> keys) {
    return pipelined(
        keys,
        key ->
            new CommandObject<>(
                new CommandArguments(Protocol.Command.HGETALL).key(key), HashFields.BUILDER),
        RedisConnection::unlessOtherType);
  }

  /** The bytes of each string, in order; none where it is gone or no string. */
  public List<byte[]> bytes(List<String> keys) {
    return pipelined(
            keys, key -> COMMANDS.get(SafeEncoder.encode(key)), RedisConnection::unlessOtherType)
        .stream()
        .map(bytes -> bytes.orElseGet(() -> new byte[0]))
        .toList();
  }

  /** One field of a hash; empty where it is gone, or no hash. */
  public Optional<String> field(String key, String field) {
    return pipelined(
            List.of(key), hash -> COMMANDS.hget(hash, field), RedisConnection::unlessOtherType)
        .getFirst();
  }

  private static <T> Optional<T> unlessOtherType(Supplier<T> answer) {
    try {
      return Optional.ofNullable(answer.get());
    } catch (JedisDataException e) {
      if (String.valueOf(e.getMessage()).startsWith("WRONGTYPE")) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** How many fields each hash has, in order; 0 where it is gone or no hash. */
  public List<Long> hashSizes(List<String> keys) {
    return pipelined(keys, COMMANDS::hlen, RedisConnection::unlessOtherType).stream()
        .map(size -> size.orElse(0L))
        .toList();
  }

  /** The field names of each hash, in order; nothing where it is no hash. */
  public List<Optional<Set<String>>> hashFields(List<String> keys) {
    return pipelined(keys, COMMANDS::hkeys, RedisConnection::unlessOtherType);
  }

  /** Writes fields of a hash; its other fields stay. */
  public void setFields(String key, Map<String, String> fields) {
    ask(client -> client.hset(key, fields));
  }

  /** Sets each key's time to live, where the key exists. */
  public void expire(Collection<String> keys, Duration timeToLive) {
    pipelined(keys, key -> COMMANDS.expire(key, timeToLive.toSeconds()), Supplier::get);
  }

  /** Adds to a list's head; the last of them is its new head. */
  public void push(String list, List<String> entries) {
    ask(client -> client.lpush(list, entries.toArray(String[]::new)));
  }

  /** Removes one entry that equals the second text from the list that the first one names. */
  public void removeOne(List<Map.Entry<String, String>> entriesByList) {
    ask(_ ->
        pipelines.ask(
            entriesByList.stream()
                .map(entry -> COMMANDS.lrem(entry.getKey(), 1, entry.getValue()))
                .toList(),
            Supplier::get));
  }

  /** How long a list is. */
  public long length(String list) {
    return ask(client -> client.llen(list));
  }

  /** A whole list, from its head to its tail. */
  public List<String> list(String list) {
    return ask(client -> client.lrange(list, 0, -1));
  }

  /** Whole lists, in order, each from its head to its tail; no entries where it is none. */
  public List<List<String>> lists(List<String> lists) {
    return pipelined(lists, list -> COMMANDS.lrange(list, 0, -1), RedisConnection::unlessOtherType)
        .stream()
        .map(entries -> entries.orElseGet(List::of))
        .toList();
  }

  /** What is in a set. */
  public Set<String> members(String set) {
    return ask(client -> client.smembers(set));
  }

  /** Removes a key, of whatever size, without keeping others waiting. */
  public void unlink(String key) {
    ask(client -> client.unlink(key));
  }

  /** Takes a key's time to live away. */
  public void persist(String key) {
    ask(client -> client.persist(key));
  }

  /**
   * How many bytes each key takes in Redis, in order; 0 where it is gone. Every field is counted:
   * from a sample of them Redis sees a large value in one case of many.
   */
  public List<Long> sizes(List<String> keys) {
    return pipelined(keys, key -> COMMANDS.memoryUsage(key, EVERY_FIELD), RedisConnection::orZero);
  }

  @SuppressWarnings({
    "NullAway",
    "ConstantValue"
  }) // nil where the key is gone; Jedis is not annotated
  private static long orZero(Supplier<Long> answer) {
    Long bytes = answer.get();
    return bytes == null ? 0 : bytes;
  }

  @Override
  public void close() {
    servers.close();
  }

  private <K, T, R> List<R> pipelined(
      Collection<K> keys, Function<K, CommandObject<T>> command, Function<Supplier<T>, R> read) {
    return ask(_ -> pipelines.ask(keys.stream().map(command).toList(), read));
  }

  private <T> T ask(Function<UnifiedJedis, T> command) {
    return ask(command, refusals::add);
  }

  private <T> T ask(Function<UnifiedJedis, T> command, Consumer<String> refused) {
    try {
      return command.apply(servers.client());
    } catch (JedisRedirectionException e) {
      String hint = cluster ? "" : "; it is part of a cluster: write redis+cluster:// in redis.url";
      throw new RedisException("redis at " + shownUrl + ": " + e.getMessage() + hint, e);
    } catch (JedisException e) {
      lookAgain(e);
      String why = Refusal.inWords(e);
      if (Refusal.isOfRights(e)) {
        refused.accept(why);
      }
      throw new RedisException("redis at " + shownUrl + ": " + why, e);
    }
  }

  private void lookAgain(JedisException why) {
    if (!(why instanceof JedisDataException) || Refusal.isOfReplica(why)) {
      disturbances.incrementAndGet();
      try {
        // One that fell silent tells of the others: each of them would be waited for in its turn.
        servers.masters().values().forEach(Pool::clear);
        servers.lookAgain();
      } catch (JedisException e) {
        why.addSuppressed(e);
      }
    }
  }
}
