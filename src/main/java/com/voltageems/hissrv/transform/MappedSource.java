package com.voltageems.hissrv.transform;

import com.voltageems.hissrv.config.MappingConfig;
import com.voltageems.hissrv.config.NamedAggregation;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.model.Statistic;
import com.voltageems.hissrv.model.Summary;
import com.voltageems.hissrv.model.ValueFunction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A source as its rule sees it.
 *
 * @param sourceKey the live key
 * @param series measurement and tags, without the interval
 * @param aggregations those of its measurement
 * @param others the source as later rules see it, where this one lets them
 */
public record MappedSource(
    String sourceKey,
    SeriesKey series,
    MappingConfig rule,
    List<NamedAggregation> aggregations,
    List<MappedSource> others) {
  /** As each of its rules sees it, this one first; those have no others. */
  public List<MappedSource> all() {
    return Stream.concat(Stream.of(this), others.stream()).toList();
  }

  /** The counters among its points, by point id, of all rules; the first that says so decides. */
  public Map<String, MappingConfig.Counter> counters() {
    var counters = new TreeMap<String, MappingConfig.Counter>();
    for (MappedSource one : all()) {
      one.rule
          .fields()
          .forEach((point, field) -> {
            if (field.counter() != null) {
              counters.putIfAbsent(point, field.counter());
            }
          });
    }
    return counters;
  }

  /** Whether any rule's statistics need more of the open window than the usual ones. */
  public boolean needsExtendedStatistics() {
    return !counters().isEmpty() || all().stream().anyMatch(MappedSource::asksForExtended);
  }

  private boolean asksForExtended() {
    Stream<Statistic> ofFields =
        rule.fields().values().stream().flatMap(field -> statistics(field).stream());
    Stream<Summary> ofAggregations = aggregations.stream().map(NamedAggregation::statistic);
    return Stream.of(rule.statistics().stream(), ofFields, ofAggregations)
        .flatMap(all -> all)
        .anyMatch(one -> one instanceof Statistic statistic && statistic.isExtended());
  }

  /** The functions over all values that any rule stores of a point on a level, each once. */
  public List<ValueFunction> functions(Level level, String pointId) {
    var calls = new HashSet<String>();
    return all().stream()
        .flatMap(one ->
            one.field(pointId).stream()
                .flatMap(field ->
                    Stream.concat(one.functions(field).stream(), one.functionsOfAggregations())))
        .filter(one -> one.levels().contains(level))
        .filter(one -> calls.add(one.call()))
        .toList();
  }

  /** The levels on which any rule stores any function. */
  public SortedSet<Level> functionLevels() {
    var levels = new TreeSet<Level>();
    all().forEach(one -> one.allFunctions().forEach(function -> levels.addAll(function.levels())));
    return levels;
  }

  private Stream<ValueFunction> allFunctions() {
    Stream<ValueFunction> ofFields =
        rule.fields().values().stream().flatMap(field -> functions(field).stream());
    return Stream.of(rule.functions().stream(), ofFields, functionsOfAggregations())
        .flatMap(all -> all);
  }

  private Stream<ValueFunction> functionsOfAggregations() {
    return aggregations.stream()
        .map(NamedAggregation::statistic)
        .filter(ValueFunction.class::isInstance)
        .map(ValueFunction.class::cast);
  }

  /** The names of what is stored of a field on a level. */
  public List<String> stored(MappingConfig.Field field, Level level) {
    return summaries(field, level).stream().map(Summary::label).toList();
  }

  /** What is stored of a field on a level. */
  List<Summary> summaries(MappingConfig.Field field, Level level) {
    var summaries = new ArrayList<Summary>(statistics(field));
    functions(field).stream().filter(one -> one.levels().contains(level)).forEach(summaries::add);
    return summaries;
  }

  /**
   * The series that these points of it go to on a level, each with the columns they fill.
   *
   * @param points a point that no field is for goes nowhere
   */
  public Map<SeriesKey, Set<String>> columns(Level level, Collection<String> points) {
    var columns = new LinkedHashMap<SeriesKey, Set<String>>();
    for (MappedSource one : all()) {
      for (PointDraft draft : PointDraft.of(one, level, _ -> new TreeMap<>())) {
        Set<String> names = columns.computeIfAbsent(draft.series(), _ -> new LinkedHashSet<>());
        points.stream()
            .flatMap(point -> one.field(point).stream())
            .flatMap(field -> draft.columns(field).stream())
            .map(PointDraft.Column::name)
            .forEach(names::add);
      }
    }
    return columns;
  }

  private List<ValueFunction> functions(MappingConfig.Field field) {
    return field.statistics() == null ? rule.functions() : field.functions();
  }

  /** What is stored of a field: its own or the rule's statistics, and what a counter counted. */
  Set<Statistic> statistics(MappingConfig.Field field) {
    Set<Statistic> own = field.statistics();
    Set<Statistic> asked = own == null ? rule.statistics() : own;
    if (field.counter() == null) {
      return asked;
    }
    var statistics = EnumSet.of(Statistic.INCREASE);
    statistics.addAll(asked);
    return statistics;
  }

  /** The field a point id becomes by this rule; empty when it does not name it. */
  public Optional<MappingConfig.Field> field(String pointId) {
    MappingConfig.Field field = rule.fields().get(pointId);
    if (field != null) {
      return Optional.of(field);
    }
    return rule.direct() && !pointId.isEmpty()
        ? Optional.of(new MappingConfig.Field(pointId, null))
        : Optional.empty();
  }
}
