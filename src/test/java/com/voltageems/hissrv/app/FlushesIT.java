package com.voltageems.hissrv.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.testkit.TestConfig;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** What a usual site, 200 sources of 50 points, costs a flash card. */
class FlushesIT {
  private static final int SOURCES = 200;
  private static final long START = 1_772_366_340;

  @TempDir Path folder;

  @Test
  void aMinuteIsForcedToDiskAFewTimesHoweverManySourcesThereAre() {
    try (var server = PrivateRedis.start(folder);
        var neighbour = RedisClient.create(server.url());
        var service =
            HisSrv.replay(
                TestConfig.of(server.url(), folder.resolve("data")), InstantSource.system())) {
      closeMinute(neighbour, START);
      var _ = service.sync();
      long outbox = flushes(service, "outbox");
      long store = flushes(service, "store");
      long catalog = flushes(service, "catalog");
      closeMinute(neighbour, START + 60);
      assertThat(service.sync().delivered()).isEqualTo(SOURCES);
      assertThat(flushes(service, "outbox") - outbox).as("in and out").isBetween(2L, 8L);
      assertThat(flushes(service, "store") - store).isBetween(1L, 2L);
      assertThat(flushes(service, "catalog") - catalog).as("nothing new").isZero();
    }
  }

  private static long flushes(HisSrv service, String file) {
    return service.flushes().getOrDefault(file, 0L);
  }

  private static void closeMinute(RedisClient neighbour, long start) {
    var archive = new HashMap<String, String>();
    for (int point = 1; point <= 50; point++) {
      archive.put("" + point, "230.512 229.1 231.9 60 13830.72");
    }
    for (int source = 0; source < SOURCES; source++) {
      archive.put("source", "modsrv:m" + source + ":measurement");
      archive.put("timestamp", "" + start);
      archive.put("revision", "1");
      archive.put("stats", "avg min max count sum");
      String key = "archive:1m:%d:modsrv:m%d:measurement".formatted(start, source);
      neighbour.hset(key, archive);
      neighbour.lpush("archive:pending", key);
    }
  }
}
