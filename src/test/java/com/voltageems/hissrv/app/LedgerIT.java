package com.voltageems.hissrv.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.config.Config;
import com.voltageems.hissrv.config.MappingConfig;
import com.voltageems.hissrv.config.SourcesConfig;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.ledger.Cause;
import com.voltageems.hissrv.ledger.Completeness;
import com.voltageems.hissrv.ledger.Gap;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.redis.RedisException;
import com.voltageems.hissrv.testkit.ManualClock;
import com.voltageems.hissrv.testkit.TestConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** Faults by a schedule; the ledger has to name each of them, and nothing else. */
class LedgerIT {
  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
  private static final String STEADY = "comsrv:1001:m";
  private static final String WEAK = "comsrv:1002:m";
  private static final String MODEL = "modsrv:x:measurement";
  private static final List<String> ALL = List.of(STEADY, WEAK, MODEL);
  private static final int STEP = 5;

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(START);
  private PrivateRedis server;
  private RedisClient neighbour;
  private Config config;
  private HisSrv service;

  @BeforeEach
  void startRedis() {
    server = PrivateRedis.start(folder, 0, "--appendonly", "yes", "--appendfsync", "always");
    neighbour = RedisClient.create(server.url());
    config = sampledSlowly(TestConfig.of(server.url(), folder.resolve("data")));
    service = HisSrv.replay(config, clock);
  }

  @AfterEach
  void stopAll() {
    service.close();
    neighbour.close();
    server.close();
  }

  @Test
  void everyGapAndItsCauseIsTheOneThatWasPlanned() throws IOException {
    runUntil("10:05", ALL);
    neighbour.del(WEAK);
    runUntil("10:08", List.of(STEADY, MODEL));
    runUntil("10:10", ALL);

    long old = clock.millis() - 60_000;
    neighbour.hset(WEAK + ":ts", Map.of("1", Long.toString(old), "2", Long.toString(old)));
    runUntil("10:13", ALL);
    neighbour.del(WEAK + ":ts");
    runUntil("10:15", ALL);

    int port = server.port();
    server.close();
    runUntil("10:18", List.of());
    server = PrivateRedis.start(folder, port, "--appendonly", "yes", "--appendfsync", "always");
    neighbour.close();
    neighbour = RedisClient.create(server.url());
    runUntil("10:20", ALL);

    service.close();
    clock.set(at("10:23"));
    service = HisSrv.replay(config, clock);
    runUntil("10:25", ALL);

    Config without = withoutModels();
    service.close();
    service = HisSrv.replay(without, clock);
    runUntil("10:28", ALL);
    service.close();
    service = HisSrv.replay(config, clock);
    runUntil("10:30", ALL);

    killAndCopy(folder.resolve("second"));
    clock.set(at("10:41"));
    service = HisSrv.replay(config, clock);
    runUntil("10:43", ALL);

    runUntil("10:44", ALL, false);
    clock.advance(Duration.ofSeconds(1));
    service.aggregation().closeDue();
    neighbour.hset("archive:1m:" + at("10:43").getEpochSecond() + ":1001", "timestamp", "junk");
    neighbour.del("archive:1m:" + at("10:43").getEpochSecond() + ":" + MODEL);
    service.sync();
    runUntil("10:46", ALL);

    // The clock falls back into what is closed and gone, twice, and recovers.
    neighbour.del("archive:1m:" + at("10:12").getEpochSecond() + ":1001");
    clock.set(at("10:12"));
    service.aggregation().sample();
    clock.set(at("10:32"));
    service.aggregation().sample();
    clock.set(at("10:46"));
    runUntil("10:47", ALL);
    service.aggregation().sample();

    var expected = new TreeSet<String>();
    expect(expected, "10:05", "10:08", Cause.ABSENT, "1m", WEAK);
    expect(expected, "10:10", "10:13", Cause.STALE, "1m", WEAK);
    expect(expected, "10:15", "10:18", Cause.REDIS_DOWN, "1m", STEADY, WEAK, MODEL);
    expect(expected, "10:20", "10:23", Cause.HISSRV_DOWN, "1m", STEADY, WEAK, MODEL);
    expect(expected, "10:25", "10:28", Cause.REMOVED, "1m", MODEL);
    expect(expected, "10:30", "10:32", Cause.HISSRV_DOWN, "1m", STEADY, WEAK, MODEL);
    expect(expected, "10:32", "10:33", Cause.LATE, "1m", STEADY, WEAK, MODEL);
    expect(expected, "10:33", "10:41", Cause.HISSRV_DOWN, "1m", STEADY, WEAK, MODEL);
    expect(expected, "10:35", "10:40", Cause.HISSRV_DOWN, "5m", STEADY, WEAK, MODEL);
    expect(expected, "10:30", "10:35", Cause.LATE, "5m", STEADY, WEAK, MODEL);
    expect(expected, "10:43", "10:44", Cause.REJECTED, "1m", STEADY);
    expect(expected, "10:43", "10:44", Cause.EXPIRED, "1m", MODEL);
    assertThat(gaps()).isEqualTo(expected);

    for (Completeness one : account()) {
      long missed =
          one.gaps().stream()
              .filter(gap -> gap.cause() != Cause.REMOVED)
              .mapToLong(Gap::windows)
              .sum();
      assertThat(one.expected()).isEqualTo(one.delivered() + one.pending() + missed);
      assertThat(one.pending()).isZero();
    }
    assertThat(account().getFirst())
        .returns(47L, Completeness::expected)
        .returns(29L, Completeness::delivered)
        .returns(30L, Completeness::sampled)
        .returns(2L, Completeness::late)
        .returns(3L, Completeness::interrupted);
  }

