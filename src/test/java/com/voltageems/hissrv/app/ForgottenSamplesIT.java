package com.voltageems.hissrv.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.demo.PrivateSentinels;
import com.voltageems.hissrv.ledger.Completeness;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.redis.RedisException;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.testkit.Await;
import com.voltageems.hissrv.testkit.ManualClock;
import com.voltageems.hissrv.testkit.TestConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/**
 * A master is killed whose replica is 25 samples behind, of two windows. Three Sentinels let the
 * replica take over: the windows' counts are lower, and the ledger says so, also of the one that
 * had ended before the outage.
 */
class ForgottenSamplesIT {
  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Level MINUTE = Level.parse("1m").orElseThrow();
  private static final Level FIVE = Level.parse("5m").orElseThrow();
  private static final String LIVE = "comsrv:1001:m";

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(START);

  @Test
  void aCountThatAFailOverLoweredShowsInTheLedger() {
    try (var servers = PrivateSentinels.start(folder);
        var service = service(servers)) {
      failOver(servers, service, () -> {});

      assertThat(counts(service, MINUTE))
          .isEqualTo(Map.of(0L, 60L, 60L, 60L, 120L, 45L, 180L, 50L, 240L, 60L, 300L, 60L));
      assertThat(counts(service, FIVE)).isEqualTo(Map.of(0L, 275L));
      assertThat(interrupted(service, MINUTE))
          .isEqualTo(Map.of(0L, 0L, 60L, 0L, 120L, 1L, 180L, 1L, 240L, 0L, 300L, 0L));
      assertThat(interrupted(service, FIVE)).isEqualTo(Map.of(0L, 1L));
      assertThat(service.ledger().gaps(until(360))).isEmpty();
    }
  }

  @Test
  void whatWasStoredBeforeStaysAsItWas() {
    try (var servers = PrivateSentinels.start(folder);
        var service = service(servers)) {
      failOver(servers, service, () -> settle(service));

      assertThat(counts(service, MINUTE))
          .isEqualTo(Map.of(0L, 60L, 60L, 60L, 120L, 60L, 180L, 50L, 240L, 60L, 300L, 60L));
      assertThat(service.metrics().value("archives_outdated")).isEqualTo(1);
    }
  }

  private HisSrv service(PrivateSentinels servers) {
    return HisSrv.replay(TestConfig.of(servers.url(port -> port), folder.resolve("data")), clock);
  }

  private void failOver(PrivateSentinels servers, HisSrv service, Runnable before) {
    sampleUntil(165, servers, service);
    servers.awaitReplicated();
    servers.part();
    sampleUntil(190, servers, service);
    before.run();
    servers.killMaster();
    servers.awaitTakeOver();
    sampleUntil(361, servers, service);
    settle(service);
  }

  /** A sample each second; a call that meets a fail-over is made again. */
  private void sampleUntil(int second, PrivateSentinels servers, HisSrv service) {
    try (var neighbour = RedisClient.create("redis://127.0.0.1:" + servers.masterPort())) {
      while (clock.instant().isBefore(START.plusSeconds(second))) {
        neighbour.hset(LIVE, Map.of("1", Long.toString(clock.millis() % 100_003)));
        Await.until("it is sampled", PATIENCE, () -> isSampled(service));
        clock.advance(Duration.ofSeconds(1));
      }
    }
  }

  private static boolean isSampled(HisSrv service) {
    try {
      boolean seen = service.aggregation().sampled().containsKey(LIVE);
      int _ = service.aggregation().closeDue();
      return seen;
    } catch (RedisException _) {
      return false;
    }
  }

  private static void settle(HisSrv service) {
    Await.until(
        "all is stored",
        PATIENCE,
        () -> {
          service.sync();
          return service.outbox().size() == 0 && service.queueSize().orElse(-1) == 0;
        });
  }

  private static TimeRange until(int second) {
    return new TimeRange(START, START.plusSeconds(second));
  }

  /** Seconds since the start, and the count. */
  private static Map<Long, Long> counts(HisSrv service, Level level) {
    var counts = new TreeMap<Long, Long>();
    var query = new SeriesQuery("telemetry", Map.of("channel", "1001"), level, until(360));
    service
        .store()
        .query(
            query,
            row -> {
              long start = Duration.between(START, row.time()).toSeconds();
              if (row.fields().get("voltage_count")
                  instanceof FieldValue.IntegerValue(long count)) {
                counts.put(start, count);
              }
            });
    return counts;
  }

  private static Map<Long, Long> interrupted(HisSrv service, Level level) {
    var interrupted = new TreeMap<Long, Long>();
    long length = level.length().toSeconds();
    for (long from = 0; from + length <= 360; from += length) {
      var range = new TimeRange(START.plusSeconds(from), START.plusSeconds(from + length));
      long sum =
          service.ledger().completeness(range, LIVE::equals, level::equals).stream()
              .mapToLong(Completeness::interrupted)
              .sum();
      interrupted.put(from, sum);
    }
    return interrupted;
  }
}
