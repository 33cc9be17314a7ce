package com.voltageems.hissrv.config;

import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Nearest;
import com.voltageems.hissrv.model.ValueFunction;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A function over all values of a window: {@code median}, {@code percentile(95)}. */
final class ValueFunctionReader {
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final Pattern CALL = Pattern.compile("(\\w+)\\s*(?:\\((.*)\\))?");
  private static final Pattern NUMBER = Pattern.compile("-?\\d{1,15}(\\.\\d{1,9})?");

  /** What others call avg; by its letters it is nearer to median. */
  private static final String MEAN = "mean";

  private final KnownFunctions known;

  ValueFunctionReader(KnownFunctions known) {
    this.known = known;
  }

  /** Whether all values of a level's windows are kept. */
  static boolean fits(Level level) {
    return level.length().compareTo(LONGEST) <= 0;
  }

  /** Whether a text calls one of them, with whatever arguments. */
  boolean isCalledIn(String text) {
    Matcher call = CALL.matcher(text);
    return call.matches() && known.names().contains(call.group(1));
  }

  /** Empty, and a problem, when there is no such function or it does not take these arguments. */
  Optional<ValueFunction> read(Value value, String allowed, List<Level> levels) {
    Optional<String> text = Section.notBlank(value, allowed);
    return text.flatMap(t -> call(value, t, allowed, levels));
  }

  private Optional<ValueFunction> call(
      Value value, String text, String allowed, List<Level> levels) {
    Matcher call = CALL.matcher(text);
    if (!call.matches() || !known.names().contains(call.group(1))) {
      String name = text.replaceFirst("[ (].*", "");
      Optional<String> meant =
          name.equals(MEAN) ? Optional.of("avg") : Nearest.typoOf(name, known.names());
      String near =
          meant.map(one -> "; did you mean \"" + one + "\"? Allowed is ").orElse(", allowed is ");
      value.problem("found " + value.shown() + near + allowed);
      return Optional.empty();
    }
    String name = call.group(1);
    try {
      List<BigDecimal> arguments = arguments(call.group(2) == null ? "" : call.group(2));
      var body = known.bind(name, arguments.stream().map(BigDecimal::doubleValue).toList());
      return Optional.of(new ValueFunction(name, arguments, Set.copyOf(levels), body));
    } catch (IllegalArgumentException e) {
      value.problem("found " + value.shown() + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  private static List<BigDecimal> arguments(String text) {
    var arguments = new ArrayList<BigDecimal>();
    if (text.isBlank()) {
      return arguments;
    }
    for (String word : text.split(",", -1)) {
      String number = word.strip();
      if (!NUMBER.matcher(number).matches()) {
        throw new IllegalArgumentException("arguments are numbers such as 95 or 99.9");
      }
      arguments.add(new BigDecimal(number).stripTrailingZeros());
    }
    return arguments;
  }
}
