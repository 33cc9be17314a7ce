package com.voltageems.hissrv.transform;

import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import java.util.List;
import java.util.Map;

/** What became of an archive or a document. */
public sealed interface Transformed {
  /**
   * Points: of a document one, of an archive for each rule the ordinary one and then one for each
   * named aggregation; those without a field are left out.
   *
   * @param points at least one, each of another series
   * @param originsBySeries which live field each of their fields came from, by series without
   *     interval and aggregation; empty for a document
   * @param unmapped names of what no rule maps, {@code source/point}
   * @param unusable names of values that are no finite number
   */
  record Mapped(
      List<Point> points,
      Map<SeriesKey, List<Origin>> originsBySeries,
      List<String> unmapped,
      List<String> unusable)
      implements Transformed {
    /** Of all series. */
    public List<Origin> origins() {
      return originsBySeries.values().stream().flatMap(List::stream).toList();
    }

    /** The first of them. */
    public Point point() {
      return points.getFirst();
    }
  }

  /**
   * Nothing to store and nothing lost: every value in it is one that the rules leave out.
   *
   * @param unmapped see {@link Mapped}
   * @param unusable see {@link Mapped}
   */
  record Empty(List<String> unmapped, List<String> unusable) implements Transformed {}

  /**
   * Not readable as a point: to be kept in quarantine.
   *
   * @param reason what is wrong and where
   */
  record Refused(String reason) implements Transformed {}
}
