package com.voltageems.hissrv.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.voltageems.hissrv.aggregate.Functions;
import com.voltageems.hissrv.collect.Replay;
import com.voltageems.hissrv.config.Config;
import com.voltageems.hissrv.config.ConfigLoader;
import com.voltageems.hissrv.demo.PrivateCluster;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.model.CheckResult;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.outbox.QuarantineTotals;
import com.voltageems.hissrv.outbox.Quarantined;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.redis.RedisException;
import com.voltageems.hissrv.store.Row;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.testkit.Await;
import com.voltageems.hissrv.testkit.ExpectedStatistics;
import com.voltageems.hissrv.testkit.ManualClock;
import com.voltageems.hissrv.testkit.TestConfig;
import com.voltageems.hissrv.transform.Mapping;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.util.JedisClusterCRC16;

/** The whole path on a real Redis Cluster of three masters. */
class ClusterIT {
  private static final Instant START = Instant.parse("2026-03-01T08:00:00Z");
  private static final Duration HEALING = Duration.ofSeconds(30);
  private static final int CHANNELS = 12;

  @TempDir static Path servers;
  private static PrivateCluster cluster;
  private static RedisClusterClient neighbour;

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(START);
  private final Random random = new Random(7);

  /** By level, window's start, channel. */
  private final Map<String, ExpectedStatistics> expected = new TreeMap<>();

  @BeforeAll
  static void startCluster() {
    cluster = PrivateCluster.start(servers);
    neighbour = cluster.client();
  }

  @AfterAll
  static void stopCluster() {
    neighbour.close();
    cluster.close();
  }

  @BeforeEach
  void emptyRedis() {
    IntStream.range(0, cluster.size()).forEach(i -> cluster.on(i, Jedis::flushAll));
  }

  private HisSrv service() {
    Config config = TestConfig.of(cluster.url(), folder.resolve("data"));
    return HisSrv.replay(config, clock);
  }

  private static String live(int channel) {
    return "comsrv:" + (1_000 + channel) + ":m";
  }

  private void sample(HisSrv service) {
    for (int channel = 1; channel <= CHANNELS; channel++) {
      double value = random.nextGaussian() * 230;
      neighbour.hset(live(channel), "1", Double.toString(value));
      for (int seconds : new int[] {60, 300}) {
        long start = clock.instant().getEpochSecond() / seconds * seconds;
        expected
            .computeIfAbsent(
                seconds / 60 + "m " + start + " " + channel, k -> new ExpectedStatistics())
            .add(value);
      }
    }
    service.aggregation().sample();
  }

  private void sampleEvery(HisSrv service, int seconds, int times) {
    for (int i = 0; i < times; i++) {
      sample(service);
      clock.advance(Duration.ofSeconds(seconds));
    }
  }

  private static List<Row> rows(HisSrv service, String level, int channel) {
    var rows = new ArrayList<Row>();
    service
        .store()
        .query(
            new SeriesQuery(
                "telemetry",
                Map.of("channel", Integer.toString(1_000 + channel)),
                Level.parse(level).orElseThrow(),
                new TimeRange(START, START.plus(Duration.ofDays(1)))),
            rows::add);
    return rows;
  }

  private static double number(Row row, String field) {
    return switch (row.fields().get(field)) {
      case FieldValue.FloatValue v -> v.value();
      case FieldValue.IntegerValue v -> v.value();
      case null, default -> throw new AssertionError(field + " of " + row);
    };
  }

  private void verifyStored(HisSrv service) {
    Set<String> stored = new HashSet<>();
    for (int channel = 1; channel <= CHANNELS; channel++) {
      for (String level : List.of("1m", "5m")) {
        for (Row row : rows(service, level, channel)) {
          String what = level + " " + row.time().getEpochSecond() + " " + channel;
          stored.add(what);
          ExpectedStatistics statistics = Objects.requireNonNull(expected.get(what), what);
          statistics.verifyCount(number(row, "voltage_count"), what);
          statistics.verifyMin(number(row, "voltage_min"), what);
          statistics.verifyMax(number(row, "voltage_max"), what);
          statistics.verifyAvg(number(row, "voltage_avg"), what);
        }
      }
    }
    assertThat(stored).isEqualTo(expected.keySet());
    assertThat(queued()).as("names left beside their archives").isEmpty();
    assertThat(service.queueSize()).hasValue(0);
  }

