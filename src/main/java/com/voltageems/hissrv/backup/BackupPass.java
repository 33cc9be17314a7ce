package com.voltageems.hissrv.backup;

import com.voltageems.hissrv.model.Level;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

/** Brings a backup up to date: the days that are not there yet, and those that may have changed. */
public final class BackupPass {
  /** A stop loses no more than what was written in this time. */
  private static final long SAVING_NANOS = Duration.ofSeconds(1).toNanos();

  private BackupPass() {}

  /** A day of a level. */
  public record LevelDay(Level level, LocalDate day) {}

  /**
   * What became of it.
   *
   * @param rows in the files that were written
   */
  public record Result(int days, int written, long rows) {}

  /** Hears how far it is. */
  public interface Progress {
    /** So many days are done, of so many. */
    void done(int done, int all);
  }

  /**
   * Writes what is needed; what was written is in the manifest, also when it throws.
   *
   * @param all whether also days that can't have changed
   * @param now the source's time
   */
  public static Result run(
      BackupFolder backup,
      List<LevelDay> days,
      boolean all,
      Instant now,
      BackupFolder.Source source,
      Progress progress)
      throws IOException {
    long saved = System.nanoTime();
    long rows = 0;
    int written = 0;
    try {
      for (int i = 0; i < days.size(); i++) {
        LevelDay one = days.get(i);
        if (all || !backup.isSettled(one.level(), one.day())) {
          rows += backup.write(one.level(), one.day(), now, source).rows();
          written++;
        }
        if (System.nanoTime() - saved > SAVING_NANOS) {
          backup.save();
          saved = System.nanoTime();
        }
        progress.done(i + 1, days.size());
      }
    } finally {
      backup.save();
    }
    return new Result(days.size(), written, rows);
  }
}
