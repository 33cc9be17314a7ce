package com.voltageems.hissrv.model;

/**
 * One window of one level, half-open.
 *
 * @param level the level it belongs to
 * @param startMillis its first moment, epoch milliseconds
 * @param endMillis the first moment after it; a calendar day is not always 24 hours
 */
public record Window(Level level, long startMillis, long endMillis) implements Comparable<Window> {
  /** The window start as archive keys write it, epoch seconds. */
  public long startSeconds() {
    return Math.floorDiv(startMillis, 1000L);
  }

  /** The window's end, epoch seconds. */
  public long endSeconds() {
    return Math.floorDiv(endMillis, 1000L);
  }

  /** In the order in which windows may be closed: by end, finer level first. */
  @Override
  public int compareTo(Window other) {
    int byEnd = Long.compare(endMillis, other.endMillis);
    if (byEnd != 0) {
      return byEnd;
    }
    int byLevel = level.compareTo(other.level);
    return byLevel != 0 ? byLevel : Long.compare(startMillis, other.startMillis);
  }
}
