package com.voltageems.hissrv.correct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.outbox.Delivery;
import com.voltageems.hissrv.outbox.Intake;
import com.voltageems.hissrv.outbox.Outbox;
import com.voltageems.hissrv.query.QueryProblem;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.store.sqlite.SqliteStore;
import com.voltageems.hissrv.testkit.ManualClock;
import com.voltageems.hissrv.transform.Amendments.Deletion;
import com.voltageems.hissrv.transform.Catalog;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** What is ordered through one of several instances that have one Redis and one store. */
class CommonOrdersIT {
  private static final Instant TEN = Instant.parse("2026-03-01T10:00:00Z");
  private static final TimeRange HOUR = new TimeRange(TEN, TEN.plus(Duration.ofHours(1)));

  @TempDir static Path redisFolder;
  private static PrivateRedis server;
  private static RedisClient neighbour;

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(TEN.plus(Duration.ofHours(2)));
  private final AtomicLong nanos = new AtomicLong();
  private final List<Instance> instances = new ArrayList<>();
  private HistoryStore store;

  /** One of them, without loops. */
  private final class Instance implements AutoCloseable {
    private final RedisConnection redis;
    private final Outbox outbox;
    private final Catalog catalog;
    private final CommonOrders orders;

    Instance(String name, String url, List<String> alive) {
      redis = new RedisConnection(url);
      outbox = new Outbox(folder.resolve(name + "-outbox.db"), clock);
      catalog = new Catalog(folder.resolve(name + "-catalog.db"));
      orders =
          new CommonOrders(
              redis,
              store,
              outbox,
              catalog,
              () -> name,
              () -> alive,
              Runnable::run,
              clock,
              nanos::get);
      instances.add(this);
      orders.begin();
    }

    void hold(Point point) {
      var intake = new Intake();
      intake.deliver("entry", point);
      outbox.append(intake);
    }

    void deliver() {
      List<Delivery> batch = outbox.oldest(100);
      store.write(batch.stream().map(Delivery::point).toList());
      outbox.acknowledge(batch, Map.of());
    }

    void delete() {
      orders.issue(deletion(), () -> store.delete(deletion().rows()));
    }

    /** What of a row that still comes from Redis counts. */
    List<String> leftOf(Point point) {
      return catalog.amendments().left(point).stream()
          .flatMap(left -> left.fields().keySet().stream())
          .toList();
    }

    @Override
    public void close() {
      redis.close();
      outbox.close();
      catalog.close();
    }
  }

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
  void start() {
    neighbour.flushAll();
    store = new SqliteStore(folder.resolve("store"), clock);
  }

  @AfterEach
  void stop() {
    instances.forEach(Instance::close);
    store.close();
  }

  private Instance instance(String name, String... alive) {
    return new Instance(name, server.url(), List.of(alive));
  }

  private static Point point(int minute, Map<String, Double> values) {
    var fields = new TreeMap<String, FieldValue>();
    values.forEach((name, value) -> fields.put(name, FieldValue.of(value)));
    return new Point(
        SeriesKey.of("telemetry", Map.of("channel", "1")),
        TEN.plus(Duration.ofMinutes(minute)),
        fields);
  }

  private static Point point(int minute, double value) {
    return point(minute, Map.of("v", value, "w", 1.0));
  }

  private static CommonOrder deletion() {
    var tags = new TreeMap<>(Map.of("channel", "1"));
    return new CommonOrder(List.of(new Deletion("telemetry", tags, Level.RAW, HOUR)), List.of());
  }

  private static CommonOrder correction(int minute, double value) {
    return new CommonOrder(List.of(), List.of(point(minute, Map.of("v", value))));
  }

  private List<String> stored() {
    var values = new ArrayList<String>();
    store.query(
        new SeriesQuery("telemetry", Map.of(), Level.RAW, HOUR),
        row -> values.add(String.valueOf(row.fields().get("v"))));
    return values;
  }

  private static String value(double v) {
    return FieldValue.of(v).toString();
  }

