package com.voltageems.hissrv.transform;

import com.voltageems.hissrv.config.MappingConfig;
import com.voltageems.hissrv.config.NamedAggregation;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.model.Statistic;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A source as its rule sees it.
 *
 * @param sourceKey the live key
 * @param series measurement and tags, without the interval
 * @param aggregations those of its measurement
 */
public record MappedSource(
    String sourceKey, SeriesKey series, MappingConfig rule, List<NamedAggregation> aggregations) {
  /** The counters among its points, by point id. */
  public Map<String, MappingConfig.Counter> counters() {
    var counters = new TreeMap<String, MappingConfig.Counter>();
    rule.fields()
        .forEach((point, field) -> {
          if (field.counter() != null) {
            counters.put(point, field.counter());
          }
        });
    return counters;
  }

  /** Whether any of its statistics needs more of the open window than the usual ones. */
  public boolean needsExtendedStatistics() {
    Stream<Statistic> ofFields =
        rule.fields().values().stream().flatMap(field -> statistics(field).stream());
    Stream<Statistic> ofAggregations = aggregations.stream().map(NamedAggregation::statistic);
    return !counters().isEmpty()
        || Stream.of(rule.statistics().stream(), ofFields, ofAggregations)
            .flatMap(all -> all)
            .anyMatch(Statistic::isExtended);
  }

  /** What is stored of a field: its own or the rule's statistics, and what a counter counted. */
  Set<Statistic> statistics(MappingConfig.Field field) {
    Set<Statistic> own = field.statistics();
    Set<Statistic> asked = own == null ? rule.statistics() : own;
    if (field.counter() == null) {
      return asked;
    }
    var statistics = EnumSet.copyOf(asked);
    statistics.add(Statistic.INCREASE);
    return statistics;
  }

  /** The field a point id becomes; empty when the rule does not name it. */
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
