package com.voltageems.hissrv.observe;

import ch.qos.logback.classic.Level;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * {@code HISSRV_LOG}: a comma list of {@code target=level}. The target {@code hissrv} is this
 * service, {@code hissrv.deliver} (or {@code hissrv::deliver}) one package of it, anything else
 * with a dot a library's logger; a level alone is {@code hissrv}'s.
 *
 * @param byLogger the levels asked for, by the loggers' full names
 * @param problems what could not be understood, and so was ignored
 */
record LogLevels(Map<String, Level> byLogger, List<String> problems) {
  static final String ROOT = "com.voltageems.hissrv";
  private static final String TARGET = "hissrv";
  private static final List<String> LEVELS =
      List.of("off", "error", "warn", "info", "debug", "trace");

  /** Of targets and levels that were checked. */
  static LogLevels of(Map<String, String> byTarget) {
    return parse(
        byTarget.entrySet().stream()
            .map(one -> one.getKey() + "=" + one.getValue())
            .collect(Collectors.joining(",")));
  }

  static LogLevels parse(String text) {
    var levels = new LinkedHashMap<String, Level>();
    var problems = new ArrayList<String>();
    for (String item : text.split(",", -1)) {
      String part = item.strip();
      if (part.isEmpty()) {
        continue;
      }
      int equals = part.indexOf('=');
      Optional<String> logger = logger(equals < 0 ? TARGET : part.substring(0, equals));
      Optional<Level> level = level(part.substring(equals + 1));
      if (logger.isPresent() && level.isPresent()) {
        levels.put(logger.get(), level.get());
      } else {
        problems.add(
            "HISSRV_LOG: ignored \""
                + part
                + "\", allowed is target=level, for example hissrv=debug or hissrv.deliver=trace,"
                + " with a level of "
                + String.join(", ", LEVELS));
      }
    }
    return new LogLevels(levels, problems);
  }

  private static Optional<String> logger(String target) {
    String name = target.strip().replace("::", ".");
    if (name.equals(TARGET) || name.startsWith(TARGET + ".")) {
      return Optional.of(ROOT + name.substring(TARGET.length()));
    }
    return name.contains(".") ? Optional.of(name) : Optional.empty();
  }

  private static Optional<Level> level(String name) {
    String plain = name.strip().toLowerCase(Locale.ROOT);
    return LEVELS.contains(plain) ? Optional.of(Level.toLevel(plain)) : Optional.empty();
  }
}
