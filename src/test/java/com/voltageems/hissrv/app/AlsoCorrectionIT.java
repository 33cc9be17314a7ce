package com.voltageems.hissrv.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.voltageems.hissrv.aggregate.Functions;
import com.voltageems.hissrv.config.ConfigLoader;
import com.voltageems.hissrv.correct.Deletions.Second;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.query.Cell;
import com.voltageems.hissrv.query.QueryProblem;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.testkit.LocalInflux;
import com.voltageems.hissrv.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** What is changed by hand is changed in a second store, a real InfluxDB, and in what waits. */
class AlsoCorrectionIT {
  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

  @TempDir Path folder;
  @TempDir Path influxFolder;

  @Test
  void bothStoresAreCorrectedAndNothingIsDeletedWhileOneIsAway() throws Exception {
    try (var influx = LocalInflux.start(influxFolder, "");
        var redis = PrivateRedis.start(folder.resolve("redis"));
        var neighbour = RedisClient.create(redis.url())) {
      String database = influx.database();
      try (var service = service(redis, influx, database)) {
        push(neighbour, 0, 10);
        service.sync();
        drain(service);
        assertThat(ofSecond(influx, database)).hasSize(10).isEqualTo(ofFirst(service));
        push(neighbour, 10, 12);
        var _ = service.corrections().run(correction());
        service.sync();
        assertThat(ofFirst(service)).hasSize(12).containsEntry(START.plusSeconds(3), 70.0);

        influx.kill();
        assertThatExceptionOfType(QueryProblem.class)
            .isThrownBy(() -> service.deletions().run(deletion()))
            .matches(problem -> problem.status() == 503)
            .withMessageContaining("store.also");
        assertThat(ofFirst(service)).hasSize(12);

        influx.startAgain();
        Map<String, @Nullable Object> dry = deletion();
        dry.put("dry_run", true);
        assertThat(service.deletions().run(dry).also()).isEqualTo(new Second(5, 0, 0));
        assertThat(ofSecond(influx, database)).hasSize(10);
        var deleted = service.deletions().run(deletion());
        assertThat(deleted.rows()).isEqualTo(7);
        assertThat(deleted.also()).isEqualTo(new Second(5, 2, 0));

        drain(service);
        assertThat(ofSecond(influx, database))
            .hasSize(5)
            .containsEntry(START.plusSeconds(3), 70.0)
            .isEqualTo(ofFirst(service));
        var balance = service.also().orElseThrow().outbox().balance();
        assertThat(balance.collected()).isEqualTo(balance.delivered() + balance.deleted());
      }
    }
  }

  private static void drain(HisSrv service) throws InterruptedException {
    service.also().orElseThrow().drain().join();
  }

  private HisSrv service(PrivateRedis redis, LocalInflux influx, String database)
      throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("hissrv.yml"),
            """
            redis: {url: "%s"}
            store:
              path: "%s"
              also: {url: "%s", database: "%s"}
            """
                .formatted(redis.url(), folder.resolve("data"), influx.url(), database));
    return HisSrv.replay(
        ConfigLoader.load(file, Map.of(), Functions.builtIn()),
        new ManualClock(START.plusSeconds(60)));
  }

  private static Map<String, @Nullable Object> correction() {
    return Map.of(
        "measurement",
        "m",
        "rows",
        List.of(Map.of("time", START.plusSeconds(3).toString(), "fields", Map.of("v", 70))),
        "reason",
        "the sensor was calibrated wrongly");
  }

  private static Map<String, @Nullable Object> deletion() {
    var order = new HashMap<String, @Nullable Object>();
    order.put("measurement", "m");
    order.put("start", START.plusSeconds(5).toString());
    order.put("stop", START.plusSeconds(12).toString());
    order.put("reason", "the meter was on a test bench");
    return order;
  }

  private static void push(RedisClient neighbour, int from, int to) {
    for (int i = from; i < to; i++) {
      neighbour.lpush(
          "archive:pending",
          "{\"timestamp\":%d,\"measurement\":\"m\",\"fields\":{\"v\":%d.5}}"
              .formatted(START.getEpochSecond() + i, i));
    }
  }

  private static Map<Instant, Double> ofFirst(HisSrv service) {
    var rows = new TreeMap<Instant, Double>();
    service
        .store()
        .query(
            new SeriesQuery("m", Map.of(), Level.RAW, new TimeRange(START, START.plusSeconds(60))),
            row -> rows.put(row.time(), (Double) Cell.of(row.fields().get("v"))));
    return rows;
  }

  private static Map<Instant, Double> ofSecond(LocalInflux influx, String database)
      throws IOException {
    var rows = new TreeMap<Instant, Double>();
    new JsonMapper()
        .readTree(influx.ask("SELECT v FROM m", "&db=" + database.replace(" ", "%20")))
        .findPath("values")
        .forEach(row -> rows.put(Instant.parse(row.get(0).asText()), row.get(1).asDouble()));
    return rows;
  }
}
