package com.voltageems.hissrv.config;

import com.voltageems.hissrv.model.Level;
import java.time.Duration;
import java.util.List;

/**
 * {@code aggregation:}
 *
 * @param enabled whether HisSrv samples and closes windows itself
 * @param levels {@code intervals:}, finest first
 * @param release when archives leave Redis
 * @param archiveMemory how many bytes archives may take in Redis
 */
public record AggregationConfig(
    boolean enabled, List<Level> levels, ArchiveRelease release, long archiveMemory) {
  private static final long ARCHIVE_MEMORY = 256L << 20;

  /** Copies the list, finest first. */
  public AggregationConfig {
    levels = levels.stream().sorted().toList();
  }

  /** With the default release. */
  public AggregationConfig(boolean enabled, List<Level> levels) {
    this(enabled, levels, ArchiveRelease.TTL, ARCHIVE_MEMORY);
  }

  /** What holds when the section is absent: 1m and 5m. */
  public static AggregationConfig defaults() {
    return new AggregationConfig(
        true,
        List.of(new Level("1m", Duration.ofMinutes(1)), new Level("5m", Duration.ofMinutes(5))));
  }
}
