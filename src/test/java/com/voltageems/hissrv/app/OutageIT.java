package com.voltageems.hissrv.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.testkit.Await;
import com.voltageems.hissrv.testkit.LockHolder;
import com.voltageems.hissrv.testkit.TestConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The service as it runs, with the store and Redis taken away and given back: everything a
 * neighbour's push was acknowledged for arrives, and nobody lends a hand.
 */
class OutageIT {
  private static final Duration RECOVERY = Duration.ofSeconds(30);
  private static final Duration OUTAGE = Duration.ofSeconds(4);
  private static final Instant FIRST = Instant.parse("2026-03-01T10:00:00Z");
  private static final String[] DURABLE = {"--appendonly", "yes", "--appendfsync", "always"};

  @TempDir Path folder;
  private PrivateRedis server;
  private Path data;
  private Neighbour neighbour;
  private @Nullable HisSrv service;

  @BeforeEach
  void start() {
    server = PrivateRedis.start(folder, 0, DURABLE);
    data = folder.resolve("data");
    neighbour = new Neighbour(server.url());
  }

  @AfterEach
  void stop() {
    neighbour.close();
    if (service != null) {
      service.close();
    }
    server.close();
  }

  /** Pushes a document every few milliseconds and remembers those Redis took. */
  private static final class Neighbour implements AutoCloseable {
    private final Set<Instant> acknowledged = new ConcurrentSkipListSet<>();
    private final RedisClient redis;
    private final Thread thread;
    private volatile boolean stopped;

    Neighbour(String url) {
      redis = RedisClient.create(url);
      thread = Thread.ofPlatform().start(this::run);
    }

    @Override
    public void close() {
      stopped = true;
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      redis.close();
    }

    private void run() {
      for (int n = 0; !stopped; n++) {
        Instant time = Instant.ofEpochMilli(FIRST.toEpochMilli() + n);
        try {
          redis.lpush(
              "archive:pending",
              "{\"timestamp\":"
                  + time.toEpochMilli()
                  + ",\"measurement\":\"outage\",\"tags\":{\"by\":\"test\"},\"fields\":{\"n\":"
                  + n
                  + "}}");
          acknowledged.add(time);
        } catch (JedisException e) {
          Await.pause(Duration.ofMillis(50));
        }
        Await.pause(Duration.ofMillis(5));
      }
    }
  }

  private HisSrv startService() {
    var started = HisSrv.live(TestConfig.of(server.url(), data), InstantSource.system());
    started.start();
    service = started;
    return started;
  }

  private static Set<Instant> stored(HisSrv service) {
    var times = new TreeSet<Instant>();
    service
        .store()
        .query(
            new SeriesQuery(
                "outage",
                Map.of(),
                Level.RAW,
                new TimeRange(FIRST.minusSeconds(60), FIRST.plusSeconds(7_200))),
            row -> assertThat(times.add(row.time())).as("%s came twice", row.time()).isTrue());
    return times;
  }

  private void verifyEverythingArrives(HisSrv service) {
    Await.until("enough is pushed", RECOVERY, () -> neighbour.acknowledged.size() > 300);
    neighbour.close();
    Await.until("the queue is empty", RECOVERY, () -> service.queueSize().orElse(1) == 0);
    assertThat(stored(service)).containsAll(neighbour.acknowledged);
    assertThat(service.outbox().totals().quarantined()).isZero();
  }

  private static String health(HisSrv service) {
    return get(service, "/health");
  }

