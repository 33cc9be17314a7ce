package com.voltageems.hissrv.transform;

import com.voltageems.hissrv.model.Point;
import java.util.List;

/** What became of an archive or a document. */
public sealed interface Transformed {
  /**
   * Points: of a document one, of an archive the ordinary one and then one for each named
   * aggregation; those without a field are left out.
   *
   * @param points at least one, all of the same measurement
   * @param origins which live field each of their fields came from; empty for a document
   * @param unmapped names of what no rule maps, {@code source/point}
   * @param unusable names of values that are no finite number
   */
  record Mapped(
      List<Point> points, List<Origin> origins, List<String> unmapped, List<String> unusable)
      implements Transformed {
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