  private static Set<String> queued() {
    Set<String> keys = new HashSet<>();
    for (int i = 0; i < cluster.size(); i++) {
      keys.addAll(cluster.on(i, node -> node.keys("hissrv:queued:*")));
    }
    return keys;
  }

  private static CheckResult health(HisSrv service, String component) {
    return service.components().stream()
        .filter(one -> one.name().equals(component))
        .findFirst()
        .orElseThrow()
        .check();
  }

  @Test
  void everyWindowOfSourcesOnAllMastersIsStoredAsAnIndependentCalculationSays() {
    try (var service = service()) {
      sampleEvery(service, 5, 40);
      for (int i = 0; i < cluster.size(); i++) {
        Set<String> onOneMaster = cluster.on(i, node -> node.keys("comsrv:*:m"));
        assertThat(onOneMaster).isNotEmpty();
      }
      service.sync();
    }
    try (var restarted = service()) {
      sampleEvery(restarted, 5, 40);
      clock.set(START.plus(Duration.ofMinutes(10)));
      restarted.sync();
      verifyStored(restarted);
    }
    assertThat(
            neighbour.hget("archive:5m:" + START.getEpochSecond() + ":{comsrv:1001:m}", "source"))
        .isEqualTo("comsrv:1001:m");
  }

  @Test
  void aLateSampleIsMergedAndStoredAgainWithTheFiveMinutesItIsPartOf() {
    try (var service = service()) {
      sampleEvery(service, 20, 15);
      service.sync();
      clock.set(START.plusSeconds(90));
      sample(service);
      clock.set(START.plusSeconds(360));
      service.sync();
      verifyStored(service);
    }
  }

  @Test
  void archivesThatNobodyQueuedAndWhatADeadInstanceHeldAreFoundOnAllMasters() {
    clock.set(START.plus(Duration.ofMinutes(5)));
    for (int channel = 1; channel <= 30; channel++) {
      neighbour.hset(
          "archive:1m:" + START.getEpochSecond() + ":{" + live(channel) + "}", "1", "230.5");
    }
    neighbour.lpush(
        "{archive:pending}:gone:a-batch",
        "{\"timestamp\":1,\"measurement\":\"other\",\"fields\":{\"v\":1}}");
    try (var service = service()) {
      long delivered = service.sync().delivered();
      clock.advance(Duration.ofMinutes(2));
      delivered += service.sync().delivered();
      assertThat(delivered).isEqualTo(31);
      clock.advance(Duration.ofMinutes(2));
      assertThat(service.sync().delivered()).isZero();
    }
  }

  @Test
  void documentsOfOthersAreStored() {
    neighbour.lpush(
        "archive:pending",
        "{\"timestamp\":" + START.getEpochSecond() + ",\"measurement\":\"m\",\"fields\":{\"v\":1}}",
        "{broken");
    try (var service = service()) {
      var report = service.sync();
      assertThat(report.delivered()).isEqualTo(1);
      assertThat(report.quarantined()).isEqualTo(1);
      assertThat(service.store().levels("m")).isNotEmpty();
    }
  }

  @Test
  void whatWasClosedButNotQueuedWhenHisSrvDiedIsFoundAtTheNextStart() {
    neighbour.set("archive:pending", "a text: nothing can be queued");
    try (var service = service()) {
      sampleEvery(service, 20, 15);
      assertThat(service.sync().problems()).isNotEmpty();
      assertThat(queued()).isNotEmpty();
    }
    neighbour.del("archive:pending");
    try (var restarted = service()) {
      restarted.sync();
      restarted.sync();
      verifyStored(restarted);
    }
  }

