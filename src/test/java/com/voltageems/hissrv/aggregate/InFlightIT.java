package com.voltageems.hissrv.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.redis.RedisConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** What other instances have in hand. */
class InFlightIT {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  @TempDir static Path redisFolder;
  private static PrivateRedis server;
  private static RedisClient neighbour;
  private static RedisConnection redis;

  @BeforeAll
  static void startRedis() {
    server = PrivateRedis.start(redisFolder);
    neighbour = RedisClient.create(server.url());
    redis = new RedisConnection(server.url());
  }

  @AfterAll
  static void stopRedis() {
    redis.close();
    neighbour.close();
    server.close();
  }

  @BeforeEach
  void emptyRedis() {
    neighbour.flushAll();
  }

  private static void take(String instance, Instant time, String... entries) {
    String list = "{archive:pending}:%s:%013d-0-x".formatted(instance, time.toEpochMilli());
    neighbour.lpush(list, entries);
    neighbour.sadd("hissrv:inflight:{archive:pending}", list);
  }

  private static boolean look(Instant since, List<String> entries) {
    return new InFlight(redis, () -> "me").look(since, entries::add);
  }

  @Test
  void itIsWhatOthersHaveTakenTheNewestFirst() {
    take("me", NOON, "mine");
    take("b", NOON, "b1", "b2");
    take("c", NOON.plusSeconds(1), "c1");
    take("b", NOON.minus(Duration.ofHours(3)), "before");
    var entries = new ArrayList<String>();
    assertThat(look(NOON.minus(Duration.ofMinutes(90)), entries)).isTrue();
    assertThat(entries).containsExactly("c1", "b2", "b1");
    entries.clear();
    assertThat(look(Instant.MIN, entries)).isTrue();
    assertThat(entries).containsExactly("c1", "b2", "b1", "before");
  }

  @Test
  void onlySoManyAreLookedAtAndThatIsSaid() {
    String[] some = IntStream.range(0, 6_000).mapToObj(Integer::toString).toArray(String[]::new);
    for (int second = 0; second < 20; second++) {
      take("b", NOON.plusSeconds(second), some);
    }
    var entries = new ArrayList<String>();
    assertThat(look(Instant.MIN, entries)).isFalse();
    assertThat(entries).hasSizeBetween(InFlight.MOST_ENTRIES, InFlight.MOST_ENTRIES + 60_000);
  }

  @Test
  void withoutRedisItCannotBeTold() {
    try (var nobody = new RedisConnection("redis://127.0.0.1:1")) {
      assertThatThrownBy(() -> new InFlight(nobody, () -> "me").look(NOON, _ -> {}))
          .isInstanceOf(AggregateException.class);
    }
  }
}
