package com.voltageems.hissrv.collect;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.redis.RedisConnection;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Redis that comes back without what it was told last, as a replica that takes over may. */
class ForgottenReleaseIT {
  @TempDir Path folder;

  @Test
  void aListThatWasReleasedBeforeIsTakenAgainThoughTakingNeverMetTheOutage() {
    var server = PrivateRedis.start(folder);
    try (var redis = new RedisConnection(server.url())) {
      var queue = new PendingQueue(redis, "me", InstantSource.fixed(Instant.EPOCH), true, Set.of());
      redis.push(PendingQueue.PENDING, List.of("an entry"));
      PendingQueue.Batch taken = queue.take(10);
      queue.carry(taken);
      queue.release(taken.list(), List.of());
      assertThat(queue.take(10).entries()).isEmpty();
      server.kill();
      assertThat(redis.check().ok()).as("somebody else meets the outage").isFalse();
      server = PrivateRedis.start(folder, server.port());
      redis.push(taken.list(), taken.entries());
      assertThat(queue.take(10)).isEqualTo(taken);
    } finally {
      server.close();
    }
  }
}
