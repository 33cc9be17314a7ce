package com.voltageems.hissrv.demo;

import java.util.Map;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisException;

/** A site whose live hashes are what it is told, each changed at once. */
public final class ScriptedSite implements AutoCloseable {
  private final RedisClient redis;

  /** Connects when first used. */
  public ScriptedSite(String redisUrl) {
    redis = RedisClient.create(redisUrl);
  }

  /**
   * Replaces hashes whole.
   *
   * @throws DemoException when Redis is away; some may be replaced then
   */
  public void write(Map<String, Map<String, String>> hashes) {
    try (var transaction = redis.multi()) {
      hashes.forEach((key, fields) -> {
        transaction.del(key);
        if (!fields.isEmpty()) {
          transaction.hset(key, fields);
        }
      });
      transaction.exec();
    } catch (JedisException e) {
      throw new DemoException("can't write live values: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    redis.close();
  }
}
