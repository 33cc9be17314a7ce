package com.voltageems.hissrv.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.voltageems.hissrv.aggregate.Functions;
import com.voltageems.hissrv.config.ConfigException;
import com.voltageems.hissrv.config.ConfigRevision;
import com.voltageems.hissrv.config.ConfigSource;
import com.voltageems.hissrv.config.LiveConfig;
import com.voltageems.hissrv.config.SharedConfigException;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** Run-time changes of instances that share one Redis. */
class ConfigInRedisIT {
  private static final String KEY = "hissrv:config";

  @TempDir static Path redisFolder;
  private static PrivateRedis server;
  private static RedisClient neighbour;

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(Instant.parse("2026-03-01T10:00:00Z"));
  private RedisConnection redis;
  private RedisConnection nobody;

  @BeforeAll
  static void startRedis() {
    server = PrivateRedis.start(redisFolder);
    neighbour = RedisClient.create(server.url());
  }

  @AfterAll
  static void stopRedis() {
    neighbour.close();
    server.close();
  }

  @BeforeEach
  void connect() throws IOException {
    neighbour.flushAll();
    redis = new RedisConnection(server.url());
    nobody = new RedisConnection("redis://127.0.0.1:1");
    write("a", "");
    write("b", "");
  }

  @AfterEach
  void disconnect() {
    redis.close();
    nobody.close();
  }

  private Path write(String name, String more) throws IOException {
    Path home = Files.createDirectories(folder.resolve(name));
    return Files.writeString(
        home.resolve("hissrv.yml"),
        """
        store: {type: influxdb, path: "%s"}
        influxdb: {url: "http://127.0.0.1:1", database: ems}
        lease: {enabled: true, instance: %s}
        """
                .formatted(home.resolve("data"), name)
            + more);
  }

  private LiveConfig alone(String name) {
    Path file = folder.resolve(name).resolve("hissrv.yml");
    var live =
        new LiveConfig(new ConfigSource(file, Map.of("HOME", name), Functions.builtIn()), clock);
    clock.advance(Duration.ofSeconds(1));
    return live;
  }

  private LiveConfig joined(LiveConfig live, RedisConnection connection) {
    live.keepHistory();
    live.share(new ConfigInRedis(connection, live.current().lease()::instance));
    live.follow();
    return live;
  }

  private LiveConfig live(String name) {
    return joined(alone(name), redis);
  }

  /** As the service starts where Redis answers. */
  private LiveConfig caughtUp(String name) {
    LiveConfig live = alone(name);
    var place = new ConfigInRedis(redis, () -> name);
    live.startFrom(place, place.read());
    return joined(live, redis);
  }

  private static Map<String, @Nullable Object> size(Object batchSize) {
    return patch("performance", "batch_size", batchSize);
  }

  private static Map<String, @Nullable Object> patch(String section, String key, Object value) {
    return new HashMap<String, @Nullable Object>(Map.of(section, Map.of(key, value)));
  }

  private static void change(LiveConfig live, Object batchSize) {
    live.patch(size(batchSize), "PATCH", false);
  }

  private static int size(LiveConfig live) {
    return live.current().performance().batchSize();
  }

  private static List<String> causes(LiveConfig live) {
    return live.history().stream().map(ConfigRevision::cause).toList();
  }

  private Path data(String name, String file) {
    return folder.resolve(name).resolve("data").resolve(file);
  }

  @Test
  void aChangeThroughOneHoldsInAllUnderTheSameRevisionAndOutlivesARestartWithoutRedis()
      throws IOException {
    LiveConfig a = live("a");
    LiveConfig b = live("b");
    change(a, 50);
    b.follow();
    assertThat(size(b)).isEqualTo(50);
    change(b, 60);
    a.follow();
    assertThat(size(a)).isEqualTo(60);
    assertThat(a.history()).isEqualTo(b.history());
    assertThat(a.revision()).isEqualTo(b.revision());
    assertThat(causes(a)).containsExactly("start", "PATCH on a", "PATCH on b");
    assertThat(a.history().toString()).doesNotContain("lease", "path");
    LiveConfig again = joined(alone("a"), nobody);
    assertThat(size(again)).isEqualTo(60);
    assertThat(again.revision()).isEqualTo(b.revision());
    assertThat(Files.readString(data("a", "config.overlay.yml"))).contains("batch_size: '60'");
  }

