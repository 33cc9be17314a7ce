package com.voltageems.hissrv.bench.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.redis.RedisException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections over which nothing comes any more, though others can be made. */
class SilentWiresIT {
  private static final int SIDE_BY_SIDE = 6;

  @TempDir Path folder;

  @Test
  void afterASilenceNoConnectionOfBeforeIsWaitedFor() throws Exception {
    try (var server = PrivateRedis.start(folder);
        var wires = new Wires(Set.of(server.port()));
        var redis = new RedisConnection("redis://127.0.0.1:" + wires.to(server.port()))) {
      redis.push("list", List.of("entry"));
      manySideBySide(redis);
      wires.cut(Wires.State.SILENT);
      assertThatThrownBy(() -> redis.length("list")).isInstanceOf(RedisException.class);
      wires.mend();
      for (int i = 0; i < SIDE_BY_SIDE; i++) {
        assertThat(redis.length("list")).isEqualTo(1);
      }
      manySideBySide(redis);
    }
  }

  /** So that there are as many connections. */
  private static void manySideBySide(RedisConnection redis) throws Exception {
    var together = new CyclicBarrier(SIDE_BY_SIDE);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Long>> answers = new ArrayList<>();
      for (int i = 0; i < SIDE_BY_SIDE; i++) {
        answers.add(
            threads.submit(() -> {
              together.await();
              long length = 0;
              for (int n = 0; n < 50; n++) {
                length = redis.length("list");
              }
              return length;
            }));
      }
      for (Future<Long> answer : answers) {
        assertThat(answer.get()).isEqualTo(1);
      }
    }
  }
}
