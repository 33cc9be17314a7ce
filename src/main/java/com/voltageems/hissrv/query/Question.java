package com.voltageems.hissrv.query;

import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Nearest;
import com.voltageems.hissrv.store.HistoryStore;
import java.time.ZoneId;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** A question held against what is stored, and the ways to answer it. */
record Question(QueryRequest request, List<Way> ways, SortedSet<String> tagNames) {
  /**
   * @param site whose midnights windows of a day follow
   * @throws QueryProblem for what is not stored
   */
  static Question of(QueryRequest request, HistoryStore store, ZoneId site) {
    SortedSet<Level> levels = store.levels(request.measurement());
    if (levels.isEmpty()) {
      SortedSet<String> known = store.measurements();
      throw QueryProblem.unknownMeasurement(
          request.measurement(), Nearest.to(request.measurement(), known), known.size());
    }
    SortedSet<String> tagNames = store.tagNames(request.measurement());
    checkTags(request, tagNames);
    Level level = new LevelChoice(request, levels, site).choose();
    return new Question(request, Way.of(request, level, levels, tagNames), tagNames);
  }

  private static void checkTags(QueryRequest request, SortedSet<String> known) {
    for (String tag : request.tags().keySet()) {
      if (!known.contains(tag)) {
        var candidates = new TreeSet<>(known);
        candidates.addAll(QueryRequest.RESERVED);
        String expected =
            known.isEmpty() ? "no tag at all" : "one of the tags " + String.join(", ", known);
        throw QueryProblem.unknownTag(
            tag, request.measurement(), expected, Nearest.to(tag, candidates));
      }
    }
  }
}
