package com.voltageems.hissrv.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.voltageems.hissrv.correct.Coarser;
import com.voltageems.hissrv.correct.Corrections.Changed;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.ledger.Cause;
import com.voltageems.hissrv.ledger.Gap;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.outbox.Balance;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.Row;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.store.StoreException;
import com.voltageems.hissrv.testkit.ManualClock;
import com.voltageems.hissrv.testkit.TestConfig;
import com.voltageems.hissrv.verify.Verification;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** History changed by hand, and everything that could change it back. */
class CorrectionIT {
  private static final Level MINUTES = Level.parse("1m").orElseThrow();
  private static final String SOURCE = "comsrv:1001:m";
  private static final String OTHER = "comsrv:1002:m";

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(at("10:00"));
  private volatile boolean refuses;
  private PrivateRedis server;
  private RedisClient neighbour;
  private HisSrv service;

  @BeforeEach
  void start() {
    server = PrivateRedis.start(folder.resolve("redis"));
    neighbour = RedisClient.create(server.url());
    open();
  }

  private void open() {
    service =
        HisSrv.replay(TestConfig.of(server.url(), folder.resolve("data")), clock, this::breakable);
  }

  @AfterEach
  void stop() {
    service.close();
    neighbour.close();
    server.close();
  }

  @Test
  void whatIsDeletedDoesNotComeBackFromAnywhere() {
    sampleUntil("10:06");
    service.sync();
    refuses = true;
    sampleUntil("10:07");
    service.sync();
    assertThat(waiting()).as("a window of each source waits").isEqualTo(2);
    sampleUntil("10:08");
    service.aggregation().closeDue();
    refuses = false;

    Map<String, @Nullable Object> order = new HashMap<String, @Nullable Object>();
    order.putAll(
        Map.of(
            "measurement",
            "telemetry",
            "tags",
            Map.of("channel", "1001"),
            "start",
            at("10:01").toString(),
            "stop",
            at("10:08").toString(),
            "reason",
            "the meter was on a test bench",
            "dry_run",
            true));
    assertThat(service.deletions().run(order).rows()).isEqualTo(5);
    assertThat(starts("1001")).hasSize(6);
    order.remove("dry_run");
    var deleted = service.deletions().run(order);

    assertThat(deleted.rows()).isEqualTo(5);
    assertThat(deleted.left()).isZero();
    assertThat(deleted.waiting()).isEqualTo(1);
    assertThat(deleted.coarser())
        .containsExactly(
            new Coarser(
                Level.parse("5m").orElseThrow(), 1, new TimeRange(at("10:00"), at("10:05"))));
    Balance balance = service.outbox().balance();
    assertThat(balance.collected())
        .isEqualTo(
            balance.delivered()
                + balance.quarantine().setAside()
                + balance.pending()
                + balance.deleted());
    service.sync();
    assertThat(starts("1001")).containsExactly(at("10:00"));
    assertThat(starts("1002")).hasSize(8);

    queueAgain("10:02", "10:06", "10:07");
    service.sync();
    assertThat(starts("1001")).as("a revision").containsExactly(at("10:00"));

    Verification verification = verify();
    assertThat(verification.missing()).isZero();
    assertThat(verification.lost()).isZero();
    assertThat(verification.resent()).isZero();
    assertThat(service.ledger().gaps(new TimeRange(at("10:00"), at("10:08"))))
        .extracting(Gap::source, Gap::cause, Gap::range)
        .containsExactly(tuple(SOURCE, Cause.DELETED, new TimeRange(at("10:01"), at("10:08"))));

    service.close();
    open();
    queueAgain("10:02", "10:06", "10:07");
    service.sync();
    assertThat(verify().lost()).isZero();
    assertThat(starts("1001")).as("after a restart").containsExactly(at("10:00"));
  }

  @Test
  void aCorrectedValueStaysAndSaysWhereTheOldOneStillIs() {
    sampleUntil("10:06");
    service.sync();
    FieldValue old = field("10:02", "voltage_avg");
    FieldValue other = field("10:02", "voltage_max");

    var corrected =
        service
            .corrections()
            .run(
                Map.of(
                    "measurement",
                    "telemetry",
                    "tags",
                    Map.of("channel", "1001", "interval", "1m"),
                    "rows",
                    List.of(
                        Map.of("time", at("10:02").toString(), "fields", Map.of("voltage_avg", 7))),
                    "reason",
                    "the sensor was calibrated wrongly"));

    assertThat(corrected.changes())
        .containsExactly(new Changed(at("10:02"), "voltage_avg", old, FieldValue.of(7.0)));
    assertThat(corrected.coarser())
        .containsExactly(
            new Coarser(
                Level.parse("5m").orElseThrow(), 1, new TimeRange(at("10:00"), at("10:05"))));
    service.sync();
    assertThat(field("10:02", "voltage_avg")).isEqualTo(FieldValue.of(7.0));
    queueAgain("10:02");
    service.sync();
    assertThat(field("10:02", "voltage_avg")).as("a revision").isEqualTo(FieldValue.of(7.0));
    assertThat(field("10:02", "voltage_max")).isEqualTo(other);
    service.close();
    open();
    queueAgain("10:02");
    service.sync();
    assertThat(field("10:02", "voltage_avg")).as("after a restart").isEqualTo(FieldValue.of(7.0));
  }

  private void sampleUntil(String time) {
    for (int n = 0; clock.instant().isBefore(at(time)); n++) {
      for (String source : List.of(SOURCE, OTHER)) {
        neighbour.hset(source, "1", "230." + n % 10);
      }
      service.aggregation().sample();
      clock.advance(Duration.ofSeconds(5));
    }
  }

  /** As a sample that came late does. */
  private void queueAgain(String... times) {
    for (String time : times) {
      String archive = "archive:1m:" + at(time).getEpochSecond() + ":1001";
      assertThat(neighbour.exists(archive)).isTrue();
      neighbour.hincrBy(archive, "revision", 1);
      neighbour.lpush("archive:pending", archive);
    }
  }

  private Verification verify() {
    return service
        .reconciler()
        .verify(new TimeRange(at("10:00"), at("10:08")), _ -> true, Set.of(MINUTES), true);
  }

  private long waiting() {
    return service.outbox().size();
  }

  private List<Row> rows(String channel) {
    var rows = new ArrayList<Row>();
    service
        .store()
        .query(
            new SeriesQuery(
                "telemetry",
                Map.of("channel", channel),
                MINUTES,
                new TimeRange(at("10:00"), at("11:00"))),
            rows::add);
    return rows;
  }

  private List<Instant> starts(String channel) {
    return rows(channel).stream().map(Row::time).toList();
  }

  private FieldValue field(String time, String field) {
    return rows("1001").stream()
        .filter(row -> row.time().equals(at(time)))
        .map(row -> row.fields().get(field))
        .findFirst()
        .orElseThrow();
  }

  private static Instant at(String time) {
    return Instant.parse("2026-03-01T" + time + ":00Z");
  }

  private HistoryStore breakable(HistoryStore store) {
    return (HistoryStore)
        Proxy.newProxyInstance(
            HistoryStore.class.getClassLoader(),
            new Class<?>[] {HistoryStore.class},
            (_, method, arguments) -> {
              if (refuses && method.getName().equals("write")) {
                throw StoreException.retryable("down for a test", null);
              }
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
