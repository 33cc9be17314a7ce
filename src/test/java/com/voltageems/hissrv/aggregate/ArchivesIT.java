package com.voltageems.hissrv.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.config.AggregationConfig;
import com.voltageems.hissrv.config.ArchiveRelease;
import com.voltageems.hissrv.config.MappingConfig;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Statistic;
import com.voltageems.hissrv.model.ValueFunction;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.observe.Offenders;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.testkit.DelayingProxy;
import com.voltageems.hissrv.testkit.ManualClock;
import com.voltageems.hissrv.transform.DurableArchive;
import com.voltageems.hissrv.transform.Mapping;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** Which archives may leave Redis, step by step. */
class ArchivesIT {
  private static final String SOURCE = "comsrv:1001:m";
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  @TempDir static Path folder;
  private static PrivateRedis server;
  private static RedisClient neighbour;

  private final ManualClock clock = new ManualClock(START);
  private final Metrics metrics = new Metrics();
  private RedisConnection redis;
  private Aggregation aggregation;
  private Archives archives;

  @BeforeAll
  static void startRedis() {
    server = PrivateRedis.start(folder);
    neighbour = RedisClient.create(server.url());
  }

  @AfterAll
  static void stopRedis() {
    neighbour.close();
    server.close();
  }

  @BeforeEach
  void open() {
    neighbour.flushAll();
    redis = new RedisConnection(server.url());
    use("1m 5m", List.of());
  }

  @AfterEach
  void close() {
    redis.close();
  }

  private void use(String levels, List<ValueFunction> functions) {
    aggregation =
        new Aggregation(
            redis,
            clock,
            Mode.REPLAY,
            levels(levels),
            ZoneOffset.UTC,
            new Mapping(
                List.of(
                    new MappingConfig(
                        Pattern.compile("comsrv:(\\d+):m"),
                        "telemetry",
                        List.of(),
                        Map.of(),
                        true,
                        Statistic.USUAL,
                        functions))),
            metrics,
            new Offenders(metrics, clock));
    archives = archives(redis, levels);
  }

  private Archives archives(RedisConnection connection, String levels) {
    var config = new AggregationConfig(true, levels(levels), ArchiveRelease.DURABLE, 1 << 20);
    return new Archives(connection, clock, config, ZoneOffset.UTC, false, metrics);
  }

  private static List<Level> levels(String names) {
    return Stream.of(names.split(" ", -1)).map(name -> Level.parse(name).orElseThrow()).toList();
  }

  private void sampleAt(long second, String value) {
    clock.set(START.plusSeconds(second));
    neighbour.hset(SOURCE, "1", value);
    aggregation.sample();
  }

  private void closeAt(long second) {
    clock.set(START.plusSeconds(second));
    int _ = aggregation.closeDue();
  }

  private static String archive(String level, long second) {
    return "archive:" + level + ":" + (START.getEpochSecond() + second) + ":1001";
  }

  /** As the outbox would have them. */
  private void onDisk() {
    for (String key = neighbour.rpop("archive:pending");
        key != null;
        key = neighbour.rpop("archive:pending")) {
      DurableArchive.of(key, neighbour.hgetAll(key), neighbour.memoryUsage(key))
          .ifPresent(one -> archives.add(List.of(one)));
    }
  }

  private void fiveMinutes() {
    for (int minute = 0; minute < 5; minute++) {
      sampleAt(60L * minute, Integer.toString(minute));
    }
  }

  @Test
  void minutesStayUntilTheirFiveMinutesAreClosedAndThenLeaveTogether() {
    fiveMinutes();
    closeAt(299);
    onDisk();
    archives.release(true);
    assertThat(neighbour.keys("archive:1m:*")).hasSize(4);
    assertThat(archives.taken().archives()).isEqualTo(4);
    assertThat(archives.taken().bytes()).isPositive();

    closeAt(300);
    archives.release(true);
    assertThat(neighbour.keys("archive:*"))
        .as("the fifth minute and the five minutes are not on disk yet")
        .hasSize(5 + 1 + 1);
    onDisk();
    archives.release(true);
    assertThat(neighbour.keys("archive:*")).isEmpty();
    assertThat(archives.taken()).isEqualTo(new Archives.Taken(0, 0));
    assertThat(metrics.value("archives_released")).isEqualTo(6);

    sampleAt(30, "9");
    assertThat(metrics.value("late_samples")).isEqualTo(1);
  }

  @Test
  void aRevisionThatIsNotOnDiskStaysAndItsFiveMinutesGetIt() {
    fiveMinutes();
    closeAt(300);
    onDisk();
    sampleAt(130, "100");
    clock.set(START.plusSeconds(310));
    archives.release(true);
    assertThat(neighbour.keys("archive:1m:*")).as("queued, not collected").hasSize(5);

    onDisk();
    archives.release(true);
    assertThat(neighbour.keys("archive:1m:*")).as("collected, not closed again").hasSize(5);

    closeAt(310);
    onDisk();
    assertThat(neighbour.hget(archive("5m", 0), "1")).isEqualTo("18.333333333333332 0 100 6 110");
    archives.release(true);
    assertThat(neighbour.keys("archive:*")).isEmpty();
    assertThat(metrics.value("windows_lost")).isZero();
    assertThat(metrics.value("late_samples")).isZero();
  }

