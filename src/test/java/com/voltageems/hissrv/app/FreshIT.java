package com.voltageems.hissrv.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.StoreException;
import com.voltageems.hissrv.testkit.Api;
import com.voltageems.hissrv.testkit.Await;
import com.voltageems.hissrv.testkit.ManualClock;
import com.voltageems.hissrv.testkit.TestConfig;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** {@code include=open} over HTTP: stored, waiting and open windows in one answer. */
class FreshIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String QUESTION =
      "/query?measurement=telemetry&interval=1m&start=2026-03-01T10:00:00Z";

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(Instant.parse("2026-03-01T10:00:00Z"));
  private volatile boolean storeIsDown;
  private PrivateRedis server;
  private RedisClient neighbour;
  private HisSrv service;
  private Api api;

  @BeforeEach
  void start() {
    server = PrivateRedis.start(folder.resolve("redis"));
    neighbour = RedisClient.create(server.url());
    service =
        HisSrv.replay(TestConfig.of(server.url(), folder.resolve("data")), clock, this::breakable);
    neighbour.hset("comsrv:1001:m", Map.of("1", "230.1", "2", "1.5"));
    service.start();
    api = new Api(service.port());
  }

  @AfterEach
  void stop() {
    storeIsDown = false;
    api.close();
    service.close();
    neighbour.close();
    server.close();
  }

  @Test
  void theOpenWindowSaysWhatItsCloseWouldAndAnOutageLeavesWhatIsAtHand() {
    sampleUntil("10:01:00");
    Await.until("the first window is stored", PATIENCE, () -> origins("").contains("store"));
    storeIsDown = true;
    sampleUntil("10:02:00");
    sampleUntil("10:02:20");
    service.aggregation().tick(Duration.ofSeconds(5));
    Await.until("the second waits", PATIENCE, () -> origins("").contains("outbox"));

    JsonNode open = answer("");

    assertThat(origins("")).containsExactly("archive", "outbox", "open");
    assertThat(open.path("warnings")).hasSize(1);
    assertThat(open.at("/warnings/0").asText()).contains("The store can't be read now");
    assertThat(origins("&order=desc&limit=1")).containsExactly("open");
    assertThat(answer("&fn=count&fields=voltage").at("/rows/0").toString()).contains("141");
    assertThat(api.get(QUESTION)).as("without include=open").isEmpty();

    storeIsDown = false;
    Await.until("all three", PATIENCE, () -> answer("").path("rows").size() == 3);
    assertThat(answer("").has("warnings")).isFalse();
    List<String> before = values(answer("").at("/rows/2"), columns(answer("")));
    assertThat(before).isEqualTo(values(open.at("/rows/2"), columns(open)));
    neighbour.del("comsrv:1001:m");
    clock.set(Instant.parse("2026-03-01T10:03:05Z"));
    Await.until(
        "all is stored",
        PATIENCE,
        () -> Set.copyOf(origins("")).equals(Set.of("store")) && origins("").size() >= 3);
    assertThat(values(answer("").at("/rows/2"), columns(answer("")))).isEqualTo(before);

    assertThat(
            api.post(
                "/deletions",
                "{\"measurement\":\"telemetry\",\"start\":\"2026-03-01T10:00:00Z\","
                    + "\"stop\":\"2026-03-01T10:03:00Z\",\"reason\":\"a test\"}"))
        .isPresent();
    assertThat(origins("")).as("archives that are still in Redis").isEmpty();
  }

  /** Once a second; the background may be quicker, and takes the same. */
  private void sampleUntil(String time) {
    Instant end = Instant.parse("2026-03-01T" + time + "Z");
    while (clock.instant().isBefore(end)) {
      service.aggregation().tick(Duration.ofSeconds(5));
      clock.advance(Duration.ofSeconds(1));
      neighbour.hset("comsrv:1001:m", "1", 230 + clock.instant().getEpochSecond() % 7 / 3.0 + "");
    }
  }

  private JsonNode answer(String more) {
    return api.get(QUESTION + "&stop=2026-03-01T11:00:00Z&include=open" + more).orElseThrow();
  }

  private List<String> origins(String more) {
    JsonNode answer = answer(more);
    int at = columns(answer).indexOf("origin");
    var origins = new ArrayList<String>();
    answer.path("rows").forEach(row -> origins.add(row.path(at).asText()));
    return origins;
  }

  private static List<String> columns(JsonNode answer) {
    var columns = new ArrayList<String>();
    answer.path("columns").forEach(column -> columns.add(column.asText()));
    return columns;
  }

  private static List<String> values(JsonNode row, List<String> columns) {
    var values = new ArrayList<String>();
    for (int i = 0; i < columns.size(); i++) {
      if (!columns.get(i).equals("origin")) {
        values.add(columns.get(i) + "=" + row.path(i));
      }
    }
    return values;
  }

  private HistoryStore breakable(HistoryStore store) {
    return (HistoryStore)
        Proxy.newProxyInstance(
            HistoryStore.class.getClassLoader(),
            new Class<?>[] {HistoryStore.class},
            (_, method, arguments) -> {
              if (storeIsDown && !Set.of("name", "check", "close").contains(method.getName())) {
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