  @Test
  void itGoesBackToARevisionThatAnotherInstanceMade() {
    LiveConfig a = live("a");
    LiveConfig b = live("b");
    change(a, 50);
    change(b, 60);
    a.rollback(2);
    b.follow();
    assertThat(size(b)).isEqualTo(50);
    b.rollback(1);
    a.follow();
    assertThat(size(a)).isEqualTo(1_000);
    assertThat(neighbour.hget(KEY, "overlay")).isEmpty();
    assertThat(a.history()).isEqualTo(b.history()).hasSize(5);
  }

  @Test
  void ofTwoWhoChangeAtOnceTheSecondIsRefusedAndNothingOfHisIsWritten() {
    LiveConfig a = live("a");
    LiveConfig b = live("b");
    assertThatThrownBy(() ->
            a.change(
                now -> {
                  change(b, 60);
                  var next = new HashMap<String, @Nullable Object>(now);
                  next.putAll(size(50));
                  return next;
                },
                "PATCH"))
        .isInstanceOfSatisfying(
            SharedConfigException.class, e -> assertThat(e.isOvertaken()).isTrue());
    assertThat(size(a)).isEqualTo(1_000);
    assertThat(data("a", "config.overlay.yml")).doesNotExist();
    a.follow();
    assertThat(size(a)).isEqualTo(60);
    change(a, 50);
    b.follow();
    assertThat(size(b)).isEqualTo(50);
  }

  @Test
  void withoutRedisAChangeIsRefusedAndADryRunIsNot() {
    LiveConfig a = joined(alone("a"), nobody);
    assertThatThrownBy(() -> change(a, 50))
        .isInstanceOfSatisfying(
            SharedConfigException.class, e -> assertThat(e.isOvertaken()).isFalse());
    assertThat(a.patch(size(50), "PATCH", true).changes()).containsKey("performance.batch_size");
    assertThat(size(a)).isEqualTo(1_000);
    assertThat(data("a", "config.overlay.yml")).doesNotExist();
    assertThat(a.check().ok()).isTrue();
  }

  @Test
  void whatOneInstanceCannotApplyIsToldByItAndItsConfigurationGoesOnUntilItsFileIsMended()
      throws IOException {
    LiveConfig a = live("a");
    LiveConfig b = live("b");
    change(a, 50);
    b.follow();
    Files.writeString(folder.resolve("a").resolve("size"), "60");
    change(a, "${file:size}");
    assertThat(size(a)).isEqualTo(60);
    b.follow();
    b.follow();
    assertThat(size(b)).isEqualTo(50);
    assertThat(b.check().ok()).isFalse();
    assertThat(b.check().message())
        .contains("hissrv:config can't be applied here, revision 2 goes on")
        .contains("performance.batch_size", "no file size");
    assertThatThrownBy(() -> change(b, 70))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("this instance can't apply what is in hissrv:config");
    assertThat(size(a)).isEqualTo(60);
    Files.writeString(folder.resolve("b").resolve("size"), "60");
    b.reload("SIGHUP");
    assertThat(size(b)).isEqualTo(60);
    assertThat(b.check().ok()).isTrue();
    assertThat(b.revision()).isEqualTo(a.revision());
  }

  @Test
  void whatIsAnInstancesOwnIsNotChangedForAll() {
    LiveConfig a = live("a");
    for (var own :
        List.of(
            patch("lease", "instance", "b"),
            patch("redis", "url", "redis://other"),
            patch("api", "port", 9),
            patch("service", "name", "other"),
            patch("backup", "path", "other"),
            patch("logging", "file", "other"))) {
      assertThatThrownBy(() -> a.patch(own, "PATCH", false))
          .as("%s", own)
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("is each instance's own");
    }
    a.patch(patch("redis", "data_patterns", List.of("archive:1m:*")), "PATCH", false);
    assertThat(neighbour.hget(KEY, "overlay")).contains("data_patterns").doesNotContain("url");
  }