  @Test
  void whatWaitsForFunctionsOverAllValuesStays() {
    var minutes = Set.copyOf(levels("1m"));
    var least = new ValueFunction("least", List.of(), minutes, values -> values[0]);
    use("1m 5m", List.of(least));
    fiveMinutes();
    closeAt(300);
    onDisk();
    archives.release(true);
    assertThat(neighbour.keys("archive:1m:*")).hasSize(5);
    assertThat(neighbour.keys("archive:5m:*")).as("waits for none").isEmpty();

    assertThat(aggregation.addFunctions(Duration.ofMinutes(1))).isEqualTo(5);
    archives.release(true);
    assertThat(neighbour.keys("archive:1m:*")).as("queued again").hasSize(5);
    onDisk();
    archives.release(true);
    assertThat(neighbour.keys("archive:*")).isEmpty();
  }

  @Test
  void whatIsKeptInPartsNeedsNoArchives() {
    use("1m 2h", List.of());
    sampleAt(0, "1");
    closeAt(60);
    onDisk();
    archives.release(true);
    assertThat(neighbour.keys("archive:*")).isEmpty();
    sampleAt(3_600, "3");
    closeAt(7_200);
    assertThat(neighbour.hget(archive("2h", 0), "1")).isEqualTo("2 1 3 2 4");
  }

  @Test
  void aReleaseThatComesLateRemovesNoRevision() throws IOException, InterruptedException {
    fiveMinutes();
    closeAt(300);
    try (var proxy = new DelayingProxy(server.port());
        var slow = new RedisConnection("redis://127.0.0.1:" + proxy.port())) {
      archives = archives(slow, "1m 5m");
      onDisk();
      var release = proxy.holdNext(archive("1m", 60));
      archives.release(true);
      sampleAt(70, "7");
      closeAt(310);
      release.letGo();
      assertThat(neighbour.hget(archive("1m", 60), "revision")).isEqualTo("2");
      assertThat(neighbour.keys("archive:1m:*")).hasSize(5);
      onDisk();
      archives.release(true);
      assertThat(neighbour.keys("archive:*")).isEmpty();
    }
  }

  @Test
  void archivesOfOthersAreNotOursToRemove() {
    fiveMinutes();
    neighbour.hset(archive("1m", 0), Map.of("1", "5", "revision", "1"));
    closeAt(300);
    neighbour.hdel(archive("1m", 0), "stats");
    neighbour.lpush("archive:pending", archive("1m", 0));
    onDisk();
    archives.release(true);
    assertThat(neighbour.exists(archive("1m", 0))).isTrue();
    assertThat(neighbour.exists(archive("5m", 0))).isFalse();
  }

  @Test
  void whatAProcessBeforeLeftIsFoundAndGoesOnceTheQueueRanEmpty() {
    fiveMinutes();
    closeAt(300);
    String uncollected = neighbour.lpop("archive:pending");
    assertThat(uncollected).isEqualTo(archive("5m", 0));
    neighbour.lpush("{archive:pending}:another:batch", uncollected);
    neighbour.del("archive:pending");

    archives.release(true);
    assertThat(neighbour.keys("archive:*")).as("looked for").hasSize(6);
    archives.release(false);
    assertThat(neighbour.keys("archive:*")).as("perhaps queued").hasSize(6);
    archives.release(true);
    assertThat(neighbour.keys("archive:*")).containsExactly(uncollected);
  }

  @Test
  void whatWasTooLargeToBeTakenStaysWhereItIs() {
    fiveMinutes();
    closeAt(300);
    neighbour.del("archive:pending");
    neighbour.hset(archive("5m", 0), "2", "x".repeat(9 << 20));
    archives.release(true);
    archives.release(true);
    assertThat(neighbour.keys("archive:*")).containsExactly(archive("5m", 0));
  }

  @Test
  void aRevisionQueuedSinceTheSearchIsNotTakenForTheOneOnDisk() {
    fiveMinutes();
    closeAt(300);
    neighbour.del("archive:pending");
    archives.release(true);
    sampleAt(70, "7");
    closeAt(310);
    archives.release(true);
    assertThat(neighbour.keys("archive:[15]m:*")).hasSize(6);
    onDisk();
    archives.release(true);
    assertThat(neighbour.keys("archive:*")).isEmpty();
  }

  @Test
  void aLateSampleWhoseSiblingsAreGoneIsTold() {
    fiveMinutes();
    closeAt(300);
    neighbour.del(archive("1m", 0));
    sampleAt(70, "7");
    closeAt(310);
    assertThat(neighbour.hget(archive("5m", 0), "revision")).isEqualTo("1");
    assertThat(metrics.value("windows_lost")).isEqualTo(1);
  }

  @Test
  void aSpoiltCarryKeepsItsSourcesArchives() {
    fiveMinutes();
    closeAt(300);
    onDisk();
    neighbour.set("hissrv:src:{" + SOURCE + "}", "text");
    archives.release(true);
    assertThat(neighbour.keys("archive:*")).hasSize(6);
  }
}