  @Test
  void whatAnotherProcessClosedAndDidNotQueueIsFoundWhileRunning() {
    try (var service = service()) {
      sampleEvery(service, 20, 15);
      service.sync();
      String archive = "archive:1m:" + START.getEpochSecond() + ":{comsrv:1001:m}";
      neighbour.hincrBy(archive, "revision", 1);
      neighbour.lpush("hissrv:queued:{comsrv:1001:m}", archive);
      service.aggregation().discoverSoon();
      service.aggregation().sample();
      assertThat(queued()).isEmpty();
      assertThat(neighbour.lrange("archive:pending", 0, -1)).containsExactly(archive);
    }
  }

  @Test
  void aMasterThatIsStoppedShowsInHealthAndEverythingGoesOnWhenItIsBack() {
    try (var service = service()) {
      sampleEvery(service, 5, 4);
      cluster.stop(1);
      service.aggregation().tick(Duration.ofSeconds(1));
      assertThat(health(service, "redis").ok()).isFalse();
      assertThat(health(service, "redis").message()).contains("node 127.0.0.1:");
      assertThat(health(service, "aggregate").ok()).isFalse();
      cluster.restart(1);
      cluster.awaitHealth();
      Await.until(
          "all is well",
          HEALING,
          () -> {
            service.aggregation().tick(Duration.ofSeconds(1));
            return health(service, "redis").ok() && health(service, "aggregate").ok();
          });
      clock.set(START.plusSeconds(40));
      sampleEvery(service, 5, 4);
      clock.set(START.plusSeconds(300));
      service.sync();
      for (int channel = 1; channel <= CHANNELS; channel++) {
        for (String level : List.of("1m", "5m")) {
          assertThat(rows(service, level, channel))
              .as(level + " of " + channel)
              .singleElement()
              .satisfies(row -> assertThat(number(row, "voltage_count")).isBetween(8.0, 9.0));
        }
      }
    }
  }

  @Test
  void aReplicaThatTakesOverGoesOnWithTheOpenWindows() {
    try (var ofFour = PrivateCluster.start(folder)) {
      ofFour.addReplica();
      Config config = TestConfig.of(ofFour.url(), folder.resolve("data"));
      try (var client = ofFour.client();
          var service = HisSrv.replay(config, clock)) {
        IntStream.rangeClosed(1, CHANNELS).forEach(channel -> client.hset(live(channel), "1", "5"));
        service.aggregation().sample();
        // What was not replicated yet is gone with the master; it is not what this test is about.
        ofFour.on(0, node -> node.waitReplicas(1, 5_000));
        ofFour.stop(0);
        clock.advance(Duration.ofSeconds(20));
        Await.until(
            "the replica has taken over",
            HEALING,
            () -> {
              service.aggregation().tick(Duration.ofSeconds(1));
              return health(service, "redis").ok() && health(service, "aggregate").ok();
            });
        clock.set(START.plusSeconds(60));
        service.sync();
        for (int channel = 1; channel <= CHANNELS; channel++) {
          assertThat(rows(service, "1m", channel))
              .singleElement()
              .satisfies(row -> assertThat(number(row, "voltage_count")).isEqualTo(2));
        }
      }
    }
  }

  @Test
  void aMasterThatForgetsTheScriptsGetsThemAgain() {
    try (var service = service()) {
      for (int i = 0; i < cluster.size(); i++) {
        sampleEvery(service, 20, 5);
        cluster.on(i, Jedis::scriptFlush);
      }
      clock.set(START.plusSeconds(300));
      service.sync();
      verifyStored(service);
    }
  }

  @Test
  void aSlotThatMovesToAnotherMasterIsFollowed() {
    try (var service = service()) {
      sampleEvery(service, 20, 7);
      for (String moved : List.of(live(1), "archive:pending", "hissrv:clock")) {
        int slot = JedisClusterCRC16.getSlot(moved);
        for (int to = 0; to < cluster.size(); to++) {
          cluster.moveSlot(slot, to);
        }
        cluster.awaitHealth();
      }
      sampleEvery(service, 20, 8);
      service.sync();
      verifyStored(service);
    }
  }

