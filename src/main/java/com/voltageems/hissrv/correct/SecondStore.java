package com.voltageems.hissrv.correct;

import com.voltageems.hissrv.correct.Deletions.Second;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.outbox.Outbox;
import com.voltageems.hissrv.query.QueryProblem;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.store.StoreException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * {@code store.also}: what is deleted is deleted there, too, and there first, so that nothing has
 * changed anywhere while it is away. Every method that asks it throws {@link QueryProblem}.
 *
 * @param outbox what waits for it
 */
public record SecondStore(HistoryStore store, Outbox outbox) {
  SortedSet<Level> levels(String measurement) {
    return asked(() -> store.levels(measurement));
  }

  /**
   * What one deletion means here.
   *
   * @param rows by level, each within its whole windows
   * @param most of them all
   */
  Part part(Collection<SeriesQuery> rows, long most) {
    var held = new ArrayList<SeriesQuery>();
    long all = 0;
    for (SeriesQuery one : rows) {
      long count = count(one, most - all);
      all += count;
      if (count > 0) {
        held.add(one);
      }
    }
    return new Part(held, all);
  }

  private long count(SeriesQuery query, long most) {
    long[] count = new long[1];
    return asked(() -> {
      store.query(
          query,
          _ -> {
            if (++count[0] > most) {
              throw QueryProblem.tooManyRows(Deletions.MOST_ROWS);
            }
          });
      return count[0];
    });
  }

  private static <T> T asked(Supplier<T> question) {
    try {
      return question.get();
    } catch (StoreException e) {
      throw QueryProblem.alsoDown(e);
    }
  }

  /** One deletion's part in it; for one thread. */
  final class Part {
    private final List<SeriesQuery> held;
    private final long rows;
    private long waiting;
    private long left;

    private Part(List<SeriesQuery> held, long rows) {
      this.held = held;
      this.rows = rows;
    }

    void delete() {
      left =
          asked(() -> {
            store.delete(held);
            return held.stream().mapToLong(one -> count(one, rows)).sum();
          });
    }

    void amend(Function<Point, Optional<Point>> what) {
      waiting = outbox.amend(what);
    }

    Second told() {
      return new Second(rows, waiting, left);
    }
  }
}
