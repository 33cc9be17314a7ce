package com.voltageems.hissrv.store.influx;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.config.InfluxConfig;
import com.voltageems.hissrv.config.Retention;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.HistoryStoreContract;
import com.voltageems.hissrv.store.influx.SetupStep.Outcome;
import com.voltageems.hissrv.testkit.LocalInflux;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Levels in buckets of their own, which on a real InfluxDB 1.x are databases. */
final class LevelBucketsIT extends HistoryStoreContract {
  @TempDir static Path folder;
  private static LocalInflux influx;

  private @Nullable InfluxConfig config;

  @SuppressWarnings("NullAway.Init") // JUnit sets them
  LevelBucketsIT() {}

  @BeforeAll
  static void start() throws IOException {
    influx = LocalInflux.start(folder, "");
  }

  @AfterAll
  static void stop() {
    influx.close();
  }

  @Override
  protected HistoryStore open() {
    if (config == null) {
      config = config(influx.database(), influx.database());
    }
    return LevelBuckets.open(config);
  }

  private static InfluxConfig config(String database, String ofFiveMinutes) {
    InfluxConfig one = influx.config(database);
    return new InfluxConfig(
        one.urls(),
        one.version(),
        one.access(),
        one.gzip(),
        one.timeout(),
        one.caFile(),
        one.concurrency(),
        Map.of(FIVE_MINUTES, ofFiveMinutes));
  }

  @Test
  void aBatchIsDividedAmongTheBucketsAndEachHoldsItsOwn() {
    write(
        point("1", NOON, Map.of("v", FieldValue.of(1L))),
        Point.of(
            SeriesKey.of("telemetry", Map.of("channel", "1", "interval", "5m")),
            NOON,
            Map.of("v", FieldValue.of(5L))),
        point("2", NOON, Map.of("v", FieldValue.of(2L))));

    List<InfluxStore> parts = LevelBuckets.partsOf(store());

    assertThat(parts).hasSize(2);
    assertThat(parts.get(0).levels("telemetry")).containsExactly(MINUTES);
    assertThat(parts.get(1).levels("telemetry")).containsExactly(FIVE_MINUTES);
    assertThat(store().levels("telemetry")).containsExactly(MINUTES, FIVE_MINUTES);
    assertThat(rows("telemetry", MINUTES)).hasSize(2);
    assertThat(rows("telemetry", FIVE_MINUTES)).hasSize(1);
  }

  @Test
  void settingUpMakesEachWithTheRetentionOfItsLevels() {
    var wanted =
        new Retention(
            Map.of(MINUTES, Duration.ofDays(30), FIVE_MINUTES, Duration.ofDays(365)), true);
    InfluxConfig fresh = config("set_up", "set_up_5m");

    InfluxSetup.Done made = InfluxSetup.runAll(fresh, wanted, List.of(MINUTES, FIVE_MINUTES), true);
    InfluxSetup.Done again =
        InfluxSetup.runAll(fresh, wanted, List.of(MINUTES, FIVE_MINUTES), true);

    assertThat(made.steps()).extracting(SetupStep::outcome).contains(Outcome.CREATED);
    assertThat(again.steps()).extracting(SetupStep::outcome).containsOnly(Outcome.FOUND);
    assertThat(again.steps())
        .extracting(SetupStep::what)
        .anySatisfy(what -> assertThat(what).contains("set_up\"", "30d"))
        .anySatisfy(what -> assertThat(what).contains("set_up_5m\"", "365d"));
  }
}
