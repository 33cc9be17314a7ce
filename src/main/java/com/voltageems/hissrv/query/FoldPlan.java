package com.voltageems.hissrv.query;

import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Statistic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is folded: functions over points, and the stored fields that takes.
 *
 * @param points names without a statistic's, {@code voltage}, or of raw rows the fields themselves,
 *     each with its functions in the order asked for
 * @param stored all fields there are
 */
record FoldPlan(Map<String, List<Fn>> points, boolean isRaw, Set<String> stored) {
  /**
   * Holds what is asked against what is stored.
   *
   * @param fields stored fields and points that are asked for; empty for all
   * @param stored all fields there are
   * @param level that answers
   * @param oneWindowPerBucket whether a bucket has only one window
   * @throws QueryProblem that names the statistic that is missing
   */
  static FoldPlan of(
      List<Fn> functions,
      FieldChoice fields,
      SortedSet<String> stored,
      Level level,
      boolean oneWindowPerBucket) {
    if (level.equals(Level.RAW)) {
      var points = new TreeMap<String, List<Fn>>();
      for (String field : fields.isAll() ? stored : fields.stored()) {
        points.put(field, functions);
      }
      return new FoldPlan(points, true, stored);
    }
    Collection<String> candidates = fields.isAll() ? FieldChoice.points(stored) : fields.points();
    var points = new TreeMap<String, List<Fn>>();
    for (String point : candidates) {
      boolean all = true;
      for (Fn function : functions) {
        List<String> missing = missing(function, point, stored, oneWindowPerBucket);
        if (!missing.isEmpty() && (!fields.isAll() || candidates.size() == 1)) {
          throw problem(function, point, missing, oneWindowPerBucket, level);
        }
        all &= missing.isEmpty();
      }
      if (all) {
        points.put(point, functions);
      }
    }
    if (points.isEmpty()) {
      Fn function = functions.getFirst();
      throw problem(
          function,
          candidates.isEmpty() ? "any field" : candidates.iterator().next(),
          function.stored(),
          oneWindowPerBucket,
          level);
    }
    return new FoldPlan(points, false, stored);
  }

  /** Of each point whatever of these functions can be told. */
  static FoldPlan ofPossible(
      List<Fn> functions, FieldChoice fields, SortedSet<String> stored, Level level) {
    if (level.equals(Level.RAW)) {
      return of(functions, fields, stored, level, false);
    }
    var points = new TreeMap<String, List<Fn>>();
    for (String point : fields.isAll() ? FieldChoice.points(stored) : fields.points()) {
      List<Fn> possible =
          functions.stream().filter(fn -> missing(fn, point, stored, false).isEmpty()).toList();
      if (!possible.isEmpty()) {
        points.put(point, possible);
      }
    }
    return new FoldPlan(points, false, stored);
  }

  private static List<String> missing(
      Fn function, String point, Set<String> stored, boolean oneWindowPerBucket) {
    if (function.kind().isWindowsOwn() && !oneWindowPerBucket) {
      return function.stored();
    }
    if (function.kind() == Fn.Kind.SUM
        && stored.contains(point + "_sum")
        && stored.contains(point + "_count")) {
      return List.of();
    }
    var missing = new ArrayList<String>();
    for (int i = 0; i < function.labels().size(); i++) {
      if (!stored.contains(point + "_" + function.labels().get(i))) {
        missing.add(function.stored().get(i));
      }
    }
    return missing;
  }

  private static QueryProblem problem(
      Fn function, String point, List<String> missing, boolean oneWindow, Level level) {
    String why =
        function.kind().isWindowsOwn() && !oneWindow
            ? " in windows of "
                + level.name()
                + ": it does not fold, so 'every' must be a level that has it"
            : "";
    return QueryProblem.missingStatistic(function.label(), point, missing, why);
  }

  /** The fields to read. */
  Set<String> fields() {
    if (isRaw) {
      return points.keySet();
    }
    var fields = new TreeSet<String>();
    points.forEach((point, functions) -> {
      fields.addAll(statistics(point, functions).values());
      percentiles(functions).forEach(label -> fields.add(point + "_" + label));
    });
    return fields;
  }

  /** An empty bucket of a point. */
  WindowBucket bucket(String point) {
    List<Fn> functions = points.getOrDefault(point, List.of());
    List<String> percentiles = percentiles(functions);
    return new WindowBucket(
        statistics(point, functions),
        percentiles.isEmpty() ? "" : point + "_" + percentiles.getFirst());
  }

  private Map<Statistic, String> statistics(String point, List<Fn> functions) {
    var needed = EnumSet.noneOf(Statistic.class);
    for (Fn function : functions) {
      needed.addAll(function.kind().needs());
      if (function.kind() == Fn.Kind.SUM) {
        needed.add(Statistic.SUM);
      }
    }
    var fields = new EnumMap<Statistic, String>(Statistic.class);
    for (Statistic statistic : needed) {
      String field = point + "_" + statistic.label();
      if (stored.contains(field)) {
        fields.put(statistic, field);
      }
    }
    return fields;
  }

  private static List<String> percentiles(List<Fn> functions) {
    return functions.stream().filter(fn -> fn.kind() == Fn.Kind.PERCENTILE).map(Fn::label).toList();
  }

  static List<Fn> summary() {
    return Arrays.stream(Fn.Kind.values())
        .filter(kind -> !kind.isWindowsOwn() && kind != Fn.Kind.SPREAD)
        .map(Fn::of)
        .toList();
  }
}
