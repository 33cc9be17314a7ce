package com.voltageems.hissrv.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.voltageems.hissrv.backup.BackupFolder;
import com.voltageems.hissrv.backup.StoredDays;
import com.voltageems.hissrv.config.BackupConfig;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.store.sqlite.SqliteStore;
import com.voltageems.hissrv.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScheduledBackupTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final Instant MIDDAY = Instant.parse("2026-03-27T12:00:00Z");

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(MIDDAY);
  private final Metrics metrics = new Metrics();
  private SqliteStore store;
  private Path target;
  private BackupConfig config;

  @BeforeEach
  void open() {
    store = new SqliteStore(folder.resolve("store"), clock);
    target = folder.resolve("target");
    config = nightly(Optional.empty());
  }

  @AfterEach
  void close() {
    store.close();
  }

  private BackupConfig nightly(Optional<Duration> keep) {
    return new BackupConfig(
        Optional.of(target), Optional.of(LocalTime.of(2, 30)), Optional.empty(), keep);
  }

  private ScheduledBackup service() {
    return new ScheduledBackup(() -> config, () -> BERLIN, new StoredDays(store), clock, metrics);
  }

  private void turnAt(ScheduledBackup backup, String time) {
    clock.set(Instant.parse(time));
    backup.turn();
  }

  private void store(String time) {
    var series = SeriesKey.of("m", Map.of("interval", "1m"));
    var _ =
        store.write(
            List.of(Point.of(series, Instant.parse(time), Map.of("v", FieldValue.of(1.5)))));
  }

  @Test
  void oneIsMadeEachNightAtTheSitesTimeAlsoWhenTheClocksChange() {
    store("2026-03-27T10:00:00Z");
    ScheduledBackup backup = service();
    turnAt(backup, "2026-03-28T01:29:59Z");
    assertThat(backup.last()).isEmpty();
    assertThat(target).doesNotExist();

    turnAt(backup, "2026-03-28T01:30:00Z");
    assertThat(backup.last()).contains(Instant.parse("2026-03-28T01:30:00Z"));
    assertThat(target.resolve("1m/2026-03-27.lp.gz")).exists();
    assertThat(backup.check().message()).isEqualTo("the last one was at 2026-03-28T01:30:00Z");

    // 02:30 does not exist on the 29th: it is 03:30 then, an hour and a day later in UTC by turns.
    turnAt(backup, "2026-03-29T01:29:59Z");
    assertThat(metrics.value("backups")).isEqualTo(1);
    turnAt(backup, "2026-03-29T01:30:00Z");
    assertThat(metrics.value("backups")).isEqualTo(2);
    turnAt(backup, "2026-03-30T00:29:59Z");
    assertThat(metrics.value("backups")).isEqualTo(2);
    turnAt(backup, "2026-03-30T00:30:00Z");
    assertThat(metrics.value("backups")).isEqualTo(3);
  }

  @Test
  void oneThatWasMissedWhileTheServiceWasDownIsMadeAtTheStart() {
    store("2026-03-27T10:00:00Z");
    turnAt(service(), "2026-03-27T12:00:00Z");
    ScheduledBackup first = service();
    turnAt(first, "2026-03-28T02:00:00Z");

    clock.set(Instant.parse("2026-03-31T15:00:00Z"));
    ScheduledBackup restarted = service();
    restarted.turn();
    assertThat(restarted.last()).contains(clock.instant());
    ScheduledBackup again = service();
    again.turn();
    assertThat(again.last()).contains(clock.instant());
    assertThat(metrics.value("backups")).isEqualTo(2);
  }

  @Test
  void everySoOftenIsCountedFromTheOneBefore() {
    config =
        new BackupConfig(
            Optional.of(target),
            Optional.empty(),
            Optional.of(Duration.ofHours(6)),
            Optional.empty());
    ScheduledBackup backup = service();
    backup.turn();
    turnAt(backup, "2026-03-27T17:59:59Z");
    assertThat(metrics.value("backups")).isEqualTo(1);
    turnAt(backup, "2026-03-27T18:00:00Z");
    assertThat(metrics.value("backups")).isEqualTo(2);
  }

  @Test
  void oneThatFailsIsToldAndTriedAgain() throws IOException {
    store("2026-03-27T10:00:00Z");
    Files.writeString(target, "in the way");
    ScheduledBackup backup = service();
    turnAt(backup, "2026-03-28T01:30:00Z");
    assertThat(backup.check().ok()).isFalse();
    assertThat(backup.check().message())
        .startsWith("the backup to " + target + " failed at 2026-03-28T01:30:00Z: ");
    assertThat(metrics.value("backups_failed")).isEqualTo(1);

    Files.delete(target);
    turnAt(backup, "2026-03-28T01:44:59Z");
    assertThat(backup.check().ok()).isFalse();
    turnAt(backup, "2026-03-28T01:45:00Z");
    assertThat(backup.check().ok()).isTrue();
    assertThat(target.resolve("1m/2026-03-27.lp.gz")).exists();
  }

  @Test
  void twoAtOnceIntoOneFolderAreRefused() throws IOException {
    ScheduledBackup backup = service();
    try (var _ = FolderLock.forBackup(target)) {
      assertThatThrownBy(() -> FolderLock.forBackup(target))
          .isInstanceOf(IOException.class)
          .hasMessage("another backup goes to " + target + " just now");
      turnAt(backup, "2026-03-28T01:30:00Z");
      assertThat(backup.check().message())
          .endsWith("another backup goes to " + target + " just now");
    }
    turnAt(backup, "2026-03-28T01:45:00Z");
    assertThat(backup.check().ok()).isTrue();
  }

  @Test
  void daysThatAreOlderThanKeptGoAndNothingThatIsNotOfTheBackup() throws IOException {
    store("2026-03-20T10:00:00Z");
    store("2026-03-26T10:00:00Z");
    ScheduledBackup backup = service();
    turnAt(backup, "2026-03-28T01:30:00Z");
    Path foreign = Files.writeString(target.resolve("1m/2026-03-19.lp.gz"), "somebody else's");
    assertThat(BackupFolder.open(target).files()).hasSize(2);

    config = nightly(Optional.of(Duration.ofDays(7)));
    turnAt(backup, "2026-03-29T01:30:00Z");
    assertThat(BackupFolder.open(target).files()).containsOnlyKeys("1m/2026-03-26.lp.gz");
    assertThat(target.resolve("1m/2026-03-20.lp.gz")).doesNotExist();
    assertThat(target.resolve("1m/2026-03-26.lp.gz")).exists();
    assertThat(foreign).exists();
  }

  @Test
  void withoutAFolderNothingIsDone() {
    config = BackupConfig.defaults();
    ScheduledBackup backup = service();
    turnAt(backup, "2026-03-28T01:30:00Z");
    assertThat(backup.isConfigured()).isFalse();
    assertThat(metrics.value("backups")).isZero();
    assertThat(backup.check().message()).isEqualTo("none was made yet");
  }
}
