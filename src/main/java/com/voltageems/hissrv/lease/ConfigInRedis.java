package com.voltageems.hissrv.lease;

import com.voltageems.hissrv.config.SharedConfig;
import com.voltageems.hissrv.config.SharedConfigException;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.redis.RedisException;
import com.voltageems.hissrv.redis.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The run-time changes that all instances have in common, in a hash of Redis. */
public final class ConfigInRedis implements SharedConfig {
  private static final Script SCRIPT = Script.fromResource("/lua/config.lua");
  private static final String KEY = "hissrv:config";
  private static final String STAMP = "stamp";
  private static final String MOST_REVISIONS = "100";

  /** All of them are read at once when something has changed. */
  private static final String MOST_BYTES = Integer.toString(2 << 20);

  private final RedisConnection redis;
  private final Supplier<String> instance;

  /**
   * @param instance what this one is called
   */
  public ConfigInRedis(RedisConnection redis, Supplier<String> instance) {
    this.redis = redis;
    this.instance = instance;
  }

  @Override
  public String instance() {
    return instance.get();
  }

  @Override
  public String stamp() {
    return asked(() -> redis.field(KEY, STAMP).orElse(""));
  }

  @Override
  public Kept read() {
    Map<String, String> hash =
        asked(() -> redis.hashes(List.of(KEY)).getFirst().orElseGet(Map::of));
    var log = new TreeMap<Long, String>();
    hash.forEach((field, text) -> {
      if (field.matches("r\\d{1,18}")) {
        log.put(Long.valueOf(field.substring(1)), text);
      }
    });
    return new Kept(
        hash.getOrDefault(STAMP, ""), hash.getOrDefault("overlay", ""), List.copyOf(log.values()));
  }

  @Override
  public boolean replace(String expected, String stamp, String overlay, Map<Long, String> log) {
    var arguments = new ArrayList<>(List.of(expected, stamp, overlay, MOST_REVISIONS, MOST_BYTES));
    new TreeMap<>(log)
        .forEach((number, line) -> {
          arguments.add(Long.toString(number));
          arguments.add(line);
        });
    return asked(() -> redis.eval(SCRIPT, List.of(KEY), arguments)).equals(1L);
  }

  private static <T> T asked(Supplier<T> question) {
    try {
      return question.get();
    } catch (RedisException e) {
      throw SharedConfigException.away(e);
    }
  }
}
