package com.voltageems.hissrv.config;

import com.voltageems.hissrv.model.Nearest;
import com.voltageems.hissrv.model.Statistic;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A function under one of the names people know it by.
 *
 * @param text as configured
 */
record FunctionName(String text, Statistic statistic) {
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

  /** They need every sample of a window. */
  private static final Pattern NOT_BUILT =
      Pattern.compile("(percentile|quantile)\\b.*|median|mode");

  /** Empty (and a problem) when there is no such function. */
  static Optional<FunctionName> read(Value value) {
    Optional<String> text = Section.notBlank(value, allowed());
    if (text.isEmpty()) {
      return Optional.empty();
    }
    String name = text.get();
    Optional<FunctionName> found =
        Optional.ofNullable(ALL.get(name)).map(statistic -> new FunctionName(name, statistic));
    if (found.isEmpty()) {
      value.problem("found " + value.shown() + why(name) + " Allowed are " + allowed());
    }
    return found;
  }

  private static String why(String name) {
    if (NOT_BUILT.matcher(name).matches()) {
      return ", which is not built yet in this version.";
    }
    return Nearest.typoOf(name, ALL.keySet())
        .map(near -> ", which is no function; did you mean \"" + near + "\"?")
        .orElse(", which is no function.");
  }

  private static String allowed() {
    return Arrays.stream(Statistic.values()).map(Statistic::label).collect(Collectors.joining(", "))
        + ", or "
        + OTHER_NAMES.keySet().stream().sorted().collect(Collectors.joining(", "));
  }
}
