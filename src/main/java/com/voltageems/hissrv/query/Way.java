package com.voltageems.hissrv.query;

import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.store.TagCondition;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;

/**
 * One way to find rows: the first that finds any answers.
 *
 * @param withoutAggregations whether series of named aggregations are left out
 */
record Way(Level level, boolean withoutAggregations) {
  /**
   * Series of named aggregations say again what the ordinary ones say: without their tag they
   * answer only where there is nothing else. Asked for by the tag, their level is the finest that
   * they have.
   */
  static List<Way> of(
      QueryRequest request, Level level, SortedSet<Level> levels, SortedSet<String> tagNames) {
    if (!tagNames.contains(SeriesKey.AGGREGATION_TAG)) {
      return List.of(new Way(level, false));
    }
    if (!request.tags().containsKey(SeriesKey.AGGREGATION_TAG)) {
      return List.of(new Way(level, true), new Way(level, false));
    }
    var ways = new ArrayList<Way>();
    ways.add(new Way(level, false));
    if (!request.namesLevel()) {
      levels.tailSet(level).stream()
          .filter(coarser -> !coarser.equals(level))
          .forEach(coarser -> ways.add(new Way(coarser, false)));
    }
    return ways;
  }

  List<TagCondition> conditions(QueryRequest request) {
    List<TagCondition> conditions = request.conditions();
    if (withoutAggregations) {
      conditions.add(new TagCondition.In(SeriesKey.AGGREGATION_TAG, Set.of("")));
    }
    return conditions;
  }
}
