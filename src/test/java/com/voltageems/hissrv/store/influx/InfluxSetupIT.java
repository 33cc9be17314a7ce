package com.voltageems.hissrv.store.influx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.voltageems.hissrv.config.InfluxConfig;
import com.voltageems.hissrv.config.InfluxVersion;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.store.StoreException;
import com.voltageems.hissrv.store.StoreException.Kind;
import com.voltageems.hissrv.store.influx.SetupStep.Outcome;
import com.voltageems.hissrv.testkit.LocalInflux;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a real InfluxDB 1.x that knows users and takes small requests only. */
class InfluxSetupIT {
  private static final Optional<Duration> YEAR = Optional.of(Duration.ofDays(365));
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

  @TempDir static Path folder;
  private static LocalInflux influx;

  @BeforeAll
  static void start() throws IOException {
    influx = LocalInflux.start(folder, "auth-enabled = true\n  max-body-size = 3000");
    String _ = influx.ask("CREATE USER root WITH PASSWORD 'canary' WITH ALL PRIVILEGES");
    as("CREATE USER reader WITH PASSWORD 'canary'");
  }

  @AfterAll
  static void stop() {
    influx.close();
  }

  @Test
  void whatIsMissingIsMadeOnceAndWhatIsThereStays() {
    InfluxConfig.Access access = access("root", "made \"here\"", "");
    assertThat(run(access, YEAR, false))
        .containsExactly(new SetupStep(Outcome.MISSING, "database \"made \"here\"\", kept 365d"));
    assertThat(run(access, YEAR, true))
        .containsExactly(new SetupStep(Outcome.CREATED, "database \"made \"here\"\", kept 365d"));
    assertThat(run(access, YEAR, true)).extracting(SetupStep::outcome).containsOnly(Outcome.FOUND);
    assertThat(as("SHOW RETENTION POLICIES ON \"made \\\"here\\\"\"")).contains("8760h0m0s");
  }

  @Test
  void aRetentionPolicyOfItsOwnIsMadeBesideTheOthers() {
    as("CREATE DATABASE shared");
    List<SetupStep> steps = run(access("root", "shared", "history"), YEAR, true);

    assertThat(steps)
        .extracting(SetupStep::outcome)
        .containsExactly(Outcome.FOUND, Outcome.CREATED);
    assertThat(as("SHOW RETENTION POLICIES ON shared"))
        .contains("[\"autogen\",\"0s\",\"168h0m0s\",1,true]", "[\"history\",\"8760h0m0s\"");
  }

  @Test
  void aRetentionIsNeverShortenedAndAShorterOneIsTold() {
    as("CREATE DATABASE brief WITH DURATION 7d");
    as("CREATE DATABASE long");

    assertThat(run(access("root", "brief", ""), YEAR, true).getLast())
        .isEqualTo(
            new SetupStep(
                Outcome.DIFFERS,
                "retention policy \"autogen\" of \"brief\" keeps history for 7d, store.retention says"
                    + " 365d; what is older than that is refused, lengthen it there"));
    assertThat(run(access("root", "long", ""), YEAR, true).getLast().what())
        .isEqualTo("retention policy \"autogen\" of \"long\", kept forever");
    assertThat(as("SHOW RETENTION POLICIES ON brief")).contains("168h0m0s");
    assertThat(as("SHOW RETENTION POLICIES ON long")).contains("\"0s\"");
  }

  @Test
  void whoMayNotMakeItIsToldSo() {
    StoreException refused =
        catchThrowableOfType(
            StoreException.class, () -> run(access("reader", "nothing", ""), YEAR, true));
    assertThat(refused.retryable()).isFalse();
    assertThat(refused).hasMessageContaining("admin").hasMessageNotContaining("canary");
  }

  @Test
  void aWriteWithoutTheRightOrWithAWrongPasswordIsForAPersonToMend() {
    as("CREATE DATABASE closed");
    assertRefused(access("reader", "closed", ""), 1, Kind.FATAL, "403");
    var wrong = new InfluxConfig.Access("", "", "", "closed", "", "root", "wrong");
    assertRefused(wrong, 1, Kind.FATAL, "401");
  }

  @Test
  void aMissingRetentionPolicyIsForAPersonToMend() {
    as("CREATE DATABASE bare");
    assertRefused(access("root", "bare", "nowhere"), 1, Kind.FATAL, "retention policy not found");
  }

  @Test
  void aRequestThatIsTooLargeIsToBeDivided() {
    as("CREATE DATABASE small");
    assertRefused(access("root", "small", ""), 1_000, Kind.TOO_LARGE, "413");
  }

  private static void assertRefused(
      InfluxConfig.Access access, int fields, Kind kind, String words) {
    var values = new TreeMap<String, FieldValue>();
    for (int i = 0; i < fields; i++) {
      values.put("v" + i, FieldValue.of(Math.sin(i)));
    }
    Point point = Point.of(SeriesKey.of("m", Map.of()), NOON, values);
    try (var store = new InfluxStore(config(access))) {
      StoreException refused =
          catchThrowableOfType(StoreException.class, () -> store.write(List.of(point)));
      assertThat(refused.kind()).as(refused.getMessage()).isEqualTo(kind);
      assertThat(refused).hasMessageContaining(words).hasMessageNotContaining("canary");
    }
  }

  private static List<SetupStep> run(
      InfluxConfig.Access access, Optional<Duration> retention, boolean makes) {
    try (var setup = new InfluxSetup(config(access), retention)) {
      return setup.run(makes);
    }
  }

  private static InfluxConfig.Access access(String user, String database, String policy) {
    return new InfluxConfig.Access("", "", "", database, policy, user, "canary");
  }

  private static InfluxConfig config(InfluxConfig.Access access) {
    return new InfluxConfig(
        influx.url(),
        InfluxVersion.AUTO,
        access,
        true,
        Duration.ofSeconds(10),
        Optional.empty(),
        1);
  }

  private static String as(String statement) {
    return influx.ask(statement, "&u=root&p=canary");
  }
}
