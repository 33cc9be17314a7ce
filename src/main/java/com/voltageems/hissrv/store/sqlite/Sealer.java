package com.voltageems.hissrv.store.sqlite;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Seals what is hot and old; what it can't it tries again the next time. */
final class Sealer {
  private static final Logger LOG = LoggerFactory.getLogger(Sealer.class);

  /** Late windows are usual for this long: sealing them one by one would be waste. */
  private static final Duration SETTLED = Duration.ofMinutes(10);

  private final SeriesIndex index;
  private final PeriodFiles files;
  private final InstantSource clock;
  private final Set<Period> cold = ConcurrentHashMap.newKeySet();
  private volatile Map<Period, String> troubles = Map.of();
  private @Nullable Dictionary coldWith;

  Sealer(SeriesIndex index, PeriodFiles files, InstantSource clock) {
    this.index = index;
    this.files = files;
    this.clock = clock;
  }

  /** Takes note that a file was written; called when that is durable. */
  void wrote(Period period) {
    cold.remove(period);
  }

  /** What can't be sealed, or null. */
  @Nullable String trouble() {
    return troubles.values().stream().findFirst().orElse(null);
  }

  /** Seals all that is due; returns how many blocks it wrote. */
  synchronized int seal() {
    Dictionary dictionary = index.dictionary();
    if (dictionary != coldWith) {
      cold.clear();
      coldWith = dictionary;
    }
    long endedBy = Nanos.of(clock.instant().minus(SETTLED));
    int blocks = 0;
    var found = new TreeMap<Period, String>(Comparator.comparing(Period::toString));
    for (Period period : files.all()) {
      if (!cold.add(period)) {
        continue;
      }
      try {
        blocks += files.askExisting(period, file -> seal(period, file, endedBy));
      } catch (RuntimeException e) {
        cold.remove(period);
        found.put(period, "can't seal " + files.path(period) + ": " + e.getMessage());
        if (!troubles.containsKey(period)) {
          LOG.warn("can't seal {}, will try again", files.path(period), e);
        }
      }
    }
    troubles = found;
    return blocks;
  }

  /** A file is marked cold before it is looked at, so that a write beside that is not missed. */
  private int seal(Period period, PeriodFile file, long endedBy) {
    int blocks = file.sealing().seal(endedBy);
    if (file.sealing().isHot()) {
      cold.remove(period);
    } else {
      file.sealing().shrink();
    }
    return blocks;
  }
}
