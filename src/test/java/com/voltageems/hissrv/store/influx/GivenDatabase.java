package com.voltageems.hissrv.store.influx;

import com.voltageems.hissrv.config.InfluxConfig;
import com.voltageems.hissrv.config.InfluxVersion;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.HistoryStoreContract;
import com.voltageems.hissrv.store.StoreException;
import com.voltageems.hissrv.store.influx.SetupStep.Outcome;
import com.voltageems.hissrv.testkit.Await;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * On a real server that somebody gives and that knows databases, as InfluxDB 1.x and openGemini do:
 * {@code HISSRV_TEST_INFLUXQL_URL}. Each test has a database of its own. {@code ./check} runs it
 * where that is set.
 */
final class GivenDatabase extends HistoryStoreContract {
  private @Nullable String database;

  @Override
  protected HistoryStore open() {
    if (database == null) {
      database = "kit-" + UUID.randomUUID();
      try (var setup = new InfluxSetup(config(database), Optional.of(Duration.ofDays(36_500)))) {
        Assertions.assertThat(setup.run(true).getFirst().outcome()).isEqualTo(Outcome.CREATED);
        System.out.println("GivenDatabase: the server is " + setup.product());
      }
    }
    return settling(new InfluxStore(config(database)));
  }

  /** Where what was written is to be read only some milliseconds later, each write takes these. */
  private static HistoryStore settling(HistoryStore store) {
    String millis = System.getenv("HISSRV_TEST_INFLUXQL_SETTLE_MS");
    if (millis == null || millis.isEmpty()) {
      return store;
    }
    var pause = Duration.ofMillis(Long.parseLong(millis));
    return (HistoryStore)
        Proxy.newProxyInstance(
            HistoryStore.class.getClassLoader(),
            new Class<?>[] {HistoryStore.class},
            (_, method, arguments) -> {
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw Objects.requireNonNull(e.getCause());
              } finally {
                if (method.getName().equals("write")) {
                  Await.pause(pause);
                }
              }
            });
  }

  @AfterEach
  void letGo() {
    try (var server = new Server(config(name()))) {
      server.query("DROP DATABASE \"" + name() + "\"", Duration.ofSeconds(20), (_, _) -> {});
    }
  }

  @Test
  void settingUpAgainFindsAllThere() {
    try (var setup = new InfluxSetup(config(name()), Optional.of(Duration.ofDays(36_500)))) {
      Assertions.assertThat(setup.run(true))
          .extracting(SetupStep::outcome)
          .containsOnly(Outcome.FOUND);
    }
  }

  @Test
  void aTypeConflictBlamesPointsAndTheOthersAreThere() {
    write(point("1", NOON, Map.of("v", FieldValue.of(1L))));
    StoreException refused =
        Assertions.catchThrowableOfType(
            StoreException.class,
            () ->
                store()
                    .write(
                        List.of(
                            point("2", NOON, Map.of("v", FieldValue.of("text"))),
                            point("3", NOON, Map.of("v", FieldValue.of(3L))))));
    Assertions.assertThat(refused.kind())
        .as(refused.getMessage())
        .isEqualTo(StoreException.Kind.BAD_POINTS);
    Assertions.assertThat(rows("telemetry", MINUTES))
        .extracting(row -> row.tags().get("channel"))
        .containsExactly("1", "3");
  }

  @Test
  void aMissingDatabaseIsForAPersonToMend() {
    try (var other = new InfluxStore(config("nowhere"))) {
      StoreException refused =
          Assertions.catchThrowableOfType(
              StoreException.class,
              () -> other.write(List.of(point("1", NOON, Map.of("v", FieldValue.of(1L))))));
      Assertions.assertThat(refused.kind())
          .as(refused.getMessage())
          .isEqualTo(StoreException.Kind.FATAL);
      Assertions.assertThat(other.check().ok()).isFalse();
    }
  }

  private String name() {
    return String.valueOf(database);
  }

  private static InfluxConfig config(String database) {
    String url = System.getenv("HISSRV_TEST_INFLUXQL_URL");
    if (url == null || url.isEmpty()) {
      throw new AssertionError("set HISSRV_TEST_INFLUXQL_URL");
    }
    return new InfluxConfig(
        URI.create(url),
        InfluxVersion.AUTO,
        new InfluxConfig.Access("", "", "", database, "", "", ""),
        true,
        Duration.ofSeconds(20),
        Optional.empty(),
        4);
  }
}
