package com.voltageems.hissrv.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.config.Config;
import com.voltageems.hissrv.config.ServiceConfig;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.model.CheckResult;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.outbox.Outbox;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.Row;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.store.WriteResult;
import com.voltageems.hissrv.testkit.Await;
import com.voltageems.hissrv.testkit.TestConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** A stop ends in time, whatever the store does, and loses nothing. */
class StopIT {
  private static final Duration STOP = Duration.ofSeconds(2);
  private static final InstantSource CLOCK = InstantSource.system();

  @TempDir Path folder;

  /** Takes a batch and never answers; not even an interrupt moves it. */
  private static final class HangingStore implements HistoryStore {
    private final CountDownLatch hangs = new CountDownLatch(1);
    private final CountDownLatch end = new CountDownLatch(1);

    @Override
    public WriteResult write(List<Point> points) {
      hangs.countDown();
      boolean over = false;
      while (!over) {
        try {
          end.await();
          over = true;
        } catch (InterruptedException e) {
          over = false;
        }
      }
      throw new IllegalStateException("the test is over");
    }

    @Override
    public void query(SeriesQuery query, Consumer<Row> rows) {
      // It holds nothing.
    }

    @Override
    public void delete(List<SeriesQuery> rows) {
      // It holds nothing.
    }

    @Override
    public List<Row> latest(SeriesQuery query) {
      return List.of();
    }

    @Override
    public SortedSet<String> fields(String measurement) {
      return new TreeSet<>();
    }

    @Override
    public SortedSet<String> measurements() {
      return new TreeSet<>();
    }

    @Override
    public SortedSet<Level> levels(String measurement) {
      return new TreeSet<>();
    }

    @Override
    public SortedSet<String> tagNames(String measurement) {
      return new TreeSet<>();
    }

    @Override
    public List<SeriesKey> series(String measurement) {
      return List.of();
    }

    @Override
    public String name() {
      return "store";
    }

    @Override
    public CheckResult check() {
      return CheckResult.OK;
    }

    @Override
    public void close() {
      boolean _ = hangs.getCount() > 0;
    }
  }

  private Config config(String redisUrl) {
    Config usual = TestConfig.of(redisUrl, folder.resolve("data"));
    return new Config(
        new ServiceConfig("test", Duration.ofMillis(200), OptionalInt.empty(), STOP),
        usual.site(),
        usual.redis(),
        usual.aggregation(),
        usual.mappings(),
        usual.aggregations(),
        usual.sources(),
        usual.filters(),
        usual.store(),
        usual.performance(),
        usual.logging(),
        usual.api());
  }

  @Test
  void aHangingStoreHoldsNoStopUpAndWhatIsInHandIsKept() throws InterruptedException {
    try (var server = PrivateRedis.start(folder);
        var neighbour = RedisClient.create(server.url())) {
      for (int i = 0; i < 500; i++) {
        neighbour.lpush(
            "archive:pending",
            "{\"timestamp\":%d,\"measurement\":\"m\",\"fields\":{\"v\":1}}".formatted(i));
      }
      var store = new HangingStore();
      var service = new HisSrv(config(server.url()), null, CLOCK, null, _ -> store);
      service.start();
      store.hangs.await();
      Await.until(
          "all is on disk", Duration.ofSeconds(10), () -> !neighbour.exists("archive:pending"));
      long begun = System.nanoTime();
      service.close();
      assertThat(Duration.ofNanos(System.nanoTime() - begun))
          .isLessThan(STOP.plus(Duration.ofSeconds(1)));
      store.end.countDown();
      try (var outbox = new Outbox(folder.resolve("data/outbox.db"), CLOCK)) {
        assertThat(outbox.size()).isEqualTo(500);
      }
      try (var next = HisSrv.live(config(server.url()), CLOCK)) {
        var report = next.sync();
        assertThat(report.problems()).isEmpty();
        assertThat(next.outbox().size()).isZero();
        assertThat(next.outbox().totals().stored()).isEqualTo(500);
      }
    }
  }
}
