package com.voltageems.hissrv.backup;

import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.query.QueryProblem;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.Row;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.store.StoreException;
import com.voltageems.hissrv.store.lines.LineProtocol;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A store's history by days of UTC, as line protocol. Safe for any thread; throws {@link
 * QueryProblem} while the store can't be read.
 */
public final class StoredDays {
  private static final int FLUSHED = 64 << 10;
  private static final TimeRange EVER = new TimeRange(Point.EARLIEST, Point.LATEST);

  private final HistoryStore store;

  /** Of this store. */
  public StoredDays(HistoryStore store) {
    this.store = store;
  }

  /** The days of each level that have rows. Asks the store for one row of each day. */
  public SortedMap<Level, NavigableSet<LocalDate>> days() {
    var days = new TreeMap<Level, NavigableSet<LocalDate>>();
    try {
      for (String measurement : store.measurements()) {
        for (Level level : store.levels(measurement)) {
          addDays(measurement, level, days.computeIfAbsent(level, _ -> new TreeSet<>()));
        }
      }
    } catch (StoreException e) {
      throw QueryProblem.storeDown(e);
    }
    days.values().removeIf(NavigableSet::isEmpty);
    return days;
  }

  /** A day that another measurement has needs no question. */
  private void addDays(String measurement, Level level, NavigableSet<LocalDate> days) {
    Instant from = EVER.start();
    while (from.isBefore(EVER.stop())) {
      LocalDate day = day(from);
      if (!days.contains(day)) {
        Instant first = first(measurement, level, new TimeRange(from, EVER.stop()));
        if (first.equals(EVER.stop())) {
          return;
        }
        day = day(first);
        days.add(day);
      }
      from = start(day.plusDays(1));
    }
  }

  /** When the first row of the range is; its end when there is none. */
  private Instant first(String measurement, Level level, TimeRange range) {
    try {
      store.query(
          new SeriesQuery(measurement, Map.of(), level, range),
          row -> {
            throw new Found(row.time());
          });
      return range.stop();
    } catch (Found found) {
      return found.time;
    }
  }

  /**
   * Writes all rows of a day: by measurement, then time, then tags. The last line is a comment that
   * says how many there were: without it the text is not whole.
   */
  public void write(Level level, LocalDate day, OutputStream out) throws IOException {
    var range = new TimeRange(start(day), start(day.plusDays(1)));
    var lines = new LineProtocol();
    var rows = new Counted();
    try {
      for (String measurement : store.measurements()) {
        store.query(
            new SeriesQuery(measurement, Map.of(), level, range),
            row -> {
              rows.count++;
              add(measurement, row, lines, out);
            });
      }
    } catch (StoreException e) {
      throw QueryProblem.storeDown(e);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    lines.comment(Trailer.of(rows.count));
    lines.writeTo(out);
  }

  private static void add(String measurement, Row row, LineProtocol lines, OutputStream out) {
    lines.addAny(measurement, row.tags(), row.time(), row.fields());
    if (lines.size() >= FLUSHED) {
      try {
        lines.writeTo(out);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      lines.clear();
    }
  }

  private static LocalDate day(Instant time) {
    return LocalDate.ofInstant(time, ZoneOffset.UTC);
  }

  private static Instant start(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  private static final class Counted {
    private long count;
  }

  /** Ends a query with its first row. */
  private static final class Found extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final transient Instant time;

    private Found(Instant time) {
      super(null, null, false, false);
      this.time = time;
    }
  }
}
