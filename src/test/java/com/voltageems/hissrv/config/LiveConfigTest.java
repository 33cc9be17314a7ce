package com.voltageems.hissrv.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.voltageems.hissrv.aggregate.Functions;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LiveConfigTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-03-01T10:00:00Z"));

  @TempDir Path folder;
  private Path file;
  private final List<Config> followed = new ArrayList<>();

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("hissrv.yml");
    write("10s", "100");
  }

  private void write(String polling, String batch) throws IOException {
    Files.writeString(
        file,
        """
        service: {polling_interval: %s}
        redis: {url: "redis://:canary@localhost:6379"}
        store: {path: "%s"}
        performance:
          batch_size: %s
        mappings:
          - source_pattern: "comsrv:(\\\\d+):m"
            measurement: telemetry
            field_mappings: {"1": voltage}
        """
            .formatted(polling, folder.resolve("data"), batch));
  }

  private LiveConfig live(Map<String, String> environment) {
    var live = new LiveConfig(new ConfigSource(file, environment, Functions.builtIn()), CLOCK);
    live.keepHistory();
    live.onChange(followed::add);
    return live;
  }

  private LiveConfig live() {
    return live(Map.of());
  }

  private static Map<String, @Nullable Object> patch(String section, String key, Object value) {
    return patch(Map.of(section, Map.of(key, value)));
  }

  private static Map<String, @Nullable Object> patch(Map<String, Object> sections) {
    return new HashMap<String, @Nullable Object>(sections);
  }

  private static String refusal(Runnable change) {
    return String.valueOf(
        Objects.requireNonNull(catchThrowableOfType(ConfigException.class, change::run))
            .getMessage());
  }

  @Test
  void aChangedFileIsTakenWholeAndToldAsOneRevision() throws IOException {
    var live = live();
    write("5s", "200");
    ConfigChange change = live.reload("file");
    assertThat(change.revision()).isEqualTo(2);
    assertThat(change.changes())
        .containsEntry("service.polling_interval", new Difference("10s", "5s"))
        .containsEntry("performance.batch_size", new Difference("100", "200"))
        .hasSize(2);
    assertThat(followed).hasSize(1);
    assertThat(followed.getFirst().service().pollingInterval()).isEqualTo(Duration.ofSeconds(5));
    assertThat(live.current().performance().batchSize()).isEqualTo(200);
    assertThat(live.history()).extracting(ConfigRevision::cause).containsExactly("start", "file");
  }

  @Test
  void aFileThatSaysTheSameIsNoRevision() throws IOException {
    var live = live();
    Files.writeString(file, Files.readString(file) + "\n# a remark\n");
    assertThat(live.reload("file").revision()).isEqualTo(1);
    assertThat(followed).isEmpty();
  }

  @Test
  void aSecretThatChangedInItsFileIsTakenAndNotShown() throws IOException {
    Path secret = folder.resolve("secret");
    Files.writeString(secret, "first");
    Files.writeString(
        file,
        "service: {name: \"${file:secret}\"}\nstore: {path: \"%s\"}\n"
            .formatted(folder.resolve("data")));
    var live = live();
    assertThat(live.reload("file").revision()).isEqualTo(1);
    Files.writeString(secret, "second");
    assertThat(live.reload("SIGHUP").revision()).isEqualTo(2);
    assertThat(followed.getLast().service().name()).isEqualTo("second");
    assertThat(live.history().toString()).doesNotContain("second");
  }

  @Test
  void aVariableWhoseTextLooksLikeAReferenceIsNone() {
    assertThat(live(Map.of("HISSRV_SERVICE_NAME", "a${b")).current().service().name())
        .isEqualTo("a${b");
    assertThat(live(Map.of("HISSRV_SERVICE_NAME", "${NOPE}")).reload("test").changes()).isEmpty();
  }

  @Test
  void aSecretsFileThatVanishedOrIsAPipeChangesNothingUntilItIsBack() throws Exception {
    Path secret = Files.writeString(folder.resolve("secret"), "first");
    Files.writeString(
        file,
        "redis: {password: \"${file:secret}\"}\nstore: {path: \"%s\"}\n"
            .formatted(folder.resolve("data")));
    var live = live();
    Files.delete(secret);
    assertThat(refusal(() -> live.reload("SIGHUP"))).contains("hissrv.yml:1:", "no file secret");
    assertThat(new ProcessBuilder("mkfifo", secret.toString()).start().waitFor()).isZero();
    assertThat(refusal(() -> live.reload("SIGHUP"))).contains("secret is not a regular file");
    assertThat(followed).isEmpty();
    assertThat(live.check().ok()).isFalse();
    Files.delete(secret);
    Files.writeString(secret, "second");
    ConfigChange change = live.reload("SIGHUP");
    assertThat(change.revision()).isEqualTo(2);
    assertThat(change.needRestart()).containsExactly("redis.password");
    assertThat(live.needRestart())
        .containsEntry("redis.password", new Difference("${file:secret}", "${file:secret}"));
    assertThat(live.check().ok()).isTrue();
    assertThat(live.history().toString()).doesNotContain("first", "second");
  }

  @Test
  void aSecretThatChangedInTheFileItselfIsTakenAndNotShown() throws IOException {
    var live = live();
    Files.writeString(file, Files.readString(file).replace("canary", "c4nary"));
    ConfigChange change = live.reload("file");
    assertThat(change.revision()).isEqualTo(2);
    assertThat(change.changes()).isEmpty();
    assertThat(followed).hasSize(1);
    assertThat(live.history().toString()).doesNotContain("c4nary");
  }

  @Test
  void aBadFileChangesNothingAndShowsUntilItIsMended() throws IOException {
    var live = live();
    write("often", "200");
    assertThat(refusal(() -> live.reload("file"))).contains("hissrv.yml:1:29", "often");
    assertThat(live.current().performance().batchSize()).isEqualTo(100);
    assertThat(followed).isEmpty();
    assertThat(live.check().ok()).isFalse();
    assertThat(live.check().message()).contains("revision 1 goes on", "hissrv.yml:1:29");
    write("5s", "200");
    live.reload("file");
    assertThat(live.check().ok()).isTrue();
  }

  @Test
  void aFileIsReadWhenItHasChangedAndIsCalm() throws IOException {
    var live = live();
    live.reloadIfChanged();
    Path next = folder.resolve("next.yml");
    Files.copy(file, next);
    write("7s", "100");
    live.reloadIfChanged();
    assertThat(followed).isEmpty();
    live.reloadIfChanged();
    assertThat(followed).hasSize(1);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    live.reloadIfChanged();
    live.reloadIfChanged();
    live.reloadIfChanged();
    assertThat(followed).hasSize(2);
    assertThat(live.current().service().pollingInterval()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void aChangeAtRunTimeOutlivesARestartAndLeavesTheFileAsItIs() throws IOException {
    String before = Files.readString(file);
    var live = live();
    live.patch(patch("performance", "batch_size", 50), "PATCH", false);
    assertThat(followed.getFirst().performance().batchSize()).isEqualTo(50);
    assertThat(Files.readString(file)).isEqualTo(before);
    assertThat(live.origins())
        .containsEntry("performance.batch_size", "run time")
        .containsEntry("service.polling_interval", file + ":1");
    var again = live();
    assertThat(again.current().performance().batchSize()).isEqualTo(50);
    assertThat(again.revision().number()).isEqualTo(2);
  }

  @Test
  void nullTakesASettingAwayAndWhatTheFileSaysAnywayIsNoChange() throws IOException {
    var live = live();
    var nothing = new HashMap<String, @Nullable Object>();
    nothing.put("performance", null);
    live.patch(nothing, "PATCH", false);
    assertThat(live.current().performance().batchSize()).isEqualTo(1_000);
    live.patch(patch("performance", "batch_size", 100), "PATCH", false);
    assertThat(folder.resolve("data").resolve(Overlay.NAME)).doesNotExist();
  }

  @Test
  void aDryRunTellsAndChangesNothing() {
    var live = live();
    ConfigChange change = live.patch(patch("performance", "batch_size", 50), "PATCH", true);
    assertThat(change.changes())
        .containsEntry("performance.batch_size", new Difference("100", "50"));
    assertThat(followed).isEmpty();
    assertThat(live.current().performance().batchSize()).isEqualTo(100);
    assertThat(folder.resolve("data").resolve(Overlay.NAME)).doesNotExist();
  }

  @Test
  void whatOnlyARestartChangesSaysSoAndIsAsItWas() throws IOException {
    var live = live();
    ConfigChange change =
        live.patch(
            Map.of("api", Map.of("port", 9), "performance", Map.of("batch_size", 7)),
            "PATCH",
            false);
    assertThat(change.needRestart()).containsExactly("api.port");
    assertThat(followed.getFirst().api()).isEqualTo(ApiConfig.defaults());
    assertThat(followed.getFirst().performance().batchSize()).isEqualTo(7);
    assertThat(live.needRestart()).containsOnlyKeys("api.port");
    assertThat(live().current().api().port()).isEqualTo(9);
    assertThat(live().needRestart()).isEmpty();
  }

  @Test
  void aBadChangeNamesThePathAndIsNotWrittenDown() {
    var live = live();
    assertThat(refusal(() -> live.patch(patch("performance", "batch_size", "x"), "PATCH", false)))
        .contains("the change: performance.batch_size: found \"x\"");
    assertThat(refusal(() -> live.patch(patch("performance", "batchsize", 1), "PATCH", false)))
        .contains("performance.batchsize", "did you mean \"batch_size\"?");
    assertThat(folder.resolve("data").resolve(Overlay.NAME)).doesNotExist();
    assertThat(followed).isEmpty();
  }

  @Test
  void noSecretIsShownWrittenDownOrTakenAtRunTime() throws IOException {
    var live = live();
    assertThat(live.written().toString() + live.settings() + live.history())
        .doesNotContain("canary")
        .contains("redis://***@localhost:6379");
    assertThat(
            refusal(() ->
                live.patch(
                    patch("redis", "url", "redis://:c4nary@localhost:6379"), "PATCH", false)))
        .contains("redis.url", "a secret is not written down at run time")
        .doesNotContain("c4nary");
    live.patch(
        patch(
            Map.of(
                "redis",
                Map.of("url", "redis://***@localhost:6379"),
                "performance",
                Map.of("batch_size", 60))),
        "PATCH",
        false);
    assertThat(live.current().redis().url()).contains("canary");
    try (var files = Files.list(folder.resolve("data"))) {
      for (Path written : files.toList()) {
        assertThat(Files.readString(written)).doesNotContain("canary");
      }
    }
  }

  @Test
  void whatTheEnvironmentGivesAChangeDoesNotOverride() {
    var live = live(Map.of("HISSRV_PERFORMANCE_BATCH_SIZE", "30"));
    assertThat(live.origins())
        .containsEntry("performance.batch_size", "$HISSRV_PERFORMANCE_BATCH_SIZE");
    assertThat(refusal(() -> live.patch(patch("performance", "batch_size", 50), "PATCH", false)))
        .contains("$HISSRV_PERFORMANCE_BATCH_SIZE");
    assertThat(live.current().performance().batchSize()).isEqualTo(30);
    assertThat(live.settings())
        .containsEntry("performance.batch_size", "30")
        .containsEntry("performance.max_retries", "3")
        .containsEntry(
            "redis.data_patterns", "[\"archive:1m:*\", \"archive:5m:*\", \"archive:pending\"]");
  }

  @Test
  void itGoesBackToAnyRevisionAlsoBeforeTheFileWasChanged() throws IOException {
    var live = live();
    live.patch(patch("performance", "batch_size", 50), "PATCH", false);
    write("5s", "200");
    live.reload("file");
    assertThat(live.current().performance().batchSize()).isEqualTo(50);
    live.rollback(1);
    assertThat(live.current().performance().batchSize()).isEqualTo(100);
    assertThat(live.current().service().pollingInterval()).isEqualTo(Duration.ofSeconds(10));
    assertThat(live.current().redis().url()).contains("canary");
    assertThat(live.history()).hasSize(4);
    assertThat(live.history().getLast().cause()).isEqualTo("rollback to 1");
    assertThat(refusal(() -> live.rollback(99))).contains("no revision 99");
  }

  @Test
  void itGoesBackAlsoToASecretThatWasTakenAway() throws IOException {
    Files.writeString(
        file,
        Files.readString(file)
            + "alerts: [{name: a, condition: redis_up == 0, action: webhook, url: \"http://h/x\","
            + " secret: canary2}]\n");
    var live = live();
    var nothing = new HashMap<String, @Nullable Object>();
    nothing.put("alerts", null);
    nothing.put("redis", null);
    live.patch(nothing, "PATCH", false);
    assertThat(live.current().alerts()).isEmpty();
    live.rollback(1);
    assertThat(live.current().alerts()).hasSize(1);
    assertThat(live.needRestart()).isEmpty();
    assertThat(folder.resolve("data").resolve(Overlay.NAME)).doesNotExist();
  }

  @Test
  void aNumberOfAMillionDigitsIsRefusedWithoutBeingWrittenOut() {
    var live = live();
    Object number = new BigDecimal("1e2000000000");
    assertThat(
            refusal(() -> live.patch(patch("performance", "batch_size", number), "PATCH", false)))
        .contains("found \"1E+2000000000\"");
    assertThat(
            refusal(() -> live.patch(patch(Map.of("mappings", Map.of("a", "b"))), "PATCH", false)))
        .contains("the change: mappings: found a mapping");
  }

  @Test
  void aChangeDoesNotUndoWhatWasJustEditedInTheFile() throws IOException {
    var live = live();
    write("10s", "300");
    live.patch(patch("service", "polling_interval", "3s"), "PATCH", false);
    assertThat(live.current().performance().batchSize()).isEqualTo(300);
    write("10s", "400");
    live.reload("file");
    assertThat(live.current().performance().batchSize()).isEqualTo(400);
    assertThat(live.current().service().pollingInterval()).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void whereAFollowerFailsAllGoOnAsBefore() {
    var live = live();
    live.onChange(config -> {
      if (config.performance().batchSize() == 50) {
        throw new IllegalStateException("no");
      }
    });
    assertThatThrownBy(() -> live.patch(patch("performance", "batch_size", 50), "PATCH", false))
        .hasMessage("no");
    assertThat(live.current().performance().batchSize()).isEqualTo(100);
    assertThat(followed.getLast().performance().batchSize()).isEqualTo(100);
    assertThat(folder.resolve("data").resolve(Overlay.NAME)).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: &a {b: *a}",
        "&a [*a]",
        "[1, 2]",
        "text",
        "",
        "# nothing",
        "service: {name: x",
        "service: {name: [1]}",
        "service: {nam: x}",
        "\0\0\0\0",
        "performance: &p {batch_size: 5}\nservice: *p"
      })
  void aFileOfChangesThatIsTornIsAProblemOfItsOwnAndTheLastGoodOneGoesOn(String torn)
      throws IOException {
    var live = live();
    live.patch(patch("performance", "batch_size", 50), "PATCH", false);
    Path changes = folder.resolve("data").resolve(Overlay.NAME);
    Files.writeString(changes, torn);
    assertThat(refusal(() -> live.reload("SIGHUP"))).contains(Overlay.NAME);
    assertThat(refusal(() -> live.patch(patch("performance", "batch_size", 60), "PATCH", false)))
        .contains(Overlay.NAME);
    assertThat(refusal(this::live)).contains(Overlay.NAME);
    assertThat(live.current().performance().batchSize()).isEqualTo(50);
    Files.delete(changes);
    live.reload("SIGHUP");
    assertThat(live.check().ok()).isTrue();
    assertThat(live.current().performance().batchSize()).isEqualTo(100);
  }

  @Test
  void aHistoryThatIsTornIsNeverInTheWay() throws IOException {
    live().patch(patch("performance", "batch_size", 50), "PATCH", false);
    Path history = folder.resolve("data").resolve(ConfigHistory.NAME);
    String good = Files.readString(history);
    String head = "{\"revision\":9,\"at\":\"2026-01-01T00:00:00Z\",\"cause\":\"x\",\"changes\":";
    for (String torn :
        List.of(
            head + "{},\"written\":null}",
            head + "{},\"written\":[1]}",
            head + "null}",
            head + "{\"a\":7},\"written\":{\"a\":{\"b\":[null,{\"c\":true}]}}}",
            head.substring(0, 9),
            "\0\0\0")) {
      Files.writeString(history, good + torn);
      var live = live();
      assertThat(live.current().performance().batchSize()).as(torn).isEqualTo(50);
      live.rollback(1);
      assertThat(live.current().performance().batchSize()).as(torn).isEqualTo(100);
      live.patch(patch("performance", "batch_size", 50), "PATCH", false);
    }
    Files.write(history, new byte[] {(byte) 0xFF, (byte) 0xFE, '{'});
    assertThat(live().history()).hasSize(1);
  }

  @Test
  void aRollbackIsTakenBackByARollback() {
    var live = live();
    for (int size : new int[] {50, 60, 70}) {
      live.patch(patch("performance", "batch_size", size), "PATCH", false);
    }
    var seen = new ArrayList<Integer>();
    for (long revision : new long[] {2, 1, 5, 4, 6, 5, 3}) {
      live.rollback(revision);
      seen.add(live.current().performance().batchSize());
    }
    assertThat(seen).containsExactly(50, 100, 50, 70, 100, 50, 60);
    assertThat(live.revision().number()).isEqualTo(11);
    assertThat(live().revision().number()).isEqualTo(11);
  }

  @Test
  void anotherTextIsTriedOutWithoutBeingTaken() {
    var live = live();
    ConfigChange change = live.tryOut("performance: {batch_size: 5}");
    assertThat(change.changes())
        .containsEntry("performance.batch_size", new Difference("100", "5"));
    assertThat(refusal(() -> live.tryOut("performance: {batch_size: x}")))
        .contains("the text:1:27");
    assertThat(live.current().performance().batchSize()).isEqualTo(100);
  }
}