  @Test
  void whatWaitsInAnothersOutboxDoesNotBringBackWhatWasDeleted() {
    Instance a = instance("a");
    Instance b = instance("b");
    b.hold(point(1, 230));
    b.hold(point(61, 231));
    a.delete();
    b.orders.follow();
    b.deliver();
    assertThat(stored()).isEmpty();
    assertThat(b.outbox.totals().stored()).as("what lies after it").isEqualTo(1);
    assertThat(b.leftOf(point(2, 230))).as("late from Redis").isEmpty();
    b.hold(point(3, 7));
    b.orders.follow();
    b.deliver();
    assertThat(stored()).as("brought by hand afterwards").containsExactly(value(7));
  }

  @Test
  void aCorrectionReplacesWhatWaitsInAnothersOutboxAndOutlivesTheLossOfTheFirst() {
    Instance a = instance("a");
    Instance b = instance("b");
    b.hold(point(1, 230));
    a.orders.issue(correction(1, 400), () -> {});
    b.orders.follow();
    b.deliver();
    assertThat(stored()).containsExactly(value(400));
    assertThat(b.leftOf(point(1, 230))).containsExactly("w");
    a.hold(point(1, Map.of("v", 400.0)));
    b.orders.issue(correction(1, 500), () -> b.hold(point(1, Map.of("v", 500.0))));
    b.deliver();
    a.orders.follow();
    a.deliver();
    assertThat(stored()).as("the later one").containsExactly(value(500));
  }

  @Test
  void theWorkIsNotBegunBeforeThoseWhoLiveHaveCarriedOutTheOrder() throws InterruptedException {
    Instance a = instance("a", "a", "b");
    Instance b = instance("b");
    b.hold(point(1, 230));
    var waiting = new ArrayList<Long>();
    Thread issuing =
        Thread.startVirtualThread(
            () -> a.orders.issue(deletion(), () -> waiting.add(b.outbox.size())));
    while (issuing.isAlive()) {
      b.orders.follow();
    }
    issuing.join();
    assertThat(waiting).containsExactly(0L);
  }

  @Test
  void whoWasPausedMayHaveWrittenMeanwhileAndDeletesOnceMoreWhoWasThereDoesNot() {
    Instance a = instance("a");
    Instance b = instance("b");
    a.delete();
    store.write(List.of(point(1, 230)));
    b.orders.follow();
    assertThat(stored()).as("brought by hand").containsExactly(value(230));
    a.delete();
    nanos.addAndGet(Duration.ofMinutes(1).toNanos());
    store.write(List.of(point(2, 230)));
    b.orders.follow();
    assertThat(stored()).isEmpty();
  }

  @Test
  void aNewInstanceKeepsOutWhatWasDeletedBeforeItAndTouchesNothing() {
    instance("a").delete();
    store.write(List.of(point(1, 230)));
    nanos.addAndGet(Duration.ofMinutes(1).toNanos());
    Instance c = instance("c");
    assertThat(stored()).containsExactly(value(230));
    assertThat(c.leftOf(point(2, 230))).isEmpty();
  }

  @Test
  void anInstanceThatWasDownCarriesOutWhatWasOrderedBeforeItDelivers() {
    Instance a = instance("a");
    Instance b = instance("b");
    b.hold(point(1, 230));
    instances.remove(b);
    b.close();
    a.delete();
    assertThat(instance("b").outbox.size()).isZero();
  }

  @Test
  void withoutRedisNothingIsOrdered() {
    var alone = new Instance("alone", "redis://127.0.0.1:1", List.of());
    var done = new ArrayList<String>();
    assertThatThrownBy(() -> alone.orders.issue(deletion(), () -> done.add("done")))
        .isInstanceOfSatisfying(
            QueryProblem.class, problem -> assertThat(problem.status()).isEqualTo(503));
    assertThat(done).isEmpty();
  }

  @Test
  void onlySoManyOrdersAreKeptForAMonth() {
    Instance a = instance("a");
    a.delete();
    clock.advance(Duration.ofDays(32));
    a.orders.issue(correction(1, 1), () -> {});
    assertThat(neighbour.hkeys("hissrv:deletions"))
        .containsExactlyInAnyOrder("first", "last", "bytes", "a:a", "o2");
    for (int i = 0; i < 1_010; i++) {
      a.orders.issue(correction(1, i), () -> {});
    }
    assertThat(neighbour.hlen("hissrv:deletions")).isEqualTo(1_004);
    assertThat(neighbour.hmget("hissrv:deletions", "first", "last")).startsWith("13", "1012");
    assertThat(neighbour.ttl("hissrv:deletions")).isPositive();
  }
}
