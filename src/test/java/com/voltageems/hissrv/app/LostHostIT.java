package com.voltageems.hissrv.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.aggregate.Functions;
import com.voltageems.hissrv.config.ConfigSource;
import com.voltageems.hissrv.config.LiveConfig;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.lease.Held;
import com.voltageems.hissrv.ledger.Completeness;
import com.voltageems.hissrv.ledger.Gap;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.testkit.Await;
import com.voltageems.hissrv.testkit.LocalInflux;
import com.voltageems.hissrv.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** Two instances share twenty sources; one is gone with its disk, and nothing of it is closed. */
class LostHostIT {
  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int STEP = 10;
  private static final List<String> SOURCES =
      IntStream.range(0, 20).mapToObj(n -> "comsrv:" + (1_001 + n) + ":m").toList();

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(START);
  private final List<AutoCloseable> open = new ArrayList<>();
  private PrivateRedis server;
  private RedisClient neighbour;
  private LocalInflux influx;
  private String database = "";
  private final Map<String, Set<Long>> sampled = new HashMap<>();
  private int steps;

  @BeforeEach
  void start() throws IOException {
    server = opened(PrivateRedis.start(Files.createDirectory(folder.resolve("redis"))));
    neighbour = opened(RedisClient.create(server.url()));
    influx = opened(LocalInflux.start(Files.createDirectory(folder.resolve("influx")), ""));
    database = influx.database();
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
  }

  private <T extends AutoCloseable> T opened(T one) {
    open.add(one);
    return one;
  }

  private HisSrv instance(String name, String store) throws IOException {
    Path home = Files.createDirectories(folder.resolve(name));
    Path file =
        Files.writeString(
            home.resolve("hissrv.yml"),
            """
            service: {polling_interval: 100ms, stop_timeout: 1s}
            redis: {url: "%s"}
            store: {type: influxdb, path: "%s"}
            influxdb: {url: "%s", database: "%s"}
            performance: {batch_timeout: 0s}
            api: {host: 127.0.0.1, port: 0}
            lease: {enabled: true, ttl: 3s, instance: %s}
            mappings:
              - source_pattern: "comsrv:([0-9]+):m"
                measurement: telemetry
                tags: [{name: channel, source: capture, index: 1}]
                field_mappings: {"1": v}
            """
                .formatted(server.url(), home.resolve("data"), store, database, name));
    var live = new LiveConfig(new ConfigSource(file, Map.of(), Functions.builtIn()), clock);
    return opened(HisSrv.replay(live, clock));
  }

  /** All of them sweep at each step. Leases go by the machine's clock, all else by the test's. */
  private void run(Duration time, boolean isRenewing, HisSrv... instances) {
    Instant end = clock.instant().plus(time);
    while (clock.instant().isBefore(end)) {
      steps++;
      SOURCES.forEach(source -> neighbour.hset(source, Map.of("1", Integer.toString(steps))));
      for (HisSrv one : instances) {
        if (isRenewing) {
          one.leases().orElseThrow().turn();
        }
        one.aggregation().sample();
        note(one.leases().orElseThrow().held());
      }
      clock.advance(Duration.ofSeconds(STEP));
      if (clock.instant().getEpochSecond() % 60 == 0) {
        for (HisSrv one : instances) {
          var _ = one.sync();
        }
      }
    }
  }

  private void note(Held held) {
    SOURCES.stream()
        .filter(held::has)
        .forEach(source ->
            sampled.computeIfAbsent(source, _ -> new TreeSet<>()).add(minute(clock.instant())));
  }

  private static long minute(Instant time) {
    return Duration.between(START, time).toMinutes();
  }

  private static Set<Integer> shards(HisSrv one) {
    one.leases().orElseThrow().turn();
    return one.leases().orElseThrow().held().shards();
  }

  private List<Completeness> told(HisSrv one) {
    return one.ledger().completeness(new TimeRange(START, clock.instant()), _ -> true, _ -> true);
  }

  /** Windows of a minute that are missing, each for itself. */
  private Set<String> gaps(HisSrv one) {
    var gaps = new TreeSet<String>();
    for (Gap gap : one.ledger().gaps(new TimeRange(START, clock.instant()))) {
      for (long n = 0; n < gap.windows(); n++) {
        long at = minute(gap.range().start()) + n * gap.level().length().toMinutes();
        gaps.add(gap.source() + " " + gap.level().name() + " " + at + " " + gap.cause());
      }
    }
    return gaps;
  }

  private Set<String> expected() {
    var expected = new TreeSet<String>();
    for (String source : SOURCES) {
      for (long minute = 0; minute < minute(clock.instant()); minute++) {
        if (!sampled.getOrDefault(source, Set.of()).contains(minute)) {
          expected.add(source + " 1m " + minute + " HISSRV_DOWN");
        }
      }
    }
    return expected;
  }

  private static void deleteAll(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted().toList().reversed()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void whatItHadInHandIsDeliveredAndOnlyTheTimeNobodySampledIsMissing() throws Exception {
    HisSrv lost = instance("lost", "http://127.0.0.1:1");
    HisSrv other = instance("other", influx.url().toString());
    Await.until(
        "they share",
        PATIENCE,
        () -> shards(lost).size() + shards(other).size() == 32 && shards(lost).size() == 16);
    var losts = SOURCES.stream().filter(lost.leases().orElseThrow().held()::has).toList();
    assertThat(losts).hasSizeBetween(1, 19);
    run(Duration.ofMinutes(10), true, lost, other);
    lost.ledger().flush();
    other.ledger().flush();
    assertThat(told(other)).hasSize(40).isEqualTo(told(lost));
    assertThat(gaps(other)).isEmpty();
    assertThat(told(other).stream().mapToLong(Completeness::pending).sum())
        .as("what the lost one took, and can't deliver")
        .isPositive();
    deleteAll(folder.resolve("lost"));

    run(Duration.ofMinutes(3), false, other);
    Await.until("its leases have ended", PATIENCE, () -> shards(other).size() == 32);
    run(Duration.ofMinutes(7), true, other);
    Await.until(
        "what it had in flight is taken over",
        PATIENCE,
        () -> {
          clock.advance(Duration.ofSeconds(5));
          other.leases().orElseThrow().turn();
          other.aggregation().sample();
          note(other.leases().orElseThrow().held());
          var _ = other.sync();
          return told(other).stream().allMatch(account -> account.pending() == 0);
        });

    assertThat(gaps(other)).isEqualTo(expected());
    for (String source : losts) {
      assertThat(gaps(other)).contains(source + " 1m 11 HISSRV_DOWN");
    }
    assertThat(told(other))
        .filteredOn(account -> losts.contains(account.source()))
        .as("windows with a part of the hole")
        .anyMatch(account -> account.interrupted() > 0);
    assertThat(told(instance("lost", influx.url().toString())))
        .as("a new one in its place")
        .isEqualTo(told(other));
  }
}
