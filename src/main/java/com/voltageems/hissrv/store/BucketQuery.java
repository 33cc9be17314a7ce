package com.voltageems.hissrv.store;

import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a store may reckon by itself: of each series a row for each stretch of time, at its start.
 *
 * @param rows that are reckoned over; the fields it names are not heeded, nor its order
 * @param columns by the name they have in the answer
 * @param every how long a stretch is: whole milliseconds
 * @param offset when the first stretch after the epoch begins, less than {@code every}
 */
public record BucketQuery(
    SeriesQuery rows, SortedMap<String, Column> columns, Duration every, Duration offset) {
  /** Copies the map. */
  public BucketQuery {
    columns = new TreeMap<>(columns);
  }

  /** One function of one field. */
  public record Column(Function function, String field) {}

  /** What is the same whoever reckons it: no sum of fractions is. */
  public enum Function {
    /** Of numbers; a float. */
    MIN,
    /** Of numbers; a float. */
    MAX,
    /** Of integers; an integer. */
    SUM,
    /** Of any values; an integer. */
    COUNT,
    /** As it is stored. */
    FIRST,
    /** As it is stored. */
    LAST
  }
}
