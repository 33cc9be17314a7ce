package com.voltageems.hissrv.demo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import redis.clients.jedis.RedisClient;

/**
 * Finished windows of a site of any size, in Redis and queued as HisSrv does it: statistics of 60
 * samples of noise with six decimals. For benchmarks; the same seed gives the same windows.
 */
public final class LoadArchives implements AutoCloseable {
  private static final String QUEUE = "archive:pending";
  private static final int LINES = 5_000;
  private static final int PER_PIPELINE = 50;

  private final RedisClient redis;
  private final int channels;
  private final int points;
  private final Random random;
  private final List<String> lines = new ArrayList<>();

  /** Connects when first used. */
  public LoadArchives(String redisUrl, int channels, int points, long seed) {
    redis = RedisClient.create(redisUrl);
    this.channels = channels;
    this.points = points;
    random = new Random(seed);
    for (int i = 0; i < LINES; i++) {
      lines.add(line());
    }
  }

  /** Writes and queues the windows of every channel that start at a time. */
  public void queue(String level, long startSeconds) {
    for (int from = 0; from < channels; from += PER_PIPELINE) {
      try (var pipeline = redis.pipelined()) {
        for (int channel = from; channel < Math.min(channels, from + PER_PIPELINE); channel++) {
          String key = key(level, startSeconds, channel);
          pipeline.hset(key, archive(channel, startSeconds));
          pipeline.lpush(QUEUE, key);
        }
        pipeline.sync();
      }
    }
  }

  /** How many queued windows nobody has taken yet. */
  public long waiting() {
    return redis.llen(QUEUE);
  }

  /** Removes what {@link #queue} wrote. */
  public void forget(String level, long startSeconds) {
    var keys = new String[channels];
    Arrays.setAll(keys, channel -> key(level, startSeconds, channel));
    redis.unlink(keys);
  }

  private static String key(String level, long startSeconds, int channel) {
    return "archive:" + level + ":" + startSeconds + ":" + channel;
  }

  @Override
  public void close() {
    redis.close();
  }

  private Map<String, String> archive(int channel, long startSeconds) {
    var archive = new LinkedHashMap<String, String>();
    archive.put("source", "comsrv:" + channel + ":m");
    archive.put("timestamp", Long.toString(startSeconds));
    archive.put("revision", "1");
    archive.put("stats", "avg min max count sum");
    for (int point = 1; point <= points; point++) {
      archive.put(Integer.toString(point), lines.get(random.nextInt(LINES)));
    }
    return archive;
  }

  private String line() {
    var samples = new DoubleSummaryStatistics();
    for (int i = 0; i < 60; i++) {
      samples.accept(Math.rint((230 + random.nextGaussian()) * 1e6) / 1e6);
    }
    return String.format(
        Locale.ROOT,
        "%s %.6f %.6f %d %s",
        samples.getAverage(),
        samples.getMin(),
        samples.getMax(),
        samples.getCount(),
        samples.getSum());
  }
}
