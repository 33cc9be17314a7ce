package com.voltageems.hissrv.config;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalTime;
import java.util.List;
import java.util.Optional;

/** {@code backup:} */
final class BackupReader {
  private static final String TIME = "a time of day, 00:00 to 23:59";
  private static final Duration OFTEN = Duration.ofMinutes(10);
  private static final Duration SELDOM = Duration.ofDays(31);
  private static final Duration SHORTEST = Duration.ofDays(2);
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private BackupReader() {}

  static BackupConfig read(Value value) {
    var section = Section.of(value, List.of("path", "at", "every", "keep"));
    return new BackupConfig(
        section.get("path").flatMap(StoreReader::path),
        section.get("at").flatMap(BackupReader::time),
        section.length("every", OFTEN, SELDOM),
        section.length("keep", SHORTEST, LONGEST));
  }

  private static Optional<LocalTime> time(Value value) {
    Optional<String> text = value.text(TIME);
    try {
      return text.map(LocalTime::parse).filter(_ -> text.get().length() == 5);
    } catch (DateTimeException e) {
      value.mismatch(TIME);
      return Optional.empty();
    }
  }
}
