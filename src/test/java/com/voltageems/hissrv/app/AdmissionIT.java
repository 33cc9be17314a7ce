package com.voltageems.hissrv.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.collect.Replay;
import com.voltageems.hissrv.config.Config;
import com.voltageems.hissrv.config.MappingConfig;
import com.voltageems.hissrv.config.MappingConfig.Field;
import com.voltageems.hissrv.config.Scaling;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.model.FieldType;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Statistic;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.outbox.Quarantined;
import com.voltageems.hissrv.store.Row;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.testkit.ManualClock;
import com.voltageems.hissrv.testkit.TestConfig;
import com.voltageems.hissrv.transform.Mapping;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** Types and bounds, from Redis to the store and the quarantine, across restarts. */
class AdmissionIT {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(START.plusSeconds(60));
  private PrivateRedis server;
  private RedisClient neighbour;

  @BeforeEach
  void start() {
    server = PrivateRedis.start(folder);
    neighbour = RedisClient.create(server.url());
  }

  @AfterEach
  void stop() {
    neighbour.close();
    server.close();
  }

  private Config config(int maxSeries) {
    var scaled = new Field("t", "K", null, null, List.of(), null, new Scaling(0.1, 273.15));
    var state =
        new Field(
            "on", null, null, EnumSet.of(Statistic.LAST), List.of(), FieldType.BOOL, Scaling.NONE);
    List<MappingConfig> rules =
        List.of(
            rule("telemetry", Map.of("1", scaled), new MappingConfig.Then(true, null)),
            rule("states", Map.of("2", state), new MappingConfig.Then(false, maxSeries)));
    Config usual = TestConfig.of(server.url(), folder.resolve("data"));
    return new Config(
        usual.service(),
        usual.site(),
        usual.redis(),
        usual.aggregation(),
        rules,
        usual.aggregations(),
        usual.sources(),
        usual.filters(),
        usual.store(),
        usual.performance(),
        usual.logging(),
        usual.api());
  }

  private static MappingConfig rule(
      String measurement, Map<String, Field> fields, MappingConfig.Then then) {
    return new MappingConfig(
        Pattern.compile("comsrv:(\\d+):m"),
        measurement,
        List.of(MappingConfig.Tag.fixed("site", "north"), new MappingConfig.Tag("channel", 1)),
        fields,
        false,
        Statistic.USUAL,
        List.of(),
        then);
  }

  private void document(String tag, String value) {
    neighbour.lpush(
        "archive:pending",
        "{\"timestamp\":%d,\"measurement\":\"states\",\"tags\":{\"n\":\"%s\"},\"fields\":{\"v\":%s}}"
            .formatted(START.getEpochSecond(), tag, value));
  }

  private static List<Row> rows(HisSrv service, String measurement, Level level) {
    var rows = new ArrayList<Row>();
    service
        .store()
        .query(
            new SeriesQuery(
                measurement,
                Map.of(),
                level,
                new TimeRange(START.minusSeconds(60), START.plusSeconds(120))),
            rows::add);
    return rows;
  }

  @Test
  void aSampledSourceBecomesScaledAndTypedPointsInTwoMeasurements() {
    clock.set(START);
    try (var service = HisSrv.replay(config(100), clock)) {
      for (String value : List.of("100", "300")) {
        neighbour.hset("comsrv:7:m", Map.of("1", value, "2", "1"));
        service.aggregation().sample();
        clock.set(clock.instant().plusSeconds(1));
      }
      clock.set(START.plusSeconds(61));
      assertThat(service.sync().problems()).isEmpty();
      Level minute = Level.parse("1m").orElseThrow();
      assertThat(rows(service, "telemetry", minute))
          .singleElement()
          .satisfies(row -> {
            assertThat(row.fields())
                .containsEntry("t_min", FieldValue.of(0.1 * 100 + 273.15))
                .containsEntry("t_max", FieldValue.of(0.1 * 300 + 273.15))
                .containsEntry("t_count", FieldValue.of(2L));
          });
      assertThat(rows(service, "states", minute))
          .singleElement()
          .satisfies(row ->
              assertThat(row.fields()).containsExactly(Map.entry("on_last", FieldValue.of(true))));
      assertThat(service.catalog().entries())
          .extracting(entry -> entry.measurement() + " " + entry.tags())
          .containsExactly("states channel=7,site=north", "telemetry channel=7,site=north");
    }
  }

  @Test
  void anotherTypeGoesToQuarantineAlsoAfterARestartAndHoldsNothingUp() {
    try (var service = HisSrv.replay(config(100), clock)) {
      document("1", "1.5");
      assertThat(service.sync().delivered()).isEqualTo(1);
    }
    try (var service = HisSrv.replay(config(100), clock)) {
      document("2", "\"off\"");
      document("3", "{\"type\":\"integer\",\"value\":4}");
      assertThat(service.sync().delivered()).isEqualTo(1);
      assertThat(rows(service, "states", Level.RAW)).hasSize(2);
      Quarantined refused = service.outbox().quarantine().list(10).getFirst();
      assertThat(refused.reason()).contains("field \"v\" of states is float", "\"off\" (string)");
      assertThat(refused.point()).isNotNull();
      assertThat(service.metrics().value("types_refused")).isEqualTo(1);
    }
  }

  @Test
  void newSeriesBeyondTheBoundWaitInQuarantineUntilItIsRaised() {
    try (var service = HisSrv.replay(config(2), clock)) {
      document("1", "1");
      document("2", "1");
      assertThat(service.sync().delivered()).isEqualTo(2);
      assertThat(service.collector().check().warning()).isNull();
    }
    try (var service = HisSrv.replay(config(2), clock)) {
      document("3", "1");
      document("1", "2");
      var report = service.sync();
      assertThat(report.delivered()).isEqualTo(1);
      assertThat(report.quarantined()).isEqualTo(1);
      assertThat(service.metrics().value("series_refused")).isEqualTo(1);
      assertThat(service.collector().check().ok()).isTrue();
      assertThat(service.collector().check().warning()).contains("states (2)");
      var quarantine = service.outbox().quarantine();
      assertThat(quarantine.list(10).getFirst().reason())
          .contains("measurement states", "max_series is 2", "n=3");
      assertThat(replay(service, 2).getFirst().reason()).contains("max_series is 2");
      assertThat(replay(service, 3)).isEmpty();
      assertThat(service.sync().delivered()).isEqualTo(1);
      assertThat(rows(service, "states", Level.RAW)).hasSize(3);
      assertThat(service.collector().check().warning()).isNull();
    }
  }

  private List<Quarantined> replay(HisSrv service, int maxSeries) {
    var quarantine = service.outbox().quarantine();
    var mapping = new Mapping(config(maxSeries).mappings());
    assertThat(new Replay(quarantine, service.catalog(), () -> mapping).run(quarantine.list(10)))
        .hasSize(1);
    return quarantine.list(10);
  }
}
