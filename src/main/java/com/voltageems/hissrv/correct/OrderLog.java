package com.voltageems.hissrv.correct;

import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.redis.Script;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The orders in Redis, numbered from 1. Methods throw RedisException. */
final class OrderLog {
  private static final String KEY = "hissrv:deletions";
  private static final String LAST = "last";
  private static final String DONE = "a:";
  private static final Script SCRIPT = Script.fromResource("/lua/orders.lua");

  /** Nothing waits longer in Redis or an outbox. */
  private static final Duration LASTS = Duration.ofDays(31);

  private static final int MOST = 1_000;
  private static final long MOST_BYTES = 8 << 20;
  private static final int AT_ONCE = 50;

  private final RedisConnection redis;
  private final InstantSource clock;

  OrderLog(RedisConnection redis, InstantSource clock) {
    this.redis = redis;
    this.clock = clock;
  }

  /** The number of the last one; 0 for none. */
  long last() {
    return redis.field(KEY, LAST).map(Long::valueOf).orElse(0L);
  }

  /** Those that are still there of these numbers, in order. */
  SortedMap<Long, String> read(long after, long last) {
    var orders = new TreeMap<Long, String>();
    for (long from = Math.max(after, last - MOST) + 1; from <= last; from += AT_ONCE) {
      var fields = new ArrayList<String>();
      for (long n = from; n < from + AT_ONCE && n <= last; n++) {
        fields.add("o" + n);
      }
      redis
          .hashes(List.of(KEY), fields)
          .getFirst()
          .ifPresent(found ->
              found.forEach((field, text) ->
                  orders.put(
                      Long.valueOf(field.substring(1)), text.substring(text.indexOf(' ') + 1))));
    }
    return orders;
  }

  /** Adds one; returns its number, or 0 when {@code last} is not the last any more. */
  long add(long last, String order) {
    return (Long)
        redis.eval(
            SCRIPT,
            List.of(KEY),
            List.of(
                Long.toString(last),
                Long.toString(clock.instant().getEpochSecond()),
                order,
                Long.toString(LASTS.toSeconds()),
                Integer.toString(MOST),
                Long.toString(MOST_BYTES)));
  }

  /** An instance has carried out all up to this number. */
  void done(String instance, long number, String identity) {
    redis.setFields(KEY, Map.of(DONE + instance, number + " " + identity));
  }

  /** Up to which number it has; -1 when another, or nobody, has that name. */
  long doneBy(String instance, String identity) {
    String text = redis.field(KEY, DONE + instance).orElse("");
    return text.endsWith(" " + identity) ? number(text) : -1;
  }

  /** Whether each of these has carried out all up to this number. */
  boolean isDone(long number, Collection<String> instances) {
    return instances.stream()
        .allMatch(one -> number(redis.field(KEY, DONE + one).orElse("")) >= number);
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text.substring(0, Math.max(0, text.indexOf(' '))));
    } catch (NumberFormatException _) {
      return -1;
    }
  }
}
