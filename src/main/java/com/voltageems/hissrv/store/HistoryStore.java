package com.voltageems.hissrv.store;

import com.voltageems.hissrv.model.Component;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Consumer;

/**
 * A database of history. Safe for any thread.
 *
 * <p>It answers for what it was given and does nothing else: it never retries, queues or drops. All
 * methods but {@link #close} throw {@link StoreException}, which says whether trying again can
 * help.
 */
public interface HistoryStore extends Component, AutoCloseable {
  /**
   * Writes a batch. When this returns, every point that the result does not name is durable. A
   * point whose series and time are already there overwrites the fields it carries and leaves the
   * others. When it throws, any part of the batch may have been written: writing it again is safe.
   */
  WriteResult write(List<Point> points);

  /**
   * Streams the rows that match by time, in the query's order, then by tags; none when nothing
   * matches. What the consumer throws ends the query and passes through unchanged. A consumer may
   * take its time: it holds up neither writers nor other readers.
   */
  void query(SeriesQuery query, Consumer<Row> rows);

  /**
   * The newest row of each series that has one in the range, by tags, whatever the query's order.
   */
  List<Row> latest(SeriesQuery query);

  /**
   * Rows that the store reckons, in {@link Row#ORDER}; empty when it does not reckon, or not all of
   * this exactly, or when there are more rows than wanted: the rows are then to be asked for.
   */
  default Optional<List<Row>> buckets(BucketQuery query, int most) {
    return Optional.empty();
  }

  /** Every measurement it holds, sorted. */
  SortedSet<String> measurements();

  /** The levels it holds of a measurement, finest first; empty when the measurement is unknown. */
  SortedSet<Level> levels(String measurement);

  /** The names of the tags it holds of a measurement; empty when the measurement is unknown. */
  SortedSet<String> tagNames(String measurement);

  /**
   * The names of the fields it holds of a measurement; empty when the measurement is unknown. May
   * name some that no row has any more.
   */
  SortedSet<String> fields(String measurement);

  /** Every series it holds of a measurement, by tags; empty when the measurement is unknown. */
  List<SeriesKey> series(String measurement);

  /**
   * Deletes the rows of questions, whatever their fields and order. When this returns they are
   * durably gone; when it throws, any part may be, and deleting again is safe. A batch written
   * meanwhile is before or after it as a whole only where the caller sees to that.
   *
   * @throws StoreException of {@link StoreException.Kind#UNSUPPORTED}, before anything is deleted,
   *     when this store can't delete, or not these
   */
  void delete(List<SeriesQuery> rows);

  /** Lets go of files and connections. What was acknowledged stays. */
  @Override
  void close();
}
