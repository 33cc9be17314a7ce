package com.voltageems.hissrv.app;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.model.CheckResult;
import com.voltageems.hissrv.testkit.ManualClock;
import com.voltageems.hissrv.testkit.TestConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** A data directory that a newer HisSrv has written: each file is refused, and none is touched. */
class NewerFilesIT {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(NOW);

  @Test
  void everyFileOfANewerVersionIsRefusedInASentenceAndLeftAsItIs() throws Exception {
    Path data = folder.resolve("data");
    try (var redis = PrivateRedis.start(folder);
        var neighbour = RedisClient.create(redis.url())) {
      var config = TestConfig.of(redis.url(), data);
      try (var service = HisSrv.replay(config, clock)) {
        push(neighbour);
        assertThat(service.sync().problems()).isEmpty();
      }
      for (Path file : files(data)) {
        raise(file);
      }
      Map<Path, ByteBuffer> before = contents(data);
      assertThat(before.keySet())
          .extracting(file -> data.relativize(file).toString())
          .contains("outbox.db", "ledger.db", "catalog.db", "store/index.db")
          .anyMatch(name -> name.startsWith("store/raw/"));

      push(neighbour);
      try (var service = HisSrv.replay(config, clock)) {
        List<String> problems = service.sync().problems();
        assertThat(problems)
            .anySatisfy(problem ->
                assertThat(problem)
                    .contains("outbox.db was written by a newer HisSrv (its version"));
        Map<String, CheckResult> health = health(service);
        for (String component : List.of("outbox", "collect", "store")) {
          CheckResult check = Objects.requireNonNull(health.get(component));
          assertThat(check.ok()).as(component).isFalse();
          assertThat(check.message()).contains("was written by a newer HisSrv");
        }
        assertThat(neighbour.exists("archive:pending")).as("what is queued stays").isTrue();
      }
      assertThat(contents(data)).isEqualTo(before);
    }
  }

  private static void push(RedisClient neighbour) {
    neighbour.lpush(
        "archive:pending",
        "{\"timestamp\":%d,\"measurement\":\"m\",\"fields\":{\"v\":1}}"
            .formatted(NOW.getEpochSecond()));
  }

  private static Map<String, CheckResult> health(HisSrv service) {
    return service.components().stream()
        .collect(toMap(component -> component.name(), component -> component.check()));
  }

  private static List<Path> files(Path data) throws IOException {
    try (var all = Files.walk(data)) {
      return all.filter(file -> file.toString().endsWith(".db")).sorted().toList();
    }
  }

  private static void raise(Path file) throws SQLException {
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        var statement = connection.createStatement()) {
      statement.execute("PRAGMA user_version = 99");
      statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    }
  }

  private static Map<Path, ByteBuffer> contents(Path data) throws IOException {
    var contents = new TreeMap<Path, ByteBuffer>();
    for (Path file : files(data)) {
      try {
        contents.put(file, ByteBuffer.wrap(Files.readAllBytes(file)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return contents;
  }
}
