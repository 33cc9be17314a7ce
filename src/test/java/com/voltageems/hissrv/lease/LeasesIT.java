package com.voltageems.hissrv.lease;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.config.LeaseConfig;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.testkit.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

class LeasesIT {
  private static final int SHARDS = 16;
  private static final Duration LONG = Duration.ofMinutes(1);

  @TempDir static Path servers;
  private static PrivateRedis server;
  private static RedisClient client;

  private final AtomicLong nanos = new AtomicLong();
  private RedisConnection redis;

  @BeforeAll
  static void startRedis() {
    server = PrivateRedis.start(servers);
    client = RedisClient.create(server.url());
  }

  @AfterAll
  static void stopRedis() {
    client.close();
    server.close();
  }

  @BeforeEach
  void emptyRedis() {
    client.flushAll();
    redis = new RedisConnection(server.url());
  }

  @AfterEach
  void close() {
    redis.close();
  }

  private Leases leases(String instance, Duration ttl, int shards, String identity) {
    var config = new LeaseConfig(true, ttl, shards, instance);
    return new Leases(redis, config, () -> identity, nanos::get);
  }

  private Leases leases(String instance) {
    return leases(instance, LONG, SHARDS, instance + "'s folder");
  }

  private static void assertShared(Leases... all) {
    var seen = new HashSet<Integer>();
    for (Leases one : all) {
      assertThat(one.held().shards()).hasSizeBetween(SHARDS / all.length, SHARDS / all.length + 1);
      assertThat(one.held().shards()).as("nobody else's").noneMatch(seen::contains);
      seen.addAll(one.held().shards());
    }
    assertThat(seen).hasSize(SHARDS);
  }

  @Test
  void oneAloneHoldsAllWithTheTimeAsItsEpoch() {
    var one = leases("a");
    assertThat(one.held()).isEqualTo(Held.NONE);
    assertThat(one.check().ok()).isFalse();
    one.turn();
    assertThat(one.held().shards()).hasSize(SHARDS);
    long now = redis.clock().millis();
    assertThat(one.held().epoch()).isBetween(now - 5_000, now);
    assertThat(one.check().message()).isEqualTo("16 of 16 shards, 1 instances");
    Held before = one.held();
    one.turn();
    assertThat(one.held()).as("nothing is taken again").isEqualTo(before);
  }

  @Test
  void whoJoinsTakesItsDueAndItsEpochIsHigher() {
    var a = leases("a");
    var b = leases("b");
    var c = leases("c");
    a.turn();
    long first = a.held().epoch();
    b.turn();
    assertThat(b.held().shards()).hasSize(SHARDS / 2);
    assertThat(b.held().epoch()).isGreaterThan(first);
    assertThat(a.held().shards()).as("until its next turn").hasSize(SHARDS);
    a.turn();
    assertShared(a, b);
    assertThat(a.held().epoch()).as("it took nothing").isEqualTo(first);
    Stream.of(c, a, b, c).forEach(Leases::turn);
    assertShared(a, b, c);
    assertThat(c.held().epoch()).isGreaterThan(b.held().epoch());
    assertThat(c.peers()).extracting(Peer::instance).containsExactly("a", "b", "c");
  }

  @Test
  void whoLeavesIsReplacedAtTheNextTurn() {
    var a = leases("a");
    var b = leases("b");
    Stream.of(a, b, a).forEach(Leases::turn);
    b.leave();
    assertThat(b.held()).isEqualTo(Held.NONE);
    b.turn();
    assertThat(b.held()).as("it has left").isEqualTo(Held.NONE);
    long before = a.held().epoch();
    a.turn();
    assertThat(a.held().shards()).hasSize(SHARDS);
    assertThat(a.held().epoch()).isGreaterThan(before);
  }

  @Test
  void whoIsNotHeardOfIsReplacedAfterTheTimeToLiveAndThinksItselfWithoutALease() {
    Duration ttl = Duration.ofMillis(300);
    var a = leases("a", ttl, SHARDS, "a");
    var b = leases("b", ttl, SHARDS, "b");
    Stream.of(a, b, a).forEach(Leases::turn);
    Held paused = b.held();
    nanos.addAndGet(ttl.toNanos());
    assertThat(b.held()).as("by its own clock").isEqualTo(Held.NONE);
    Await.until(
        "the other holds all",
        Duration.ofSeconds(10),
        () -> {
          a.turn();
          return a.held().shards().size() == SHARDS;
        });
    assertThat(a.held().epoch()).isGreaterThan(paused.epoch());
    Stream.of(b, a).forEach(Leases::turn);
    assertShared(a, b);
  }

  @Test
  void anEpochIsHigherThanTheLastEvenWhereTheClockWasAhead() {
    var a = leases("a");
    a.turn();
    client.hset("hissrv:{lease}:shards", "epoch", "9000000000000");
    var b = leases("b");
    b.turn();
    assertThat(b.held().epoch()).isEqualTo(9_000_000_000_001L);
  }

  @Test
  void whoIsRefusedDropsTheShardAtOnceAndIsGivenAHigherEpochIfItIsStillItsOwn() {
    var a = leases("a");
    a.turn();
    a.fenced("comsrv:1001:m", 9_000_000_000_000L);
    assertThat(a.held().has("comsrv:1001:m")).isFalse();
    assertThat(a.held().shards()).hasSize(SHARDS - 1);
    a.turn();
    assertThat(a.held().has("comsrv:1001:m")).isTrue();
    assertThat(a.held().epoch()).isGreaterThan(9_000_000_000_000L);
  }

  @Test
  void twoProcessesUnderOneNameAndOtherNumbersOfShardsAreRefused() {
    var a = leases("a");
    a.turn();
    var other = leases("a", LONG, SHARDS, "another folder");
    other.turn();
    assertThat(other.held()).isEqualTo(Held.NONE);
    assertThat(other.check().message())
        .isEqualTo("another process is called a; lease.instance must differ");
    var finer = leases("b", LONG, 64, "b");
    finer.turn();
    assertThat(finer.held()).isEqualTo(Held.NONE);
    assertThat(finer.check().message())
        .isEqualTo(
            "the other instances have 16 shards, this one 64; lease.shards must be the same");
    a.leave();
    finer.turn();
    assertThat(finer.held().shards()).as("nobody is left to disagree").hasSize(64);
  }

  @Test
  void everySourceIsInOneShardAndTheyAreOfAboutOneSize() {
    var perShard = new int[SHARDS];
    IntStream.range(0, 4_000).forEach(i -> perShard[Held.shard("comsrv:" + i + ":m", SHARDS)]++);
    assertThat(IntStream.of(perShard).boxed()).allMatch(size -> size > 180 && size < 320);
  }

  @Test
  void whereRedisIsAwayWhatIsHeldIsHeldUntilItEnds() {
    var a = leases("a");
    a.turn();
    redis.close();
    var away = new RedisConnection("redis://127.0.0.1:1");
    var b = new Leases(away, new LeaseConfig(true, LONG, SHARDS, "b"), () -> "b", nanos::get);
    b.turn();
    assertThat(b.check().ok()).isFalse();
    assertThat(List.of(a.held().shards().size(), b.held().shards().size()))
        .containsExactly(SHARDS, 0);
    away.close();
  }
}
