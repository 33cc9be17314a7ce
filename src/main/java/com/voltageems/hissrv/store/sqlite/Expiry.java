package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.config.Durations;
import com.voltageems.hissrv.config.Retention;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.observe.Metrics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops the files of periods that are older than their level is kept for, and only whole ones: a
 * window lives longer than its retention, never shorter.
 *
 * <p>Age counts back from now or from the newest period of the level, whichever is earlier: a clock
 * that is wrong by years, or a site that stood still as long, costs no history.
 */
final class Expiry {
  private static final Logger LOG = LoggerFactory.getLogger(Expiry.class);

  private final PeriodFiles files;
  private volatile Retention retention;
  private final InstantSource clock;
  private final Metrics metrics;
  private volatile @Nullable String trouble;

  Expiry(PeriodFiles files, Retention retention, InstantSource clock, Metrics metrics) {
    this.files = files;
    this.retention = retention;
    this.clock = clock;
    this.metrics = metrics;
  }

  /** For so long from now on. */
  void keep(Retention next) {
    retention = next;
  }

  /** Why nothing is written to a period any more; empty when it is. */
  Optional<String> problemOf(Period period) {
    return retention
        .of(period.level())
        .filter(kept -> isBefore(period, now(), kept))
        .filter(kept -> isBefore(period, newest(files.of(period.level())), kept))
        .map(kept -> "older than the retention of " + Durations.format(kept));
  }

  /** Drops all that is due and not being read this moment; returns how many files. */
  int drop() {
    int dropped = 0;
    @Nullable String found = null;
    for (Level level : levels()) {
      Optional<Duration> kept = retention.of(level);
      if (kept.isEmpty()) {
        continue;
      }
      List<Period> periods = files.of(level);
      long reference = Math.min(now(), newest(periods));
      for (Period period : periods) {
        if (isBefore(period, reference, kept.get())) {
          try {
            dropped += drop(period, kept.get());
          } catch (RuntimeException e) {
            found = "can't drop " + files.path(period) + ": " + e.getMessage();
          }
        }
      }
    }
    if (found != null && trouble == null) {
      LOG.warn("{}, will try again", found);
    }
    trouble = found;
    return dropped;
  }

  /** What can't be dropped, or null. */
  @Nullable String trouble() {
    return trouble;
  }

  private int drop(Period period, Duration kept) {
    if (!files.drop(period)) {
      return 0;
    }
    LOG.info("dropped {}: older than {}", files.path(period), Durations.format(kept));
    metrics.add("period_files_dropped", 1);
    return 1;
  }

  private Set<Level> levels() {
    var levels = new TreeSet<Level>();
    files.all().forEach(period -> levels.add(period.level()));
    return levels;
  }

  private long now() {
    return Nanos.of(clock.instant());
  }

  private static long newest(List<Period> periods) {
    return periods.isEmpty() ? Long.MIN_VALUE : periods.getLast().end();
  }

  /** Whether even a window that began at the period's end is over for so long. */
  private static boolean isBefore(Period period, long reference, Duration kept) {
    return Nanos.toInstant(period.end())
        .plus(period.level().length())
        .plus(kept)
        .isBefore(Nanos.toInstant(reference));
  }
}
