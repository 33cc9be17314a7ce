package com.voltageems.hissrv.model;

/**
 * One window of one level, half-open.
 *
 * @param level the level it belongs to
 * @param startMillis its first moment, epoch milliseconds
 */
public record Window(Level level, long startMillis) implements Comparable<Window> {
  /** The first moment after it, epoch milliseconds. */
  public long endMillis() {
    return startMillis + level.length().toMillis();
  }

  /** The window start as archive keys write it, epoch seconds. */
  public long startSeconds() {
    return Math.floorDiv(startMillis, 1000L);
  }

  /** In the order in which windows may be closed: by end, finer level first. */
  @Override
  public int compareTo(Window other) {
    int byEnd = Long.compare(endMillis(), other.endMillis());
    return byEnd != 0 ? byEnd : level.compareTo(other.level);
  }
}
