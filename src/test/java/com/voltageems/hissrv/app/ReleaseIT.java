package com.voltageems.hissrv.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.config.AggregationConfig;
import com.voltageems.hissrv.config.ArchiveRelease;
import com.voltageems.hissrv.config.Config;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.model.FieldValue.IntegerValue;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.store.Row;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.testkit.ManualClock;
import com.voltageems.hissrv.testkit.TestConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** An hour of the whole path, and what of it is left in Redis. */
class ReleaseIT {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final List<Level> LEVELS =
      Stream.of("1m", "5m", "15m").map(name -> Level.parse(name).orElseThrow()).toList();
  private static final List<String> CHANNELS = List.of("1", "2", "3");

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(START);
  private final Map<String, Long> samples = new HashMap<>();
  private PrivateRedis server;
  private RedisClient neighbour;

  @BeforeEach
  void startRedis() {
    server = PrivateRedis.start(folder);
    neighbour = RedisClient.create(server.url());
  }

  @AfterEach
  void stopRedis() {
    neighbour.close();
    server.close();
  }

  private HisSrv service(ArchiveRelease release, long archiveMemory) {
    Config usual = TestConfig.of(server.url(), folder.resolve("data"));
    return HisSrv.replay(
        new Config(
            usual.service(),
            usual.site(),
            usual.redis(),
            new AggregationConfig(true, LEVELS, release, archiveMemory),
            usual.mappings(),
            usual.aggregations(),
            usual.sources(),
            usual.filters(),
            usual.store(),
            usual.performance(),
            usual.logging(),
            usual.api()),
        clock);
  }

  private void sampleAll(HisSrv service) {
    for (String channel : CHANNELS) {
      neighbour.hset("comsrv:" + channel + ":m", "1", clock.instant().getEpochSecond() + ".5");
      for (Level level : LEVELS) {
        long start = level.windowAt(clock.millis()).startSeconds();
        samples.merge("archive:" + level.name() + ":" + start + ":" + channel, 1L, Long::sum);
      }
    }
    service.aggregation().sample();
  }

  private Set<String> left() {
    var keys = new TreeSet<>(neighbour.keys("archive:*"));
    keys.remove("archive:pending");
    return keys;
  }

  /** Those whose next coarser window has not ended. */
  private Set<String> neededNow() {
    var needed = new HashSet<String>();
    for (String key : samples.keySet()) {
      List<String> parts = List.of(key.split(":", -1));
      Level level = Level.parse(parts.get(1)).orElseThrow();
      long start = Long.parseLong(parts.get(2)) * 1_000;
      boolean closed = level.windowAt(start).endMillis() <= clock.millis();
      int at = LEVELS.indexOf(level);
      boolean folded =
          at + 1 == LEVELS.size()
              || LEVELS.get(at + 1).windowAt(start).endMillis() <= clock.millis();
      if (closed && !folded) {
        needed.add(key);
      }
    }
    return needed;
  }

  private void verifyStored(HisSrv service) {
    var stored = new HashMap<String, Long>();
    for (Level level : LEVELS) {
      for (Row row : rows(service, level)) {
        String channel = row.tags().get("channel");
        stored.put(
            "archive:" + level.name() + ":" + row.time().getEpochSecond() + ":" + channel,
            row.fields().get("voltage_count") instanceof IntegerValue count ? count.value() : -1L);
      }
    }
    assertThat(stored).isEqualTo(samples);
  }

  private static List<Row> rows(HisSrv service, Level level) {
    var rows = new ArrayList<Row>();
    var range = new TimeRange(START.minus(Duration.ofDays(1)), START.plus(Duration.ofDays(1)));
    service.store().query(new SeriesQuery("telemetry", Map.of(), level, range), rows::add);
    return rows;
  }

  @Test
  void durableLeavesExactlyWhatIsStillToBeFoldedAndTheStoreHasEverything() {
    long seed = 7;
    var random = new Random(seed);
    var service = service(ArchiveRelease.DURABLE, 1 << 30);
    try {
      // Nobody has looked for what was left before: the first two rounds do.
      service.sync();
      for (int second = 0; second < 3_600; second += 10) {
        clock.set(START.plusSeconds(second));
        if (random.nextInt(6) > 0) {
          sampleAll(service);
        }
        if (second % 60 == 20) {
          service.sync();
          assertThat(left()).as("seed %d, second %d", seed, second).isEqualTo(neededNow());
        }
        if (random.nextInt(100) == 0) {
          service.close();
          service = service(ArchiveRelease.DURABLE, 1 << 30);
          service.sync();
          service.sync();
        }
      }
      clock.set(START.plusSeconds(3_600));
      service.sync();
      assertThat(left()).isEmpty();
      verifyStored(service);
      assertThat(service.metrics().value("windows_lost")).isZero();
      assertThat(service.metrics().value("archives_expired")).isZero();

      clock.set(START.plusSeconds(65));
      service.aggregation().sample();
      assertThat(service.metrics().value("late_samples")).isEqualTo(CHANNELS.size());
      clock.set(START.plusSeconds(3_601));
      service.sync();
      verifyStored(service);
    } finally {
      service.close();
    }
  }

  @Test
  void aboveTheBoundTheOldestGoFirst() {
    long bound = 12_000;
    try (var service = service(ArchiveRelease.TTL, bound)) {
      var bytes = new ArrayList<Long>();
      for (int second = 0; second < 3_600; second += 10) {
        clock.set(START.plusSeconds(second));
        sampleAll(service);
        if (second % 60 == 20) {
          service.sync();
          long really = left().stream().mapToLong(neighbour::memoryUsage).sum();
          assertThat(service.archives().taken().bytes()).isEqualTo(really);
          assertThat(service.archives().taken().archives()).isEqualTo(left().size());
          assertThat(left()).containsAll(neededNow());
          bytes.add(really);
        }
      }
      assertThat(bytes).allSatisfy(taken -> assertThat(taken).isLessThanOrEqualTo(bound));
      assertThat(bytes.getLast()).as("not more than needed goes").isGreaterThan(bound * 3 / 4);
      for (String channel : CHANNELS) {
        var minutes =
            left().stream()
                .filter(key -> key.startsWith("archive:1m:") && key.endsWith(":" + channel))
                .map(key -> Long.valueOf(key.split(":", -1)[2]))
                .collect(Collectors.toCollection(TreeSet::new));
        long newest = clock.instant().getEpochSecond() / 60 * 60 - 60;
        assertThat(minutes.last()).isEqualTo(newest);
        assertThat(minutes).as("without a gap").hasSize((int) (newest - minutes.first()) / 60 + 1);
      }
      clock.set(START.plusSeconds(3_600));
      service.sync();
      verifyStored(service);
    }
  }

  @Test
  void belowTheBoundEverythingStays() {
    try (var service = service(ArchiveRelease.TTL, 1 << 20)) {
      for (int second = 0; second <= 900; second += 10) {
        clock.set(START.plusSeconds(second));
        sampleAll(service);
        service.sync();
      }
      assertThat(left()).hasSize(CHANNELS.size() * (15 + 3 + 1));
    }
  }
}
