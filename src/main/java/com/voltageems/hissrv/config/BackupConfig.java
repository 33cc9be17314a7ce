package com.voltageems.hissrv.config;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;

/**
 * {@code backup:} When the service copies history into a folder by itself.
 *
 * @param path the folder; empty for never
 * @param at time of day at the site; holds where {@code every} is empty
 * @param every how long after the one before
 * @param keep how long a day stays in the backup; empty for ever
 */
public record BackupConfig(
    Optional<Path> path,
    Optional<LocalTime> at,
    Optional<Duration> every,
    Optional<Duration> keep) {
  /** Where nothing says when. */
  private static final LocalTime AT = LocalTime.of(2, 30);

  /** What holds when the section is absent: no backups. */
  public static BackupConfig defaults() {
    return new BackupConfig(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** When the one after another is due. */
  public Instant next(Instant last, ZoneId site) {
    if (every.isPresent()) {
      return last.plus(every.get());
    }
    ZonedDateTime day = last.atZone(site);
    ZonedDateTime today = day.toLocalDate().atTime(at.orElse(AT)).atZone(site);
    return today.isAfter(day)
        ? today.toInstant()
        : day.toLocalDate().plusDays(1).atTime(at.orElse(AT)).atZone(site).toInstant();
  }
}
