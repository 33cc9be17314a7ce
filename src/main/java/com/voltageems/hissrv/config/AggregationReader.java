package com.voltageems.hissrv.config;

import com.voltageems.hissrv.model.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code aggregation:}. A level is built when there is a Lua script that closes its windows. */
final class AggregationReader {
  private static final List<Level> BUILT = AggregationConfig.defaults().levels();
  private static final String ALLOWED =
      "built are 1m (60s, aggregate_1m) and 5m (300s, aggregate_5m)";

  private AggregationReader() {}

  static AggregationConfig read(Value value) {
    var section = Section.of(value, List.of("enabled", "intervals"));
    var defaults = AggregationConfig.defaults();
    return new AggregationConfig(
        section.flag("enabled", defaults.enabled()),
        section.get("intervals").map(AggregationReader::levels).orElseGet(defaults::levels));
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
    if (levels.contains(BUILT.getLast()) && !levels.contains(BUILT.getFirst())) {
      value.problem("5m is folded from 1m windows: add the interval 1m");
    }
    return levels;
  }

  private static Optional<Level> level(Value row) {
    var section = Section.of(row, List.of("name", "interval", "script"));
    Optional<Value> interval = section.require("interval");
    Optional<Duration> length = interval.flatMap(AggregationReader::length);
    Optional<String> name = section.requiredText("name", "a level such as 1m");
    if (name.isEmpty()) {
      return Optional.empty();
    }
    Optional<Level> level = BUILT.stream().filter(l -> l.name().equals(name.get())).findFirst();
    if (level.isEmpty()) {
      row.problem("interval \"" + name.get() + "\" is not built yet in this version; " + ALLOWED);
      return Optional.empty();
    }
    if (length.isPresent() && !length.get().equals(level.get().length())) {
      interval.get().mismatch(Durations.format(level.get().length()) + " for " + name.get());
    }
    section.get("script").ifPresent(script -> checkScript(script, level.get()));
    return level;
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
      value.problem(
          "found "
              + value.shown()
              + ", but scripts of your own are not built yet in this version; allowed is "
              + expected);
    }
  }
}
