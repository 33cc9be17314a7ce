package com.voltageems.hissrv.correct;

import com.voltageems.hissrv.model.Nearest;
import com.voltageems.hissrv.query.QueryProblem;
import com.voltageems.hissrv.store.HistoryStore;
import java.util.Collection;
import java.util.SortedSet;

/** Whether what is named exists. */
final class Names {
  private Names() {}

  /**
   * @throws QueryProblem with the nearest name when it does not
   */
  static void verify(HistoryStore store, String measurement, Collection<String> tags) {
    SortedSet<String> measurements = store.measurements();
    if (!measurements.contains(measurement)) {
      throw QueryProblem.unknownMeasurement(
          measurement, Nearest.to(measurement, measurements), measurements.size());
    }
    SortedSet<String> known = store.tagNames(measurement);
    for (String tag : tags) {
      if (!known.contains(tag)) {
        throw QueryProblem.unknownTag(
            tag,
            measurement,
            "one of the tags " + String.join(", ", known),
            Nearest.to(tag, known));
      }
    }
  }
}
