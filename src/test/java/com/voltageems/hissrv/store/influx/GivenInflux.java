package com.voltageems.hissrv.store.influx;

import com.voltageems.hissrv.config.InfluxConfig;
import com.voltageems.hissrv.config.InfluxVersion;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.HistoryStoreContract;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.store.StoreException;
import com.voltageems.hissrv.store.influx.SetupStep.Outcome;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * On a real InfluxDB 2.x or 3 that somebody gives: {@code HISSRV_TEST_INFLUX_URL}, {@code _TOKEN}
 * (which may make buckets), {@code _ORG}, {@code _BUCKET}, which the names of the tests' own
 * buckets begin with. {@code ./check} runs it where the first is set.
 */
final class GivenInflux extends HistoryStoreContract {
  private @Nullable String bucket;

  @Override
  protected HistoryStore open() {
    if (bucket == null) {
      bucket = given("BUCKET") + "-" + UUID.randomUUID();
      try (var setup = new InfluxSetup(config(bucket, given("TOKEN")), Optional.empty())) {
        Assertions.assertThat(setup.run(true).getFirst().outcome()).isEqualTo(Outcome.CREATED);
        System.out.println("GivenInflux: the server is " + setup.product());
      }
    }
    return new InfluxStore(config(bucket, given("TOKEN")));
  }

  @Override
  protected boolean tellsRowsWithoutIntervalApart() {
    return false;
  }

  @AfterEach
  void letGo() {
    try (var server = new Server(config(name(), given("TOKEN")))) {
      var api = new Management(server);
      String id =
          api.get("/api/v2/buckets?" + Server.parameter("name", name()), "look it up")
              .path("buckets")
              .path(0)
              .path("id")
              .asText();
      if (!id.isEmpty()) {
        Server.Answer _ = server.manage("DELETE", "/api/v2/buckets/" + id, "");
      }
    }
  }

  @Test
  void settingUpAgainFindsAllThere() {
    try (var setup = new InfluxSetup(config(name(), given("TOKEN")), Optional.empty())) {
      Assertions.assertThat(setup.run(true))
          .extracting(SetupStep::outcome)
          .containsOnly(Outcome.FOUND);
    }
  }

  @Test
  void aNameCanNotSayMoreThanAName() {
    write(point("1", NOON, Map.of("v", FieldValue.of(1L))));
    for (String attack :
        List.of("' OR 1 = 1 --", "\\' OR 1 = 1 --", "x\\\\' OR \"channel\" = '1", "/.*/", "\\")) {
      Assertions.assertThat(
              rows(new SeriesQuery("telemetry", Map.of("channel", attack), MINUTES, day())))
          .isEmpty();
      Assertions.assertThat(rows(attack, MINUTES)).isEmpty();
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
  void aWrongTokenOrAMissingBucketIsForAPersonToMend() {
    assertFatal(config(name(), "wrong"), "401");
    assertFatal(config("no-such-bucket", given("TOKEN")), "404");
  }

  private static void assertFatal(InfluxConfig config, String words) {
    try (var other = new InfluxStore(config)) {
      StoreException refused =
          Assertions.catchThrowableOfType(
              StoreException.class,
              () -> other.write(List.of(point("1", NOON, Map.of("v", FieldValue.of(1L))))));
      Assertions.assertThat(refused.kind())
          .as(refused.getMessage())
          .isEqualTo(StoreException.Kind.FATAL);
      Assertions.assertThat(refused).hasMessageContaining(words);
    }
  }

  private String name() {
    return String.valueOf(bucket);
  }

  private static InfluxConfig config(String bucket, String token) {
    return new InfluxConfig(
        URI.create(given("URL")),
        InfluxVersion.AUTO,
        new InfluxConfig.Access(given("ORG"), bucket, token, "", "", "", ""),
        true,
        Duration.ofSeconds(20),
        Optional.empty(),
        4);
  }

  private static String given(String what) {
    String variable = "HISSRV_TEST_INFLUX_" + what;
    String value = System.getenv(variable);
    if (value == null || value.isEmpty()) {
      throw new AssertionError("set " + variable);
    }
    return value;
  }
}
