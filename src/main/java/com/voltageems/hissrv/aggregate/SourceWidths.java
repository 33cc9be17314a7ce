package com.voltageems.hissrv.aggregate;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How many points each source had when it was sampled last: calls are bounded by their points. */
final class SourceWidths {
  /** What a source not sampled yet is taken to have. */
  private static final int USUAL = 50;

  private final Map<String, Integer> pointsByLiveKey = new HashMap<>();

  void put(SourceKeys source, int points) {
    pointsByLiveKey.put(source.live(), points);
  }

  /** 0 where it was not sampled yet. */
  int of(SourceKeys source) {
    return pointsByLiveKey.getOrDefault(source.live(), 0);
  }

  /** Forgets all but these live keys. */
  void retain(Collection<String> liveKeys) {
    pointsByLiveKey.keySet().retainAll(liveKeys);
  }

  /** The first of these sources that have so many points together, but at least one. */
  List<SourceKeys> first(Iterable<SourceKeys> sources, int mostSources, int mostPoints) {
    var first = new ArrayList<SourceKeys>();
    int points = 0;
    for (SourceKeys source : sources) {
      points += pointsByLiveKey.getOrDefault(source.live(), USUAL);
      if (!first.isEmpty() && (points > mostPoints || first.size() == mostSources)) {
        break;
      }
      first.add(source);
    }
    return first;
  }
}
