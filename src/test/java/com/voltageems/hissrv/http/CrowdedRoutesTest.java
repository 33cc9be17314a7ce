package com.voltageems.hissrv.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.http.ApiFixture.Answer;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.sqlite.SqliteStore;
import com.voltageems.hissrv.testkit.Await;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More expensive questions at once than the heap or the store are there for. */
class CrowdedRoutesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String SERIES = "?measurement=telemetry&channel=1001";
  private static final String EXPLAIN = "/explain" + SERIES + "&field=voltage_avg&time=now-1m";
  private static final String ORDER =
      "{\"measurement\":\"telemetry\",\"start\":\"now-1h\",\"stop\":\"now\",\"reason\":\"r\",\"dry_run\":true}";

  /** Each with how many of it there are at once. */
  private static final Map<String, Integer> LIMITS =
      Map.of(
          "/query" + SERIES,
          3,
          "/query" + SERIES + "&format=csv",
          8,
          "/export" + SERIES,
          2,
          "/deletions",
          1);

  @TempDir Path folder;
  private final AtomicInteger asked = new AtomicInteger();
  private final CountDownLatch goOn = new CountDownLatch(1);

  @Test
  void oneMoreThanThereMayBeIsToldWhenToAskAgainAndTheOthersGetTheirAnswers() throws Exception {
    try (var api = new ApiFixture(folder, waiting());
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      api.store("telemetry", Map.of("channel", "1001", "interval", "1m"), 1, 1.0);
      var answered = new ArrayList<Future<Answer>>();
      LIMITS.forEach((path, most) -> {
        for (int i = 0; i < most; i++) {
          answered.add(threads.submit(ask(api, path)));
        }
      });
      Await.until("all are at the store", PATIENCE, () -> asked.get() == answered.size());

      var refused = new ArrayList<Future<Answer>>();
      LIMITS.keySet().forEach(path -> refused.add(threads.submit(ask(api, path))));
      refused.add(threads.submit(ask(api, EXPLAIN)));
      refused.add(threads.submit(ask(api, "/corrections")));
      List<Answer> accounts = accounts(api, threads);
      for (Future<Answer> one : refused) {
        assertBusy(one.get());
      }
      assertThat(accounts).filteredOn(one -> one.status() == 429).hasSize(1);
      accounts.stream().filter(one -> one.status() == 429).forEach(CrowdedRoutesTest::assertBusy);
      assertThat(accounts).filteredOn(one -> one.status() == 200).hasSize(4);

      goOn.countDown();
      for (Future<Answer> one : answered) {
        assertThat(one.get().status()).isEqualTo(200);
      }
      assertThat(api.get(EXPLAIN).status()).isEqualTo(200);
    }
  }

  /** Five at once, while the ledger is locked until one of them has its answer. */
  private static List<Answer> accounts(ApiFixture api, ExecutorService threads)
      throws InterruptedException, ExecutionException {
    var all = new ArrayList<Future<Answer>>();
    synchronized (api.ledger) {
      for (int i = 0; i < 5; i++) {
        all.add(threads.submit(ask(api, "/completeness")));
      }
      Await.until("one is answered", PATIENCE, () -> all.stream().anyMatch(Future::isDone));
    }
    var answers = new ArrayList<Answer>();
    for (Future<Answer> one : all) {
      answers.add(one.get());
    }
    return answers;
  }

  private static Callable<Answer> ask(ApiFixture api, String path) {
    return switch (path) {
      case "/deletions", "/corrections" -> () -> api.sendBody("POST", path, ORDER);
      default -> () -> api.get(path);
    };
  }

  private static void assertBusy(Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(429);
    assertThat(answer.problem()).isEqualTo("busy");
    assertThat(answer.header("retry-after")).matches("[1-9][0-9]*");
  }

  private HistoryStore waiting() {
    var store = new SqliteStore(folder.resolve("slow"), InstantSource.fixed(ApiFixture.NOW));
    return (HistoryStore)
        Proxy.newProxyInstance(
            HistoryStore.class.getClassLoader(),
            new Class<?>[] {HistoryStore.class},
            (_, method, arguments) -> {
              if (method.getName().equals("query")) {
                asked.incrementAndGet();
                assertThat(goOn.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
              }
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