  /** The gateway gives up after five seconds. */
  private static String get(HisSrv service, String path) {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + path))
            .timeout(Duration.ofSeconds(5))
            .build();
    try (var client = HttpClient.newHttpClient()) {
      var answer = client.send(request, BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      return answer.body();
    } catch (IOException e) {
      throw new AssertionError(path + " does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static void awaitDown(HisSrv service, String component) {
    Await.until(
        component + " is down in /health",
        RECOVERY,
        () -> {
          String health = health(service);
          return health.startsWith("{\"status\":\"degraded\"")
              && health.contains("\"" + component + "\":{\"status\":\"down\"");
        });
  }

  private static void awaitUp(HisSrv service) {
    Await.until(
        "all is up in /health", RECOVERY, () -> health(service).startsWith("{\"status\":\"up\""));
  }

  private Path[] storeFiles() throws IOException {
    try (Stream<Path> files = Files.walk(data.resolve("store"))) {
      return files.filter(file -> file.toString().endsWith(".db")).toArray(Path[]::new);
    }
  }

  @Test
  void theStoreIsTakenAwayInFlow() throws IOException {
    HisSrv running = startService();
    Await.until("something is stored", RECOVERY, () -> processed(running) > 0);
    try (var _ = LockHolder.lock(storeFiles())) {
      awaitDown(running, "deliver");
      Await.pause(OUTAGE);
    }
    awaitUp(running);

    Path store = data.resolve("store");
    Path aside = data.resolve("store.aside");
    Files.move(store, aside);
    Files.writeString(store, "not a folder");
    awaitDown(running, "store");
    Await.pause(OUTAGE);
    Files.delete(store);
    Files.move(aside, store);
    awaitUp(running);
    verifyEverythingArrives(running);
  }

  @Test
  void theStoreIsAwayAtStart() throws IOException {
    Files.createDirectories(data);
    Path store = data.resolve("store");
    Files.writeString(store, "not a folder");
    HisSrv running = startService();
    awaitDown(running, "store");
    awaitDown(running, "deliver");
    Await.pause(OUTAGE);
    Files.delete(store);
    awaitUp(running);
    verifyEverythingArrives(running);
  }

  @Test
  void theOutboxIsTakenAwayInFlowAndRedisKeepsWhatItHolds() throws IOException {
    HisSrv running = startService();
    Await.until("something is stored", RECOVERY, () -> processed(running) > 0);
    Path aside = folder.resolve("data.aside");
    Files.move(data, aside);
    Files.writeString(data, "not a folder");
    awaitDown(running, "outbox");
    awaitDown(running, "collect");
    Await.pause(OUTAGE);
    Files.delete(data);
    Files.move(aside, data);
    awaitUp(running);
    verifyEverythingArrives(running);
  }

  @Test
  void redisIsKilledInFlowAndComesBack() {
    HisSrv running = startService();
    Await.until("something is stored", RECOVERY, () -> processed(running) > 0);
    int port = server.port();
    for (int i = 0; i < 2; i++) {
      server.kill();
      awaitDown(running, "redis");
      Await.pause(OUTAGE);
      server.close();
      server = PrivateRedis.start(folder, port, DURABLE);
      awaitUp(running);
      Await.pause(Duration.ofSeconds(1));
    }
    verifyEverythingArrives(running);
  }

  @Test
  void aRedisThatHangsKeepsNobodyWaiting() throws IOException {
    HisSrv running = startService();
    Await.until("something is stored", RECOVERY, () -> processed(running) > 0);
    signal("STOP");
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new ArrayList<Future<String>>();
      for (int i = 0; i < 10; i++) {
        answers.add(callers.submit(() -> get(running, "/status")));
        answers.add(callers.submit(() -> get(running, "/health")));
      }
      assertThat(answers)
          .extracting(Future::get)
          .anySatisfy(answer -> assertThat(answer).contains("\"queue_size\":null"))
          .anySatisfy(answer -> assertThat(answer).contains("degraded"));
    } finally {
      signal("CONT");
    }
    awaitUp(running);
    verifyEverythingArrives(running);
  }

  private void signal(String name) throws IOException {
    var kill = new ProcessBuilder("kill", "-" + name, Long.toString(server.pid())).start();
    assertThat(kill.onExit().join().exitValue()).isZero();
  }

  @Test
  void redisIsAwayAtStart() {
    int port = server.port();
    Await.pause(Duration.ofSeconds(2));
    server.kill();
    server.close();
    HisSrv running = startService();
    awaitDown(running, "redis");
    awaitDown(running, "aggregate");
    Await.pause(OUTAGE);
    server = PrivateRedis.start(folder, port, DURABLE);
    awaitUp(running);
    Await.pause(Duration.ofSeconds(2));
    verifyEverythingArrives(running);
  }

  @Test
  void theServiceIsStoppedAndStartedOverAndOver() {
    for (int i = 0; i < 4; i++) {
      HisSrv running = startService();
      Await.until("something is stored", RECOVERY, () -> processed(running) > 0);
      Await.pause(Duration.ofMillis(500));
      running.close();
    }
    verifyEverythingArrives(startService());
  }

  private static long processed(HisSrv service) {
    return service.outbox().totals().stored();
  }
}