  private void runUntil(String time, List<String> present) {
    runUntil(time, present, true);
  }

  /** Samples and cycles; a source is written while it is present. */
  private void runUntil(String time, List<String> present, boolean cycles) {
    for (int n = 0; clock.instant().isBefore(at(time)); n++) {
      for (String source : present) {
        neighbour.hset(source, Map.of("1", "230." + n % 10, "2", "1." + n % 10));
      }
      try {
        service.aggregation().sample();
      } catch (RedisException e) {
        assertThat(present).isEmpty();
      }
      clock.advance(Duration.ofSeconds(STEP));
      if (cycles && n % 3 == 0) {
        service.sync();
      }
    }
    if (cycles && !present.isEmpty()) {
      service.sync();
    }
  }

  /** What kill -9 leaves: the files as they are, and nobody to close them. */
  private void killAndCopy(Path data) throws IOException {
    Path from = config.store().path();
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, data.resolve(from.relativize(file)));
      }
    }
    service.close();
    config = sampledSlowly(TestConfig.of(server.url(), data));
  }

  private static Config sampledSlowly(Config config) {
    var sources =
        new SourcesConfig(List.of(), Duration.ofSeconds(STEP), config.sources().staleAfter());
    return with(config, config.mappings(), sources);
  }

  private Config withoutModels() {
    return with(config, config.mappings().subList(0, 1), config.sources());
  }

  private static Config with(Config config, List<MappingConfig> mappings, SourcesConfig sources) {
    return new Config(
        config.service(),
        config.site(),
        config.redis(),
        config.aggregation(),
        mappings,
        config.aggregations(),
        sources,
        config.filters(),
        config.store(),
        config.performance(),
        config.logging(),
        config.api());
  }

  private static Instant at(String time) {
    return Instant.parse("2026-03-01T" + time + ":00Z");
  }

  private List<Completeness> account() {
    return service.ledger().completeness(new TimeRange(START, at("10:47")), _ -> true, _ -> true);
  }

  private Set<String> gaps() {
    var gaps = new TreeSet<String>();
    for (Gap gap : service.ledger().gaps(new TimeRange(START, at("10:47")))) {
      gaps.add(
          "%s %s %s–%s %s"
              .formatted(
                  gap.source(),
                  gap.level().name(),
                  gap.range().start(),
                  gap.range().stop(),
                  gap.cause()));
    }
    return gaps;
  }

  private static void expect(
      Set<String> expected, String from, String to, Cause cause, String level, String... sources) {
    for (String source : sources) {
      expected.add("%s %s %s–%s %s".formatted(source, level, at(from), at(to), cause));
    }
  }
}
