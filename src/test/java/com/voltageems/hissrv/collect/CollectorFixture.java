package com.voltageems.hissrv.collect;

import com.voltageems.hissrv.config.Config;
import com.voltageems.hissrv.config.PerformanceConfig;
import com.voltageems.hissrv.config.RedisConfig;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.observe.Offenders;
import com.voltageems.hissrv.outbox.Outbox;
import com.voltageems.hissrv.outbox.WriteBuffer;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.testkit.ManualClock;
import com.voltageems.hissrv.testkit.TestConfig;
import com.voltageems.hissrv.transform.Catalog;
import com.voltageems.hissrv.transform.DurableArchive;
import com.voltageems.hissrv.transform.Mapping;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** A collector between a Redis of its own and an outbox. */
abstract class CollectorFixture {
  static final String PENDING = "archive:pending";

  @TempDir static Path serverFolder;
  static PrivateRedis server;
  static RedisClient neighbour;

  @TempDir Path folder;
  final ManualClock clock = new ManualClock(Instant.parse("2026-03-01T12:00:00Z"));
  final WriteBuffer buffer = new WriteBuffer(10_000);
  final Metrics metrics = new Metrics();
  final List<DurableArchive> durable = new ArrayList<>();

  /** Times of which the store has all points. */
  final Set<Instant> stored = new HashSet<>();

  Config config;
  Sharing sharing = Sharing.NONE;
  RedisConnection redis;
  Outbox outbox;
  Catalog catalog;
  Collector collector;

  @BeforeAll
  static void startRedis() {
    server = PrivateRedis.start(serverFolder);
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
    config = TestConfig.of(server.url(), folder);
    redis = new RedisConnection(server.url());
    outbox = new Outbox(folder.resolve("outbox.db"), clock);
    catalog = new Catalog(folder.resolve("catalog.db"));
    collector = collector(100);
  }

  @AfterEach
  void close() {
    outbox.close();
    catalog.close();
    redis.close();
  }

  Collector collector(int batchSize) {
    return collector(redis, batchSize);
  }

  Collector collector(RedisConnection connection, int batchSize) {
    var usual = PerformanceConfig.defaults();
    return collector(
        connection,
        new PerformanceConfig(
            batchSize,
            usual.batchTimeout(),
            usual.writeBufferSize(),
            usual.maxRetries(),
            usual.outboxSize(),
            usual.outboxAge()));
  }

  Collector collector(RedisConnection connection, PerformanceConfig settings) {
    return new Collector(
        connection,
        outbox,
        catalog,
        new Mapping(config.mappings()),
        config.redis().dataPatterns(),
        settings,
        buffer,
        clock,
        metrics,
        new Offenders(metrics, clock),
        durable::addAll,
        sharing,
        point -> stored.contains(point.time()));
  }

  static String archive(long start) {
    String key = "archive:1m:" + start + ":1001";
    neighbour.hset(
        key,
        Map.of(
            "source", "comsrv:1001:m",
            "timestamp", Long.toString(start),
            "stats", "avg min max count sum",
            "1", "230.5 229 231 60 13830"));
    neighbour.lpush(PENDING, key);
    return key;
  }

  static String document(long seconds) {
    String text = documentText(seconds);
    neighbour.lpush(PENDING, text);
    return text;
  }

  static String documentText(long seconds) {
    return "{\"timestamp\":" + seconds + ",\"measurement\":\"other\",\"fields\":{\"v\":1}}";
  }

  Set<String> inFlight() {
    return neighbour.keys("{" + PENDING + "}:" + outbox.instanceId() + "*");
  }

  static Config withPatterns(Config usual, String... patterns) {
    return new Config(
        usual.service(),
        usual.site(),
        new RedisConfig(usual.redis().url(), List.of(patterns)),
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
}
