package com.voltageems.hissrv.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.testkit.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisClient;

class RedisConnectionIT {
  @TempDir Path folder;

  @Test
  void passwordAndDatabaseOfTheUrlAreUsed() {
    try (var server = PrivateRedis.start(folder);
        var neighbour = RedisClient.create(server.url() + "/3")) {
      neighbour.lpush("list", "one");
      String place = "127.0.0.1:" + server.port() + "/3";
      neighbour.configSet("requirepass", "secret");
      try (var redis = new RedisConnection("redis://:secret@" + place)) {
        assertThat(redis.length("list")).isEqualTo(1);
        assertThat(redis.check().message()).doesNotContain("secret");
      }
      try (var redis = new RedisConnection("redis://:gu3ssed@" + place)) {
        assertThat(redis.check().ok()).isFalse();
        assertThat(redis.check().message()).doesNotContain("gu3ssed");
      }
    }
  }

  @Test
  void itComesBackByItselfAndAsksForScriptsAgain() {
    var script = Script.of("return 7");
    var server = PrivateRedis.start(folder);
    try (var redis = new RedisConnection(server.url())) {
      assertThat(redis.eval(script, List.of(), List.of())).isEqualTo(7L);
      server.close();
      assertThatThrownBy(() -> redis.eval(script, List.of(), List.of()))
          .isInstanceOf(RedisException.class)
          .hasMessageContaining("127.0.0.1:" + server.port());
      server = PrivateRedis.start(folder, server.port());
      // Connections of before are found dead one by one.
      Await.until("it is back", Duration.ofSeconds(10), () -> redis.check().ok());
      assertThat(redis.eval(script, List.of(), List.of())).isEqualTo(7L);
    } finally {
      server.close();
    }
  }

  @Test
  void aPolicyThatDropsArchivesAndLittleHeadroomAreWarnedOf() {
    try (var server = PrivateRedis.start(folder);
        var neighbour = RedisClient.create(server.url());
        var redis = new RedisConnection(server.url())) {
      // Without maxmemory nothing is ever evicted.
      neighbour.configSet("maxmemory-policy", "allkeys-lru");
      redis.watchMemory();
      assertThat(redis.check().warning()).isNull();

      neighbour.configSet("maxmemory", "1gb");
      assertThat(redis.check().warning()).as("not looked at with every probe").isNull();
      for (String policy : List.of("allkeys-lru", "volatile-ttl", "volatile-lfu")) {
        neighbour.configSet("maxmemory-policy", policy);
        redis.watchMemory();
        assertThat(redis.check().ok()).isTrue();
        assertThat(redis.check().warning()).contains(policy, "set maxmemory-policy noeviction");
      }

      neighbour.configSet("maxmemory-policy", "noeviction");
      redis.watchMemory();
      assertThat(redis.check().warning()).isNull();
      assertThat(redis.check().message()).isEqualTo(server.url());

      neighbour.setrange("much", 34 << 20, "x");
      neighbour.configSet("maxmemory", "40mb");
      redis.watchMemory();
      assertThat(redis.check().warning()).contains("of 40 MiB (maxmemory)", "raise maxmemory");
      neighbour.configSet("maxmemory-policy", "allkeys-random");
      redis.watchMemory();
      assertThat(redis.check().warning()).contains("allkeys-random", "raise maxmemory");
    }
  }

  @Test
  void whoMayNotAskForTheMemoryIsNotWarned() {
    try (var server = PrivateRedis.start(folder);
        var neighbour = RedisClient.create(server.url())) {
      neighbour.configSet("maxmemory-policy", "allkeys-lru");
      neighbour.configSet("maxmemory", "1gb");
      var user = new CommandArguments(Protocol.Command.ACL).add("SETUSER").add("meter");
      List.of("on", ">secret", "~*", "+@all", "-info").forEach(user::add);
      neighbour.executeCommand(user);
      try (var redis = new RedisConnection("redis://meter:secret@127.0.0.1:" + server.port())) {
        redis.watchMemory();
        assertThat(redis.check().ok()).isTrue();
        assertThat(redis.check().warning()).isNull();
      }
    }
  }

  @Test
  void aScanSeesEveryKeyAndHashesOfAnotherTypeAreNone() {
    try (var server = PrivateRedis.start(folder);
        var neighbour = RedisClient.create(server.url());
        var redis = new RedisConnection(server.url())) {
      IntStream.range(0, 3_000)
          .forEach(i -> neighbour.hset("comsrv:" + i + ":m", Map.of("1", "2")));
      neighbour.set("text", "x");
      var seen = new TreeSet<String>();
      redis.scan("comsrv:*", seen::add);
      assertThat(seen).hasSize(3_000);
      var keys = new ArrayList<>(List.of("comsrv:1:m", "text", "gone"));
      assertThat(redis.hashes(keys))
          .containsExactly(Optional.of(Map.of("1", "2")), Optional.empty(), Optional.of(Map.of()));
      assertThat(redis.types(keys)).containsExactly("hash", "string", "none");
    }
  }
}
