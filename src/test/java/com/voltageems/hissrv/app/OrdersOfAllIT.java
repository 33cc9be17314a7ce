package com.voltageems.hissrv.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.config.Config;
import com.voltageems.hissrv.config.LeaseConfig;
import com.voltageems.hissrv.config.ServiceConfig;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.store.StoreException;
import com.voltageems.hissrv.store.sqlite.SqliteStore;
import com.voltageems.hissrv.testkit.Await;
import com.voltageems.hissrv.testkit.ManualClock;
import com.voltageems.hissrv.testkit.TestConfig;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** History changed by hand through one of two instances with one store: it is so in both. */
class OrdersOfAllIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(Instant.parse("2026-03-01T12:00:00Z"));
  private volatile boolean refusesB;
  private PrivateRedis server;
  private RedisClient neighbour;
  private HistoryStore store;
  private HisSrv a;
  private HisSrv b;

  @BeforeEach
  void start() {
    server = PrivateRedis.start(folder.resolve("redis"));
    neighbour = RedisClient.create(server.url());
    store = new SqliteStore(folder.resolve("store"), clock);
    a = instance("a");
    b = instance("b");
    Await.until("they know each other", PATIENCE, () -> peers(a) == 2 && peers(b) == 2);
  }

  @AfterEach
  void stop() {
    refusesB = false;
    a.close();
    b.close();
    store.close();
    neighbour.close();
    server.close();
  }

  private static int peers(HisSrv service) {
    return service.leases().orElseThrow().peers().size();
  }

  private HisSrv instance(String name) {
    Config one = TestConfig.of(server.url(), folder.resolve(name));
    var service =
        new ServiceConfig(name, Duration.ofHours(1), OptionalInt.empty(), Duration.ofSeconds(4));
    var config =
        new Config(
            service,
            one.site(),
            one.redis(),
            one.aggregation(),
            one.mappings(),
            one.aggregations(),
            one.sources(),
            one.filters(),
            one.store(),
            one.performance(),
            one.logging(),
            one.api(),
            List.of(),
            new LeaseConfig(true, Duration.ofSeconds(10), 32, name),
            one.backup(),
            Optional.empty());
    HisSrv started = HisSrv.replay(config, clock, own -> shared(own, name));
    started.start();
    return started;
  }

  /** The one store, which each instance may close as if it were its own. */
  private HistoryStore shared(HistoryStore own, String name) {
    return (HistoryStore)
        Proxy.newProxyInstance(
            HistoryStore.class.getClassLoader(),
            new Class<?>[] {HistoryStore.class},
            (_, method, arguments) -> {
              if (refusesB && name.equals("b") && method.getName().equals("write")) {
                throw StoreException.retryable("down for a test", null);
              }
              try {
                return method.invoke(method.getName().equals("close") ? own : store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private void collect(HisSrv by, String time, int n) {
    neighbour.lpush(
        "archive:pending",
        "{\"timestamp\":\"2026-03-01T%sZ\",\"measurement\":\"event\",\"fields\":{\"n\":%d}}"
            .formatted(time, n));
    assertThat(by.collector().collect().collected()).isEqualTo(1);
  }

  private Map<String, FieldValue> stored() {
    var rows = new TreeMap<String, FieldValue>();
    var day = new TimeRange(clock.instant().minus(Duration.ofHours(12)), clock.instant());
    store.query(
        new SeriesQuery("event", Map.of(), Level.RAW, day),
        row -> rows.put(row.time().toString(), row.fields().get("n")));
    return rows;
  }

  private static Map<String, @Nullable Object> order(Map<String, Object> members) {
    var order = new HashMap<String, @Nullable Object>(members);
    order.put("measurement", "event");
    order.put("reason", "a test");
    return order;
  }

  @Test
  void nothingThatWaitsInTheOtherOrComesLaterChangesItBack() {
    collect(a, "10:00:00", 1);
    collect(a, "10:30:00", 1);
    Await.until("both are stored", PATIENCE, () -> stored().size() == 2);
    refusesB = true;
    collect(b, "10:01:00", 2);
    collect(b, "10:30:00", 2);
    assertThat(b.outbox().size()).isEqualTo(2);

    var deleted =
        a.deletions()
            .run(order(Map.of("start", "2026-03-01T10:00:00Z", "stop", "2026-03-01T10:10:00Z")));
    assertThat(deleted.rows()).isEqualTo(1);
    assertThat(b.outbox().size()).as("before it answers").isEqualTo(1);
    var _ =
        a.corrections()
            .run(
                order(
                    Map.of(
                        "rows",
                        List.of(
                            Map.of("time", "2026-03-01T10:30:00Z", "fields", Map.of("n", 9L))))));
    refusesB = false;
    Await.until(
        "all is delivered",
        PATIENCE,
        () -> b.sync().problems().isEmpty() && a.outbox().size() + b.outbox().size() == 0);
    assertThat(stored()).containsExactly(Map.entry("2026-03-01T10:30:00Z", FieldValue.of(9.0)));

    collect(b, "10:02:00", 3);
    collect(b, "10:30:00", 3);
    assertThat(b.outbox().size()).isZero();
  }
}
