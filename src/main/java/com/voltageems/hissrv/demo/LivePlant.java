package com.voltageems.hissrv.demo;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Plays the neighbours: keeps the plant's live hashes in Redis up to date, a channel's values and
 * times in one transaction, and those of a device that has dropped out away. Redis may go away and
 * come back.
 */
public final class LivePlant implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LivePlant.class);
  private static final int PERIOD_MILLIS = 1_000;
  private static final String[] NO_ARGUMENTS = {};
  private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

  private final Plant plant;
  private final RedisClient redis;
  private final InstantSource clock;
  private final String where;
  private @Nullable Thread thread;
  private boolean isWriting = true;

  /**
   * Connects when it first writes.
   *
   * @param redisUrl {@code redis://host:port}
   * @param clock decides what second of the plant's life is now
   */
  public LivePlant(Plant plant, String redisUrl, InstantSource clock) {
    var uri = URI.create(redisUrl);
    this.plant = plant;
    this.clock = clock;
    this.where = uri.getHost() + ":" + uri.getPort();
    this.redis = RedisClient.create(uri);
  }

  /** Writes now and from then on at every full second, until {@link #close}. */
  public synchronized void start() {
    if (thread != null) {
      throw new IllegalStateException("started before");
    }
    thread = Thread.ofVirtual().name("live-plant").start(this::run);
  }

  /**
   * Writes what the plant shows at a moment, past ones too.
   *
   * @throws JedisException when Redis can't be reached or refuses
   */
  public void write(Instant moment) {
    Map<String, Map<String, String>> hashes = plant.hashesAt(moment);
    var answers = new ArrayList<Response<Object>>();
    try (var pipeline = redis.pipelined()) {
      for (String source : Plant.SOURCES) {
        pipeline.sendCommand(Protocol.Command.MULTI, NO_ARGUMENTS);
        put(pipeline, source, hashes.get(source));
        if (!source.equals(Plant.MODEL)) {
          put(pipeline, source + ":ts", hashes.get(source + ":ts"));
        }
        answers.add(pipeline.sendCommand(Protocol.Command.EXEC, NO_ARGUMENTS));
      }
      pipeline.sync();
    }
    answers.forEach(Response::get);
  }

  /** Whether what {@link #write} leaves of a source at a moment is at most so old. */
  boolean isHeard(String source, Instant moment, Duration age) {
    return plant.isHeard(source, moment, age);
  }

  /** Stops at once; what is in Redis stays there. */
  @Override
  public synchronized void close() {
    Thread running = thread;
    if (running != null) {
      running.interrupt();
      try {
        running.join(STOP_LIMIT);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    redis.close();
  }

  private static void put(Pipeline pipeline, String key, @Nullable Map<String, String> hash) {
    if (hash == null) {
      pipeline.del(key);
    } else {
      pipeline.hset(key, hash);
    }
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        writeOrComplain(clock.instant());
        Thread.sleep(PERIOD_MILLIS - Math.floorMod(clock.millis(), PERIOD_MILLIS));
      }
    } catch (InterruptedException e) {
      LOG.debug("the plant stands still");
    }
  }

  private void writeOrComplain(Instant moment) throws InterruptedException {
    try {
      write(moment);
      if (!isWriting) {
        LOG.info("the plant writes to Redis at {} again", where);
        isWriting = true;
      }
    } catch (JedisException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      if (isWriting) {
        LOG.warn("the plant can't write to Redis at {}, it keeps trying: {}", where, e.toString());
        isWriting = false;
      }
    }
  }
}
