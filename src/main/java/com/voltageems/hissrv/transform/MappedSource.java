package com.voltageems.hissrv.transform;

import com.voltageems.hissrv.config.MappingConfig;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.model.Statistic;
import java.util.Optional;

/**
 * A source as its rule sees it.
 *
 * @param sourceKey the live key
 * @param series measurement and tags, without the interval
 */
public record MappedSource(String sourceKey, SeriesKey series, MappingConfig rule) {
  /** Whether any of its statistics needs more of the open window than the usual ones. */
  public boolean needsExtendedStatistics() {
    return rule.statistics().stream().anyMatch(Statistic::isExtended);
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