  @Test
  void liveKeysWithAHashTagOfTheirOwnKeepItAndALoneBraceIsReported() {
    List<String> models = List.of("{a}1", "{a}2", "x{a}");
    try (var service = service()) {
      for (int i = 0; i < 3; i++) {
        models.forEach(model -> neighbour.hset("modsrv:" + model + ":measurement", "v", "1"));
        neighbour.hset("modsrv:b}:measurement", "v", "1");
        service.aggregation().sample();
        clock.advance(Duration.ofSeconds(20));
      }
      assertThat(service.sync().delivered()).isEqualTo(3);
      assertThat(service.metrics().snapshot())
          .containsEntry("live_keys_untaggable_by{who=\"modsrv:b}:measurement\"}", 2L);
    }
    try (var restarted = service()) {
      clock.set(START.plusSeconds(300));
      assertThat(restarted.sync().delivered()).as("5m, found by their marks").isEqualTo(3);
    }
  }

  @Test
  void whatFunctionsOverAllValuesGiveIsStoredTooAndArchivesLeaveWhenTheyAreDurable()
      throws Exception {
    Path file = folder.resolve("hissrv.yml");
    Files.writeString(
        file,
        """
        redis: {url: "%s"}
        store: {path: "%s"}
        aggregation: {release: durable}
        mappings:
          - source_pattern: "comsrv:(\\\\d+):m"
            measurement: telemetry
            tags: [{name: channel, source: capture, index: 1}]
            field_mappings: {"1": voltage}
            statistics: [avg, min, max, count, median]
        """
            .formatted(cluster.url(), folder.resolve("data")));
    Config config = ConfigLoader.load(file, Map.of(), Functions.builtIn());
    try (var service = HisSrv.replay(config, clock)) {
      sampleEvery(service, 20, 15);
      service.sync();
      verifyStored(service);
      for (int channel = 1; channel <= CHANNELS; channel++) {
        assertThat(rows(service, "1m", channel))
            .hasSize(5)
            .allSatisfy(row ->
                assertThat(number(row, "voltage_median"))
                    .isBetween(number(row, "voltage_min"), number(row, "voltage_max")));
        assertThat(rows(service, "5m", channel))
            .singleElement()
            .satisfies(row -> assertThat(row.fields()).containsKey("voltage_median"));
      }
      service.sync();
      assertThat(service.metrics().value("archives_released")).isEqualTo(CHANNELS * (5 + 1));
    }
  }

  @Test
  void whatIsSetAsideIsSharedInTheSlotOfTheQueue() throws Exception {
    Path file = folder.resolve("hissrv.yml");
    Files.writeString(
        file,
        """
        redis: {url: "%s"}
        store: {type: influxdb, path: "%s"}
        influxdb: {url: "http://127.0.0.1:1", database: ems}
        lease: {enabled: true}
        """
            .formatted(cluster.url(), folder.resolve("data")));
    Config config = ConfigLoader.load(file, Map.of(), Functions.builtIn());
    try (var service = HisSrv.replay(config, clock)) {
      neighbour.lpush("archive:pending", "{bad");
      service.sync();
      var quarantine = service.collector().quarantine();
      assertThat(service.outbox().quarantine().list(1)).isEmpty();
      Quarantined item = quarantine.list(10).getFirst();
      String good = "{\"timestamp\":100,\"measurement\":\"m\",\"fields\":{\"v\":1}}";
      Quarantined mended = quarantine.repair(item, good, null).orElseThrow();
      var replay = new Replay(quarantine, service.catalog(), () -> new Mapping(List.of()));
      assertThat(replay.run(List.of(mended))).hasSize(1);
      service.sync();
      assertThat(service.outbox().size()).isEqualTo(1);
      assertThat(quarantine.totals()).isEqualTo(new QuarantineTotals(1, 0, 1, 0));
    }
  }

