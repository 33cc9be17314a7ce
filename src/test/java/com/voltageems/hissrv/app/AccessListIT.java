package com.voltageems.hissrv.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.aggregate.Functions;
import com.voltageems.hissrv.collect.Replay;
import com.voltageems.hissrv.config.Config;
import com.voltageems.hissrv.config.ConfigLoader;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.outbox.Quarantined;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.testkit.ManualClock;
import com.voltageems.hissrv.testkit.TestConfig;
import com.voltageems.hissrv.transform.Mapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisClient;

/** The user that the operations guide has one make, with no right more than stands there. */
class AccessListIT {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(START);
  private PrivateRedis server;
  private RedisClient owner;

  @BeforeEach
  void startRedis() throws IOException {
    server = PrivateRedis.start(folder);
    try (var first = RedisClient.create(server.url())) {
      acl(first, "SETUSER owner on >0wner ~* &* +@all");
      acl(first, documented("SETUSER hissrv on ").replace("PASSWORD", "s3cret"));
    }
    owner = RedisClient.create("redis://owner:0wner@127.0.0.1:" + server.port());
    acl(owner, "SETUSER default off");
    acl(owner, "LOG RESET");
  }

  private static String documented(String start) throws IOException {
    return Files.readAllLines(Path.of("docs/operations.md")).stream()
        .filter(line -> line.startsWith("ACL " + start))
        .findFirst()
        .orElseThrow()
        .substring(4);
  }

  @AfterEach
  void stopRedis() {
    owner.close();
    server.close();
  }

  private static Object acl(RedisClient client, String words) {
    var command = new CommandArguments(Protocol.Command.ACL);
    for (String word : words.split(" ", -1)) {
      command.add(word);
    }
    return client.executeCommand(command);
  }

  private String url(String password) {
    return "redis://hissrv:" + password + "@127.0.0.1:" + server.port();
  }

  @Test
  void aCycleFromSampleToStoreNeedsNoRightMore() {
    Config config = TestConfig.of(url("s3cret"), folder.resolve("data"));
    owner.hset("archive:1m:" + (START.getEpochSecond() - 60) + ":77", Map.of("1_avg", "5"));
    owner.lpush("archive:pending", "{\"no\":\"document\"}");
    try (var service = HisSrv.replay(config, clock)) {
      for (int second = 0; second <= 330; second += 10) {
        clock.set(START.plusSeconds(second));
        owner.hset("comsrv:1001:m", Map.of("1", Integer.toString(second / 70), "2", "7"));
        owner.hset("modsrv:x:measurement", Map.of("1", Integer.toString(second)));
        service.aggregation().sample();
        service.sync();
      }
      service.sync();
      assertThat((List<?>) acl(owner, "LOG")).isEmpty();
      assertThat(owner.keys("archive:5m:*")).hasSize(2);
    }
  }

  @Test
  void withLeasesItNeedsWhatIsNamedForThem() throws IOException {
    acl(owner, documented("SETUSER hissrv +"));
    Path file =
        Files.writeString(
            folder.resolve("hissrv.yml"),
            """
            redis: {url: "%s"}
            store: {type: influxdb, path: "%s"}
            influxdb: {url: "http://127.0.0.1:1", database: ems}
            lease: {enabled: true}
            mappings:
              - source_pattern: "comsrv:([0-9]+):m"
                measurement: telemetry
                field_mappings: {"1": v}
            """
                .formatted(url("s3cret"), folder.resolve("data")));
    try (var service =
        HisSrv.replay(ConfigLoader.load(file, Map.of(), Functions.builtIn()), clock)) {
      service.leases().orElseThrow().turn();
      owner.lpush("archive:pending", "{bad", "{\"timestamp\":1,\"measurement\":\"m\"}");
      for (int second = 0; second <= 90; second += 10) {
        clock.set(START.plusSeconds(second));
        owner.hset("comsrv:1001:m", Map.of("1", Integer.toString(second)));
        service.aggregation().tick(Duration.ofSeconds(5));
      }
      collect(service);
      var quarantine = service.collector().quarantine();
      var replay = new Replay(quarantine, service.catalog(), () -> new Mapping(List.of()));
      String good = "{\"timestamp\":100,\"measurement\":\"m\",\"fields\":{\"v\":1}}";
      Quarantined item = quarantine.list(2).getFirst();
      assertThat(replay.run(List.of(quarantine.repair(item, good, null).orElseThrow()))).hasSize(1);
      assertThat(quarantine.discard(List.of(quarantine.last()))).isEqualTo(1);
      collect(service);
      var all = service.outbox().oldest(100);
      assertThat(all).isNotEmpty();
      service.outbox().acknowledge(all, Map.of());
      collect(service);
      assertThat(owner.keys("{archive:pending}:*")).isEmpty();
      service.leases().orElseThrow().leave();
      assertThat((List<?>) acl(owner, "LOG")).isEmpty();
    }
  }

  private static void collect(HisSrv service) {
    var _ = service.collector().collect();
    service.ledger().flush();
    service.collector().settle(() -> true);
  }

  @Test
  void aWrongPasswordAndAMissingRightAreSaidAndOverWhenMended() {
    try (var redis = new RedisConnection(url("wr0ng"))) {
      assertThat(redis.check().message())
          .contains("user or password is wrong", "WRONGPASS")
          .doesNotContain("wr0ng");
      acl(owner, "SETUSER hissrv >wr0ng");
      assertThat(redis.check().ok()).isTrue();
      acl(owner, "SETUSER hissrv -llen");
      assertThat(refusal(redis)).contains("has not the rights", "llen");
      assertThat(redis.check().message())
          .contains("has not the rights", "llen", "docs/operations.md");
      acl(owner, "SETUSER hissrv +llen");
      assertThat(redis.length("archive:pending")).isZero();
    }
  }

  private static String refusal(RedisConnection redis) {
    try {
      return "length " + redis.length("archive:pending");
    } catch (RuntimeException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
