package com.voltageems.hissrv.query;

import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.TimeRange;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A question about windows: which sources, which levels, when.
 *
 * @param range windows that begin in it
 * @param sources tells by the live key whether a source is meant
 * @param levels at least one
 * @param limit most gaps to be told
 */
public record WindowsRequest(
    TimeRange range, Predicate<String> sources, Set<Level> levels, int limit) {
  /** Gaps told when no limit is given. */
  public static final int DEFAULT_LIMIT = 1_000;

  /** Gaps told at most. */
  public static final int MOST_LIMIT = 20_000;

  private static final Set<String> NAMES =
      Set.of("range", "start", "stop", "source", "interval", "limit");

  /**
   * Reads {@code range} or {@code start} and {@code stop}, {@code source} (a live key, or a pattern
   * with {@code *} and {@code ?}), {@code interval} and {@code limit}.
   *
   * @param more names of parameters that are somebody else's to read
   * @param known levels there are
   * @throws QueryProblem for anything else
   */
  public static WindowsRequest parse(
      Map<String, List<String>> parameters,
      Set<String> more,
      Collection<Level> known,
      Instant now) {
    var given = new HashMap<String, String>();
    parameters.forEach((name, values) -> {
      if (!NAMES.contains(name) && !more.contains(name)) {
        var expected = new TreeSet<>(NAMES);
        expected.addAll(more);
        throw QueryProblem.unknownParameter(name, expected);
      }
      if (values.size() != 1) {
        throw QueryProblem.duplicated(name);
      }
      given.put(name, values.getFirst());
    });
    var range = RangeText.read(given.get("range"), given.get("start"), given.get("stop"), now);
    return new WindowsRequest(
        range,
        SourceGlob.parse(given.getOrDefault("source", "*")),
        levels(given, known),
        limit(given.getOrDefault("limit", Integer.toString(DEFAULT_LIMIT))));
  }

  private static Set<Level> levels(Map<String, String> given, Collection<Level> known) {
    String asked = given.get("interval");
    if (asked == null) {
      return Set.copyOf(known);
    }
    return known.stream()
        .filter(level -> level.name().equals(asked))
        .findFirst()
        .map(Set::of)
        .orElseThrow(() ->
            QueryProblem.badParameter(
                "interval",
                "'" + QueryProblem.shown(asked) + "' is not one of the levels that are kept.",
                "one of " + known.stream().map(Level::name).collect(Collectors.joining(", "))));
  }

  private static int limit(String text) {
    if (text.matches("\\d{1,6}") && Integer.parseInt(text) <= MOST_LIMIT) {
      return Integer.parseInt(text);
    }
    throw QueryProblem.badParameter(
        "limit",
        "'" + QueryProblem.shown(text) + "' is not a number of gaps.",
        "a whole number from 0 to " + MOST_LIMIT);
  }
}
