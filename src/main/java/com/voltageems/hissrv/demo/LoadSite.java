package com.voltageems.hissrv.demo;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.RedisClient;

/**
 * A site of any size for benchmarks: channels whose every value changes whenever asked, six
 * decimals. The same seed writes the same values.
 */
public final class LoadSite implements AutoCloseable {
  private static final int CHANNELS_PER_PIPELINE = 10;

  private final RedisClient redis;
  private final List<String> keys = new ArrayList<>();
  private final int points;
  private final boolean timestamps;
  private final Random random;

  /**
   * Connects when first used.
   *
   * @param timestamps whether each channel's {@code :ts} hash is written too
   */
  public LoadSite(String redisUrl, int channels, int points, boolean timestamps, long seed) {
    redis = RedisClient.create(redisUrl);
    this.points = points;
    this.timestamps = timestamps;
    random = new Random(seed);
    for (int channel = 0; channel < channels; channel++) {
      keys.add("comsrv:" + channel + ":m");
    }
  }

  /** Gives every point a new value, as of a time in epoch milliseconds. */
  public void write(long nowMillis) {
    for (List<String> some : parts()) {
      try (var pipeline = redis.pipelined()) {
        for (String key : some) {
          pipeline.hset(key, values());
          if (timestamps) {
            pipeline.hset(key + ":ts", times(nowMillis));
          }
        }
        pipeline.sync();
      }
    }
  }

  /** Reads every hash, pipelined: the least that any sampling could cost Redis. */
  public void readAll() {
    for (List<String> some : parts()) {
      try (var pipeline = redis.pipelined()) {
        some.forEach(pipeline::hgetAll);
        pipeline.sync();
      }
    }
  }

  /** One PING. */
  public void ping() {
    var _ = redis.ping();
  }

  /** How long (ms) the longest command took Redis, by its own clock, while something was done. */
  public double longestMillisDuring(Runnable work) {
    redis.configSet("slowlog-max-len", "10000");
    redis.configSet("slowlog-log-slower-than", "0");
    var _ = redis.slowlogReset();
    work.run();
    redis.configSet("slowlog-log-slower-than", "-1");
    long longest = 0;
    var entries = new CommandArguments(Command.SLOWLOG).add("GET").add("-1");
    for (Object entry : (List<?>) redis.executeCommand(entries)) {
      longest = Math.max(longest, (Long) ((List<?>) entry).get(2));
    }
    return longest / 1e3;
  }

  /** CPU time of Redis's main thread so far, in microseconds. */
  public long cpuMicros() {
    long micros = 0;
    for (String line : lines("cpu")) {
      if (line.matches("used_cpu_(sys|user)_main_thread:.*")) {
        double seconds = Double.parseDouble(line.substring(line.indexOf(':') + 1));
        micros += Math.round(seconds * 1e6);
      }
    }
    return micros;
  }

  /** Which Redis it is, as "redis-server 7.0.15, jemalloc-5.3.0". */
  public String server() {
    return "redis-server "
        + told("server", "redis_version")
        + ", "
        + told("memory", "mem_allocator");
  }

  @Override
  public void close() {
    redis.close();
  }

  private String told(String section, String name) {
    for (String line : lines(section)) {
      if (line.startsWith(name + ":")) {
        return line.substring(name.length() + 1);
      }
    }
    return "?";
  }

  private String[] lines(String section) {
    return redis.info(section).split("\r\n", -1);
  }

  private Map<String, String> values() {
    var values = new HashMap<String, String>();
    for (int point = 1; point <= points; point++) {
      values.put(
          Integer.toString(point), String.format(Locale.ROOT, "%.6f", random.nextDouble() * 1_000));
    }
    return values;
  }

  private Map<String, String> times(long nowMillis) {
    var times = new HashMap<String, String>();
    for (int point = 1; point <= points; point++) {
      times.put(Integer.toString(point), Long.toString(nowMillis));
    }
    return times;
  }

  private List<List<String>> parts() {
    var parts = new ArrayList<List<String>>();
    for (int from = 0; from < keys.size(); from += CHANNELS_PER_PIPELINE) {
      parts.add(keys.subList(from, Math.min(from + CHANNELS_PER_PIPELINE, keys.size())));
    }
    return parts;
  }
}
