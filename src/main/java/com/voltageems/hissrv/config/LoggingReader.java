package com.voltageems.hissrv.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code logging:} */
final class LoggingReader {
  private static final List<String> LEVELS =
      List.of("off", "error", "warn", "info", "debug", "trace");
  private static final String ALL = "hissrv";
  private static final String TARGET =
      "is no target: hissrv, a package of it such as hissrv.deliver, or a library's logger with a dot"
          + " in its name";
  private static final String FILE = "a file's path, or none";
  private static final String NONE = "none";
  private static final long LEAST_SIZE = 64L << 10;
  private static final long MOST_SIZE = 1L << 40;
  private static final int MOST_DAYS = 3_660;

  private LoggingReader() {}

  static LoggingConfig read(Value value) {
    var section =
        Section.of(
            value, List.of("level", "levels", "format", "file", "file_size", "days", "total_size"));
    var defaults = LoggingConfig.defaults();
    var levels = new LinkedHashMap<String, String>();
    section.get("level").flatMap(LoggingReader::level).ifPresent(level -> levels.put(ALL, level));
    section.get("levels").ifPresent(targets -> readLevels(targets, levels));
    return new LoggingConfig(
        levels,
        section.get("format").map(LoggingReader::isJson).orElse(defaults.json()),
        section.get("file").isPresent() ? file(section.get("file").get()) : defaults.file(),
        section.size("file_size", defaults.fileSize(), LEAST_SIZE, MOST_SIZE),
        section.integer("days", defaults.days(), 1, MOST_DAYS),
        section.size("total_size", defaults.totalSize(), LEAST_SIZE, MOST_SIZE));
  }

  private static void readLevels(Value targets, Map<String, String> levels) {
    targets
        .entries("a mapping of targets to levels, for example hissrv.deliver: debug")
        .forEach((target, value) -> {
          if (target.equals(ALL) && levels.containsKey(ALL)) {
            value.keyProblem("is given twice: level sets it too");
          } else if (!target.equals(ALL) && !target.contains(".")) {
            value.keyProblem(Value.quoted(target) + " " + TARGET);
          }
          level(value).ifPresent(level -> levels.put(target, level));
        });
  }

  private static Optional<String> level(Value value) {
    return value.word(LEVELS);
  }

  private static boolean isJson(Value value) {
    return value.word(List.of("text", "json")).filter("json"::equals).isPresent();
  }

  private static @Nullable Path file(Value value) {
    Optional<String> text = Section.notBlank(value, FILE);
    if (text.isEmpty() || text.get().equals(NONE)) {
      return null;
    }
    try {
      return Path.of(text.get());
    } catch (InvalidPathException e) {
      value.mismatch(FILE);
      return null;
    }
  }
}