  @Test
  void theFirstPutsItsChangesThereAndThoseOfASecondGiveWayButForItsOwn() throws IOException {
    var old = "performance: {batch_size: 50}\napi: {port: 7001}\n";
    Files.createDirectories(data("a", ""));
    Files.writeString(data("a", "config.overlay.yml"), old);
    Files.createDirectories(data("b", ""));
    Files.writeString(
        data("b", "config.overlay.yml"), old.replace("50", "60").replace("7001", "7002"));
    LiveConfig a = live("a");
    assertThat(neighbour.hget(KEY, "overlay")).contains("50").doesNotContain("7001");
    LiveConfig b = caughtUp("b");
    assertThat(size(b)).isEqualTo(50);
    assertThat(b.current().api().port()).isEqualTo(7_002);
    assertThat(Files.readString(data("b", "config.overlay.yml.before"))).contains("60");
    assertThat(data("a", "config.overlay.yml.before")).doesNotExist();
    change(a, 70);
    assertThat(a.current().api().port()).isEqualTo(7_001);
    b.follow();
    assertThat(alone("b").current().api().port()).isEqualTo(7_002);
    assertThat(size(alone("b"))).isEqualTo(70);
  }

  @Test
  void aStartTakesUpWhatWasChangedMeanwhileAlsoWhatOnlyARestartChanges() throws IOException {
    var _ = live("b");
    LiveConfig a = live("a");
    var change = a.patch(patch("aggregation", "archive_memory", "64MiB"), "PATCH", false);
    assertThat(change.needRestart()).containsExactly("aggregation.archive_memory");
    LiveConfig b = caughtUp("b");
    assertThat(b.current().aggregation().archiveMemory()).isEqualTo(64 << 20);
    assertThat(b.needRestart()).isEmpty();
    assertThat(data("b", "config.overlay.yml.before")).as("it only was behind").doesNotExist();
    assertThat(b.revision()).isEqualTo(a.revision());
  }

  @Test
  void aFileThatIsRolledOutToAllOneByOneIsOneRevision() throws IOException {
    LiveConfig a = live("a");
    LiveConfig b = live("b");
    change(a, 50);
    b.follow();
    write("a", "performance: {max_retries: 7}\n");
    assertThat(a.reload("file").revision()).isEqualTo(3);
    b.follow();
    assertThat(b.revision().number()).isEqualTo(3);
    assertThat(b.current().performance().maxRetries()).isEqualTo(3);
    write("b", "performance: {max_retries: 7}\n");
    assertThat(b.reload("file").revision()).isEqualTo(3);
    assertThat(b.current().performance().maxRetries()).isEqualTo(7);
    assertThat(size(b)).isEqualTo(50);
    assertThat(causes(a)).containsExactly("start", "PATCH on a", "file on a");
    assertThat(b.history()).isEqualTo(a.history());
  }

  @Test
  void aRedisThatForgotIsToldAgain() {
    LiveConfig a = live("a");
    LiveConfig b = live("b");
    change(a, 50);
    Map<String, String> earlier = neighbour.hgetAll(KEY);
    change(a, 60);
    b.follow();
    neighbour.flushAll();
    b.follow();
    a.follow();
    assertThat(neighbour.hget(KEY, "overlay")).contains("60");
    assertThat(a.history()).isEqualTo(b.history()).hasSize(3);
    neighbour.hset(KEY, earlier);
    a.follow();
    b.follow();
    assertThat(neighbour.hget(KEY, "overlay")).as("a fail-over").contains("60");
    assertThat(size(b)).isEqualTo(60);
  }

  @Test
  void onlySoManyRevisionsAreKept() {
    LiveConfig a = live("a");
    for (int size = 1; size <= 110; size++) {
      change(a, size);
    }
    assertThat(neighbour.hlen(KEY)).isEqualTo(102);
    LiveConfig b = live("b");
    assertThat(b.history()).isEqualTo(a.history()).hasSize(100);
    assertThat(b.revision().number()).isEqualTo(111);
  }
}
