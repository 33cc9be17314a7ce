package com.voltageems.hissrv.config;

import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Nearest;
import com.voltageems.hissrv.model.Statistic;
import com.voltageems.hissrv.model.Summary;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A function under one of the names people know it by.
 *
 * @param text what fields end with: as configured; where that has arguments, a form that is valid
 *     everywhere
 */
record FunctionName(String text, Summary statistic) {
  private static final Map<String, Statistic> OTHER_NAMES =
      Map.of(
          "mean", Statistic.AVG,
          "average", Statistic.AVG,
          "spread", Statistic.RANGE,
          "time_weighted_average", Statistic.TWA,
          "good_share", Statistic.GOOD);

  private static final Map<String, Statistic> ALL =
      Arrays.stream(Statistic.values())
          .collect(
              Collectors.toMap(
                  Statistic::label, s -> s, (a, b) -> a, () -> new LinkedHashMap<>(OTHER_NAMES)));

  /**
   * Empty (and a problem) when there is no such function, or it is none for this level.
   *
   * @param known those over all values
   */
  static Optional<FunctionName> read(Value value, KnownFunctions known, Level level) {
    Optional<String> text = Section.notBlank(value, allowed(known));
    if (text.isEmpty()) {
      return Optional.empty();
    }
    String name = text.get();
    var functions = new ValueFunctionReader(known);
    if (functions.isCalledIn(name)) {
      if (!ValueFunctionReader.fits(level)) {
        value.problem(
            "%s needs every value of its window, and those of more than an hour (%s) are not kept"
                .formatted(name, level.name()));
      }
      return functions
          .read(value, allowed(known), List.of(level))
          .map(function -> new FunctionName(function.label(), function));
    }
    Optional<FunctionName> found =
        Optional.ofNullable(ALL.get(name)).map(statistic -> new FunctionName(name, statistic));
    if (found.isEmpty()) {
      value.problem("found " + value.shown() + why(name, known) + " Allowed are " + allowed(known));
    }
    return found;
  }

  private static String why(String name, KnownFunctions known) {
    var all = new LinkedHashSet<>(ALL.keySet());
    all.addAll(known.names());
    return Nearest.typoOf(name, all)
        .map(near -> ", which is no function; did you mean \"" + near + "\"?")
        .orElse(", which is no function.");
  }

  private static String allowed(KnownFunctions known) {
    return Arrays.stream(Statistic.values()).map(Statistic::label).collect(Collectors.joining(", "))
        + ", "
        + String.join(", ", known.names())
        + ", or "
        + OTHER_NAMES.keySet().stream().sorted().collect(Collectors.joining(", "));
  }
}
