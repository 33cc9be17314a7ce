package com.voltageems.hissrv.query;

import com.voltageems.hissrv.model.Nearest;
import com.voltageems.hissrv.model.Statistic;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The fields a question asks for. A name that is no field's stands for all statistics of a point:
 * {@code voltage} for {@code voltage_avg}, {@code voltage_count} and so on.
 *
 * @param stored fields to read; empty for all
 * @param points what they are statistics of
 */
record FieldChoice(SortedSet<String> stored, SortedSet<String> points) {
  private static final Pattern STATISTIC =
      Pattern.compile(
          "(.+)_("
              + Arrays.stream(Statistic.values())
                  .map(Statistic::label)
                  .collect(Collectors.joining("|"))
              + "|median|mode|percentile_[0-9_]+)");

  boolean isAll() {
    return stored.isEmpty();
  }

  /**
   * Holds names against the fields there are.
   *
   * @throws QueryProblem for a name that is neither
   */
  static FieldChoice of(List<String> names, SortedSet<String> fields, String measurement) {
    var stored = new TreeSet<String>();
    var points = new TreeSet<String>();
    for (String name : names) {
      if (fields.contains(name)) {
        stored.add(name);
        points.add(point(name).orElse(name));
        continue;
      }
      Set<String> statistics =
          fields.stream()
              .filter(field -> point(field).filter(name::equals).isPresent())
              .collect(Collectors.toSet());
      if (statistics.isEmpty()) {
        var candidates = new TreeSet<>(fields);
        candidates.addAll(points(fields));
        throw QueryProblem.unknownField(name, measurement, Nearest.to(name, candidates));
      }
      stored.addAll(statistics);
      points.add(name);
    }
    return new FieldChoice(stored, points);
  }

  /** What fields are statistics of. */
  static SortedSet<String> points(Collection<String> fields) {
    var points = new TreeSet<String>();
    fields.forEach(field -> point(field).ifPresent(points::add));
    return points;
  }

  private static Optional<String> point(String field) {
    var match = STATISTIC.matcher(field);
    return match.matches() ? Optional.of(match.group(1)) : Optional.empty();
  }
}