  @Test
  void archivesThatWaitAreKeptAliveOnAllMasters() {
    List<String> archives =
        IntStream.rangeClosed(1, CHANNELS)
            .mapToObj(channel -> "archive:1m:1700000000:{" + live(channel) + "}")
            .toList();
    archives.forEach(archive -> {
      neighbour.hset(archive, "1", "2");
      neighbour.expire(archive, 100);
      neighbour.lpush("archive:pending", archive);
    });
    try (var service = service()) {
      service.collector().renewPending(1 << 20);
      assertThat(archives)
          .allSatisfy(archive -> assertThat(neighbour.ttl(archive)).isGreaterThan(7_000));
      assertThat(service.sync().delivered()).isEqualTo(CHANNELS);
    }
  }

  @Test
  void theRunningServiceGoesOnAfterAMasterHung() {
    IntStream.rangeClosed(1, CHANNELS).forEach(channel -> neighbour.hset(live(channel), "1", "5"));
    Config config = TestConfig.of(cluster.url(), folder.resolve("data"));
    try (var service = HisSrv.live(config, InstantSource.system())) {
      service.start();
      Await.until("it samples", HEALING, () -> service.metrics().value("samples") > 2 * CHANNELS);
      cluster.pause(2);
      try {
        Await.until("it says so", HEALING, () -> !health(service, "aggregate").ok());
        assertThat(health(service, "redis").ok()).isFalse();
      } finally {
        cluster.resume(2);
      }
      Await.until(
          "all is well",
          HEALING,
          () -> service.components().stream().allMatch(one -> one.check().ok()));
      long before = service.metrics().value("samples");
      Await.until(
          "it samples again",
          HEALING,
          () -> service.metrics().value("samples") > before + 2 * CHANNELS);
      Await.until(
          "settings are published",
          HEALING,
          () -> "1m 5m".equals(neighbour.hget("hissrv:config:aggregation", "levels")));
    }
  }

  @Test
  void aClusterThatIsDownAtTheStartIsFoundWhenItIsUp() {
    IntStream.range(0, cluster.size()).forEach(cluster::stop);
    try (var redis = new RedisConnection(cluster.url())) {
      assertThat(redis.check().ok()).isFalse();
      IntStream.range(0, cluster.size()).forEach(cluster::restart);
      cluster.awaitHealth();
      Await.until("it is found", HEALING, () -> redis.check().ok());
    }
  }

  /** Redis may carry it out late: whoever sent it must know that nobody knows. */
  @Test
  void aCommandThatGotNoAnswerIsNotSentAgain() {
    try (var redis = new RedisConnection(cluster.url())) {
      redis.push("list", List.of("first"));
      int owner =
          IntStream.range(0, cluster.size())
              .filter(i -> cluster.on(i, node -> node.keys("list").size()) == 1)
              .findFirst()
              .orElseThrow();
      cluster.pause(owner);
      try {
        assertThatThrownBy(() -> redis.push("list", List.of("second")))
            .isInstanceOf(RedisException.class);
      } finally {
        cluster.resume(owner);
      }
      cluster.awaitHealth();
      Await.until("it answers again", HEALING, () -> redis.check().ok());
      assertThat(redis.list("list")).containsExactly("second", "first");
    }
  }

  @Test
  void theClockIsTheOneOfTheNodeThatOwnsItsKey() {
    try (var redis = new RedisConnection(cluster.url())) {
      assertThat(redis.clock().instant())
          .isBetween(Instant.now().minusSeconds(5), Instant.now().plusSeconds(5));
    }
  }

  private static List<String> keysOnAllMasters() {
    return IntStream.range(0, 100).mapToObj(i -> "key" + i).toList();
  }

  @Test
  void aServerThatIsNoClusterIsDownAndSaysSo() {
    try (var server = PrivateRedis.start(folder);
        var redis = new RedisConnection("redis+cluster://127.0.0.1:" + server.port())) {
      assertThat(redis.check().ok()).isFalse();
      assertThat(redis.check().message()).contains("cluster");
    }
    int port = Integer.parseInt(cluster.url().replaceFirst(".*:", ""));
    try (var redis = new RedisConnection("redis://127.0.0.1:" + port)) {
      assertThatThrownBy(() -> keysOnAllMasters().forEach(redis::length))
          .isInstanceOf(RedisException.class)
          .hasMessageContaining("redis+cluster://");
    }
  }
}
