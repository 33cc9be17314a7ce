package com.voltageems.hissrv.app;

import com.voltageems.hissrv.backup.BackupFolder;
import com.voltageems.hissrv.backup.BackupPass;
import com.voltageems.hissrv.backup.BackupPass.LevelDay;
import com.voltageems.hissrv.backup.StoredDays;
import com.voltageems.hissrv.config.BackupConfig;
import com.voltageems.hissrv.model.CheckResult;
import com.voltageems.hissrv.model.Component;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.observe.Metrics;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Backups at the times that the configuration names. When the last one was stands in the backup
 * itself: one that was missed is made up for. What fails is tried again a quarter of an hour later.
 */
final class ScheduledBackup implements Component {
  private static final Logger LOG = LoggerFactory.getLogger(ScheduledBackup.class);
  private static final Duration PATIENCE = Duration.ofMinutes(15);

  private final Supplier<BackupConfig> config;
  private final Supplier<ZoneId> site;
  private final StoredDays stored;
  private final InstantSource clock;
  private final Metrics metrics;
  private final Instant started;
  private @Nullable Path known;
  private volatile @Nullable Instant last;
  private volatile @Nullable String trouble;
  private Instant notBefore = Instant.MIN;
  private volatile boolean isStopping;

  ScheduledBackup(
      Supplier<BackupConfig> config,
      Supplier<ZoneId> site,
      StoredDays stored,
      InstantSource clock,
      Metrics metrics) {
    this.config = config;
    this.site = site;
    this.stored = stored;
    this.clock = clock;
    this.metrics = metrics;
    started = clock.instant();
  }

  @Override
  public String name() {
    return "backup";
  }

  @Override
  public CheckResult check() {
    String wrong = trouble;
    if (wrong != null) {
      return CheckResult.down(wrong);
    }
    Instant before = last;
    return CheckResult.ok(before == null ? "none was made yet" : "the last one was at " + before);
  }

  boolean isConfigured() {
    return config.get().path().isPresent();
  }

  /** When the last whole one began; empty when there is none, or it is not known yet. */
  Optional<Instant> last() {
    return Optional.ofNullable(last);
  }

  /** One that is on its way ends. */
  void stop() {
    isStopping = true;
  }

  /** Makes one when it is time. */
  synchronized void turn() {
    BackupConfig now = config.get();
    Instant moment = clock.instant();
    if (now.path().isEmpty() || isStopping || moment.isBefore(notBefore)) {
      return;
    }
    Path folder = now.path().get();
    try {
      if (!folder.equals(known)) {
        last = BackupFolder.open(folder).completed().orElse(null);
        known = folder;
        trouble = null;
      }
      if (!moment.isBefore(due(now))) {
        make(folder, now, moment);
      }
    } catch (IOException | RuntimeException e) {
      if (!isStopping) {
        failed(folder, e, moment);
      }
    }
  }

  private Instant due(BackupConfig now) {
    Instant before = last;
    if (before == null) {
      return now.every().isPresent() ? Instant.MIN : now.next(started, site.get());
    }
    return now.next(before, site.get());
  }

  private void make(Path folder, BackupConfig now, Instant moment) throws IOException {
    try (var _ = FolderLock.forBackup(folder)) {
      BackupFolder backup = BackupFolder.open(folder);
      Optional<LocalDate> first =
          now.keep().map(kept -> LocalDate.ofInstant(moment.minus(kept), ZoneOffset.UTC));
      var result = BackupPass.run(backup, days(first), false, moment, this::write, (_, _) -> {});
      backup.complete(moment);
      int dropped = first.isPresent() ? backup.dropBefore(first.get()) : 0;
      last = moment;
      trouble = null;
      metrics.add("backups", 1);
      LOG.info(
          "backed up to {}: {} of {} days written with {} rows, {} old ones dropped",
          folder,
          result.written(),
          result.days(),
          result.rows(),
          dropped);
    }
  }

  private List<LevelDay> days(Optional<LocalDate> first) {
    var days = new ArrayList<LevelDay>();
    stored
        .days()
        .forEach((level, all) ->
            all.stream()
                .filter(day -> first.isEmpty() || !day.isBefore(first.get()))
                .forEach(day -> days.add(new LevelDay(level, day))));
    return days;
  }

  private void write(Level level, LocalDate day, OutputStream out) throws IOException {
    stored.write(level, day, new Stoppable(out));
  }

  private void failed(Path folder, Exception e, Instant moment) {
    notBefore = moment.plus(PATIENCE);
    metrics.add("backups_failed", 1);
    String why = "the backup to %s failed at %s: %s".formatted(folder, moment, reason(e));
    trouble = why;
    LOG.warn("{}; tried again in {} min", why, PATIENCE.toMinutes());
  }

  /** The file system's exceptions say no more than a path. */
  private static String reason(Exception e) {
    return e instanceof FileSystemException file
        ? (file.getReason() == null ? file.getClass().getSimpleName() : file.getReason())
            + ": "
            + file.getFile()
        : String.valueOf(e.getMessage());
  }

  private final class Stoppable extends FilterOutputStream {
    private Stoppable(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      if (isStopping) {
        throw new IOException("stopped");
      }
      out.write(bytes, from, length);
    }
  }
}
