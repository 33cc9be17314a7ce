package com.voltageems.hissrv.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.StoreException;
import com.voltageems.hissrv.store.WriteResult;
import com.voltageems.hissrv.testkit.Api;
import com.voltageems.hissrv.testkit.Await;
import com.voltageems.hissrv.testkit.ManualClock;
import com.voltageems.hissrv.testkit.TestConfig;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** {@code /explain} of values that went the whole way. */
class ExplainIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  void aValueLeadsBackToItsSamplesItsArchiveAndItsRule() {
    var clock = new ManualClock(Instant.parse("2026-03-01T10:00:00Z"));
    try (var server = PrivateRedis.start(folder.resolve("redis"));
        var neighbour = RedisClient.create(server.url());
        var service =
            HisSrv.replay(
                TestConfig.of(server.url(), folder.resolve("data")), clock, store -> store)) {
      long _ = neighbour.hset("comsrv:1001:m", Map.of("1", "230.1", "2", "1.5"));
      service.start();
      try (var api = new Api(service.port())) {
        while (clock.instant().isBefore(Instant.parse("2026-03-01T10:06:10Z"))) {
          service.aggregation().tick(Duration.ofSeconds(5));
          boolean pauses = clock.instant().equals(Instant.parse("2026-03-01T10:05:20Z"));
          clock.advance(Duration.ofSeconds(pauses ? 11 : 1));
        }
        Await.until(
            "the window of five minutes is stored and accounted for",
            PATIENCE,
            () ->
                api.get(path("voltage_avg", "5m", "10:02:30"))
                    .filter(one -> one.at("/delivery/state").asText().equals("delivered"))
                    .isPresent());

        JsonNode five = explain(api, "voltage_avg", "5m", "10:02:30");
        assertThat(five.path("start").asText()).isEqualTo("2026-03-01T10:00:00Z");
        assertThat(five.path("value").asDouble()).isCloseTo(230.1, within(1e-9));
        assertThat(five.path("unit").asText()).isEqualTo("V");
        assertThat(five.path("origin").asText()).isEqualTo("store");
        assertThat(five.at("/samples/count").asInt()).isEqualTo(300);
        assertThat(five.at("/folded/interval").asText()).isEqualTo("1m");
        assertThat(five.at("/folded/expected").asInt()).isEqualTo(5);
        assertThat(five.at("/folded/windows")).hasSize(5);
        assertThat(five.path("source")).hasToString("{\"key\":\"comsrv:1001:m\",\"point\":\"1\"}");
        assertThat(five.at("/rule/number").asInt()).isZero();
        assertThat(five.at("/rule/statistics")).hasToString("[\"avg\",\"min\",\"max\",\"count\"]");
        assertThat(five.at("/archive/key").asText()).isEqualTo("archive:5m:1772359200:1001");
        assertThat(five.at("/archive/held").asBoolean()).isTrue();
        assertThat(five.at("/archive/revision").asInt()).isEqualTo(1);
        assertThat(five.at("/archive/collected_revision").asInt()).isEqualTo(1);
        assertThat(five.at("/archive/text").asText()).contains("230.1");
        assertThat(five.at("/delivery/delivered/first").asText())
            .isBetween("2026-03-01T10:05:00Z", five.at("/delivery/delivered/last").asText());
        assertThat(five.at("/delivery/delivered/last").asText())
            .isLessThanOrEqualTo("2026-03-01T10:06:10Z");
        assertThat(five.path("warnings")).isEmpty();

        JsonNode one = explain(api, "current", "1m", "10:04:00");
        assertThat(one.path("field").asText()).isEqualTo("current_avg");
        assertThat(one.path("folded").isNull()).isTrue();

        assertThat(one.at("/delivery/interrupted")).isEqualTo(BooleanNode.FALSE);
        JsonNode paused = await(api, "10:05:00", "delivered");
        assertThat(paused.at("/samples/count").asInt()).isEqualTo(50);
        assertThat(paused.at("/delivery/interrupted")).isEqualTo(BooleanNode.TRUE);

        JsonNode open = explain(api, "voltage_avg", "1m", "10:06:05");
        assertThat(open.path("origin").asText()).isEqualTo("open");
        assertThat(open.at("/delivery/state").asText()).isEqualTo("open");
        assertThat(open.at("/delivery/delivered").isNull()).isTrue();

        assertThat(neighbour.del("archive:5m:1772359200:1001")).isEqualTo(1);
        assertThat(
                explain(api, "voltage_avg", "5m", "10:02:30").at("/archive/held").asBoolean(true))
            .isFalse();
      }
    }
  }

  @Test
  void whatIsNotInTheStoreSaysWhyAndWhereItIs() {
    var clock = new ManualClock(Instant.parse("2026-03-01T10:00:00Z"));
    var answer = new AtomicReference<Writes>(Writes.TAKES);
    try (var server = PrivateRedis.start(folder.resolve("redis"));
        var neighbour = RedisClient.create(server.url());
        var service =
            HisSrv.replay(
                TestConfig.of(server.url(), folder.resolve("data")),
                clock,
                store -> answering(store, answer))) {
      service.start();
      try (var api = new Api(service.port())) {
        sampleUntil(service, neighbour, clock, "10:01:05");
        JsonNode delivered =
            await(api, "10:00:00", one -> !one.at("/delivery/delivered/first").isMissingNode());
        assertThat(delivered.at("/delivery/delivered/first").asText())
            .isEqualTo(delivered.at("/delivery/delivered/last").asText())
            .isBetween("2026-03-01T10:01:00Z", "2026-03-01T10:01:05Z");

        answer.set(Writes.FAILS);
        sampleUntil(service, neighbour, clock, "10:02:05");
        JsonNode pending =
            await(
                api,
                "10:01:00",
                one ->
                    one.at("/delivery/waiting").asInt() == 1
                        && one.path("origin").asText().equals("outbox"));
        assertThat(pending.at("/delivery/state").asText()).isEqualTo("pending");
        assertThat(pending.path("value").asDouble()).isCloseTo(230.1, within(1e-9));
        assertThat(pending.at("/delivery/delivered").isNull()).isTrue();

        answer.set(Writes.REFUSES);
        JsonNode refused =
            await(
                api,
                "10:01:00",
                one ->
                    one.at("/delivery/state").asText().equals("gap")
                        && one.at("/delivery/waiting").asInt() == 0
                        && one.at("/delivery/quarantined").size() == 1);
        assertThat(refused.at("/delivery/cause").asText()).isEqualTo("rejected");
        assertThat(refused.at("/delivery/waiting").asInt()).isZero();
        assertThat(refused.at("/delivery/quarantined")).hasSize(1);
        assertThat(refused.at("/delivery/quarantined/0/reason").asText())
            .isEqualTo("refused for a test");

        answer.set(Writes.TAKES);
        assertThat(neighbour.del("comsrv:1001:m")).isEqualTo(1);
        while (clock.instant().isBefore(Instant.parse("2026-03-01T10:04:05Z"))) {
          service.aggregation().tick(Duration.ofSeconds(5));
          clock.advance(Duration.ofSeconds(1));
        }
        JsonNode gap = await(api, "10:03:00", "gap");
        assertThat(gap.at("/delivery/cause").asText()).isEqualTo("absent");
        assertThat(gap.path("value").isNull()).isTrue();
        assertThat(gap.path("origin").isNull()).isTrue();
        assertThat(gap.at("/delivery/quarantined")).isEmpty();
      }
    }
  }

  /** What the store says to points. */
  private enum Writes {
    TAKES,
    FAILS,
    REFUSES
  }

  private static HistoryStore answering(HistoryStore store, AtomicReference<Writes> answer) {
    return (HistoryStore)
        Proxy.newProxyInstance(
            HistoryStore.class.getClassLoader(),
            new Class<?>[] {HistoryStore.class},
            (_, method, arguments) -> {
              if (method.getName().equals("write") && answer.get() == Writes.FAILS) {
                throw StoreException.retryable("down for a test", null);
              }
              if (method.getName().equals("write") && answer.get() == Writes.REFUSES) {
                return new WriteResult(
                    IntStream.range(0, ((List<?>) arguments[0]).size())
                        .mapToObj(i -> new WriteResult.Rejection(i, "refused for a test"))
                        .toList());
              }
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static void sampleUntil(
      HisSrv service, RedisClient neighbour, ManualClock clock, String time) {
    while (clock.instant().isBefore(Instant.parse("2026-03-01T" + time + "Z"))) {
      neighbour.hset("comsrv:1001:m", "1", "230.1");
      service.aggregation().tick(Duration.ofSeconds(5));
      clock.advance(Duration.ofSeconds(1));
    }
  }

  private static JsonNode await(Api api, String time, String state) {
    return await(api, time, one -> one.at("/delivery/state").asText().equals(state));
  }

  private static JsonNode await(Api api, String time, Predicate<JsonNode> wanted) {
    var found = new AtomicReference<JsonNode>();
    Await.until(
        "the window of " + time + " is as wanted",
        PATIENCE,
        () -> {
          var answer = api.get(path("voltage_avg", "1m", time)).filter(wanted);
          answer.ifPresent(found::set);
          return answer.isPresent();
        });
    return found.get();
  }

  private static String path(String field, String level, String time) {
    return "/explain?measurement=telemetry&channel=1001&field=%s&interval=%s&time=2026-03-01T%sZ"
        .formatted(field, level, time);
  }

  private static JsonNode explain(Api api, String field, String level, String time) {
    return api.get(path(field, level, time)).orElseThrow();
  }
}
