package com.voltageems.hissrv.redis;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.config.RedisConfig;
import com.voltageems.hissrv.config.RedisLogin;
import com.voltageems.hissrv.config.RedisTls;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.demo.PrivateSentinel;
import com.voltageems.hissrv.testkit.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SentinelsIT {
  private static final Duration LIMIT = Duration.ofSeconds(15);

  @TempDir Path folder;

  private static RedisConnection through(String url, RedisLogin sentinels) {
    return new RedisConnection(new RedisConfig(url, RedisTls.defaults(), sentinels, List.of()));
  }

  @Test
  void aFailOverIsFollowed() {
    String[] login = {"--requirepass", "s3cret", "--masterauth", "s3cret"};
    var script = Script.of("return redis.call('INCR', KEYS[1])");
    try (var first = PrivateRedis.start(folder, 0, login);
        var second = PrivateSentinel.replica(folder, first, "s3cret");
        var sentinel = PrivateSentinel.start(folder, first, "s3cret", "w4tch");
        var redis =
            through(
                "redis+sentinel://:s3cret@127.0.0.1:1,127.0.0.1:" + sentinel.port() + "/plant/3",
                new RedisLogin(null, "w4tch"))) {
      assertThat(redis.eval(script, List.of("n"), List.of())).isEqualTo(1L);
      assertThat(redis.check().ok()).isTrue();
      sentinel.awaitReplica();
      first.kill();
      Await.until(
          "the new master answers",
          LIMIT,
          () -> {
            try {
              return redis.eval(script, List.of("n"), List.of()).equals(2L);
            } catch (RedisException _) {
              return false;
            }
          });
      assertThat(redis.check().ok()).isTrue();
      assertThat(redis.check().message()).doesNotContain("s3cret").doesNotContain("w4tch");

      sentinel.kill();
      assertThat(redis.check().ok()).as("Sentinels are for the next fail-over").isTrue();
      second.kill();
      assertThat(redis.check().ok()).isFalse();
    }
  }

  @Test
  void whatSentinelsDontTellIsSaid() {
    try (var server = PrivateRedis.start(folder);
        var sentinel = PrivateSentinel.start(folder, server, "", "w4tch")) {
      String url = "redis+sentinel://127.0.0.1:" + sentinel.port();
      try (var wrong = through(url + "/other", new RedisLogin(null, "w4tch"))) {
        assertThat(wrong.check().message()).contains("knows no master \"other\"");
      }
      try (var nobody = through(url + "/plant", RedisLogin.NONE)) {
        assertThat(nobody.check().message()).contains("redis.sentinel_password");
      }
      try (var away = through("redis+sentinel://127.0.0.1:1/plant", RedisLogin.NONE)) {
        assertThat(away.check().message()).contains("no Sentinel tells", "127.0.0.1:1");
      }
    }
  }
}
