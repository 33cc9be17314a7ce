package com.voltageems.hissrv.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.collect.Replay;
import com.voltageems.hissrv.config.Config;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.outbox.Quarantined;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.Row;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.store.StoreException;
import com.voltageems.hissrv.store.StoreException.Kind;
import com.voltageems.hissrv.testkit.ManualClock;
import com.voltageems.hissrv.testkit.TestConfig;
import com.voltageems.hissrv.transform.Mapping;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** What a store refuses, from a queue in Redis to SQLite behind answers that it can't give. */
class PoisonIT {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final int POINTS = 10_000;
  private static final int POISON = 6_789;

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(START.plusSeconds(60));
  private PrivateRedis server;
  private RedisClient neighbour;
  private Config config;

  @BeforeEach
  void start() {
    server = PrivateRedis.start(folder);
    neighbour = RedisClient.create(server.url());
    config = TestConfig.of(server.url(), folder.resolve("data"));
    try (var pipeline = neighbour.pipelined()) {
      for (int n = 0; n < POINTS; n++) {
        pipeline.lpush(
            "archive:pending",
            "{\"timestamp\":%d,\"measurement\":\"m\",\"tags\":{\"n\":\"%d\"},\"fields\":{\"v\":%s}}"
                .formatted(START.getEpochSecond(), n, n == POISON ? "666.5" : n));
      }
      pipeline.sync();
    }
  }

  @AfterEach
  void stop() {
    neighbour.close();
    server.close();
  }

  /** Refuses whole batches in which there is such a point, and does not name it. */
  private static HistoryStore refusing(
      HistoryStore store, Predicate<Point> points, StoreException with) {
    return (HistoryStore)
        Proxy.newProxyInstance(
            HistoryStore.class.getClassLoader(),
            new Class<?>[] {HistoryStore.class},
            (_, method, arguments) -> {
              if (method.getName().equals("write")
                  && ((List<?>) arguments[0]).stream().map(Point.class::cast).anyMatch(points)) {
                throw with;
              }
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static boolean isPoisoned(Point point) {
    return point.fields().toString().contains("666.5");
  }

  private static List<Row> rows(HisSrv service) {
    var rows = new ArrayList<Row>();
    service
        .store()
        .query(
            new SeriesQuery(
                "m",
                Map.of(),
                Level.RAW,
                new TimeRange(START.minusSeconds(1), START.plusSeconds(1))),
            rows::add);
    return rows;
  }

  @Test
  void onePoisonedPointAmongTenThousandIsSetAsideMendedAndArrives() {
    try (var service =
        HisSrv.replay(
            config,
            clock,
            store ->
                refusing(
                    store,
                    PoisonIT::isPoisoned,
                    StoreException.refused(Kind.REFUSED, "400 unable to parse")))) {
      var report = service.sync();
      assertThat(report.delivered()).isEqualTo(POINTS - 1);
      assertThat(report.quarantined()).isEqualTo(1);
      assertThat(rows(service)).hasSize(POINTS - 1);

      var quarantine = service.outbox().quarantine();
      Quarantined poisoned = quarantine.list(10).getFirst();
      assertThat(poisoned.reason()).isEqualTo("400 unable to parse");
      Point point = Objects.requireNonNull(poisoned.point());
      assertThat(point.series().tags()).containsEntry("n", Integer.toString(POISON));

      var replay = new Replay(quarantine, service.catalog(), () -> new Mapping(config.mappings()));
      Point mended =
          replay.point(
              "{\"timestamp\":%d,\"measurement\":\"m\",\"tags\":{\"n\":\"%d\"},\"fields\":{\"v\":1}}"
                  .formatted(START.getEpochSecond(), POISON));
      Quarantined repaired = quarantine.repair(poisoned, null, mended).orElseThrow();
      assertThat(replay.run(List.of(repaired))).hasSize(1);
      assertThat(service.sync().delivered()).isEqualTo(1);
      assertThat(rows(service)).hasSize(POINTS);
      assertThat(quarantine.list(10)).isEmpty();
    }
  }

  @Test
  void aMisspeltBucketQuarantinesNothing() {
    var fault = StoreException.fatal("404 bucket \"emz\" not found", null);
    var misspelt = new AtomicBoolean(true);
    try (var service =
        HisSrv.replay(config, clock, store -> refusing(store, _ -> misspelt.get(), fault))) {
      for (int tries = 0; tries < 5; tries++) {
        assertThat(service.sync().problems()).singleElement().asString().contains("\"emz\"");
      }
      assertThat(service.outbox().quarantine().list(10)).isEmpty();
      assertThat(service.outbox().size()).isEqualTo(POINTS);
      misspelt.set(false);
      assertThat(service.sync().delivered()).isEqualTo(POINTS);
      assertThat(rows(service)).hasSize(POINTS);
    }
  }
}
