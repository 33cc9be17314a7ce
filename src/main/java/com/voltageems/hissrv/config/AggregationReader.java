package com.voltageems.hissrv.config;

import com.voltageems.hissrv.model.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code aggregation:}. Any level can be had whose windows are made of whole minutes. */
final class AggregationReader {
  private static final Level FINEST = AggregationConfig.defaults().levels().getFirst();
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration LONGEST = Duration.ofDays(366);
  private static final long LEAST_MEMORY = 1L << 20;
  private static final long MOST_MEMORY = 1L << 40;
  private static final String NAMES = "a level such as 1m, 15m, 1h or 1d";

  private AggregationReader() {}

  static AggregationConfig read(Value value) {
    var section = Section.of(value, List.of("enabled", "intervals", "release", "archive_memory"));
    var defaults = AggregationConfig.defaults();
    return new AggregationConfig(
        section.flag("enabled", defaults.enabled()),
        section.get("intervals").map(AggregationReader::levels).orElseGet(defaults::levels),
        section.get("release").flatMap(AggregationReader::release).orElse(defaults.release()),
        section.size("archive_memory", defaults.archiveMemory(), LEAST_MEMORY, MOST_MEMORY));
  }

  private static Optional<ArchiveRelease> release(Value value) {
    return value
        .word(List.of("ttl", "durable"))
        .map(name -> name.equals("ttl") ? ArchiveRelease.TTL : ArchiveRelease.DURABLE);
  }

  private static List<Level> levels(Value value) {
    List<Value> rows = value.items("a list of {name, interval, script}");
    var levels = new ArrayList<Level>();
    for (Value row : rows) {
      level(row)
          .ifPresent(level -> {
            if (levels.contains(level)) {
              row.problem("interval \"" + level.name() + "\" is given twice");
            } else {
              levels.add(level);
            }
          });
    }
    if (rows.isEmpty()) {
      value.problem("holds no interval; to switch aggregation off, set enabled: false");
    }
    if (!rows.isEmpty() && !levels.contains(FINEST)) {
      value.problem("all levels are folded from 1m windows: add the interval 1m");
    }
    return levels;
  }

  private static Optional<Level> level(Value row) {
    var section = Section.of(row, List.of("name", "interval", "script"));
    Optional<Value> interval = section.require("interval");
    Optional<Duration> length = interval.flatMap(AggregationReader::length);
    Optional<Value> named = section.require("name");
    Optional<String> name = named.flatMap(v -> Section.notBlank(v, NAMES));
    if (name.isEmpty()) {
      return Optional.empty();
    }
    Optional<Level> level = Level.parse(name.get()).filter(l -> !l.equals(Level.RAW));
    if (level.isEmpty()) {
      row.problem("found the name " + named.get().shown() + ", allowed is " + NAMES);
      return Optional.empty();
    }
    if (length.isPresent() && !length.get().equals(level.get().length())) {
      interval.get().mismatch(Durations.format(level.get().length()) + " for " + name.get());
    }
    section.get("script").ifPresent(script -> checkScript(script, level.get()));
    String wrong = wrongLength(level.get().length());
    if (!wrong.isEmpty()) {
      row.problem("a window of " + name.get() + " can't be had: " + wrong);
      return Optional.empty();
    }
    return level;
  }

  private static String wrongLength(Duration length) {
    if (length.toMillis() % FINEST.length().toMillis() != 0) {
      return "it is not made of whole minutes";
    }
    if (length.compareTo(DAY) > 0 && length.toMillis() % DAY.toMillis() != 0) {
      return "beyond a day it must be whole days";
    }
    return length.compareTo(LONGEST) > 0 ? "it is longer than a year" : "";
  }

  private static Optional<Duration> length(Value value) {
    Optional<String> text = value.text(Durations.ALLOWED);
    Optional<Duration> length = text.flatMap(Durations::parse);
    if (text.isPresent() && length.isEmpty()) {
      value.mismatch(Durations.ALLOWED);
    }
    return length;
  }

  private static void checkScript(Value value, Level level) {
    String expected = "aggregate_" + level.name();
    Optional<String> script = value.text(expected);
    if (script.isPresent() && !script.get().equals(expected)) {
      value.problem("found " + value.shown() + ", which is no script; allowed is " + expected);
    }
  }
}
