package com.voltageems.hissrv.query;

import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.store.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Few rows that draw the same picture: of each series and pixel the first, the last, and those with
 * the least and the greatest value of each field (M4). All are rows as they are stored, so a step
 * stays a step, and a peak is where it was.
 */
final class Plot implements Stage {
  private static final int PER_FIELD = 2;
  private static final int ENDS = 2;

  private final TimeRange range;
  private final long pixel;
  private final Consumer<Row> out;
  private final Map<SortedMap<String, String>, Pixel> bySeries = new HashMap<>();
  private long current = -1;

  /**
   * @param maxPoints rows of a series, at most
   * @param fields each has its extremes
   */
  Plot(TimeRange range, int maxPoints, int fields, Consumer<Row> out) {
    this.range = range;
    long pixels = Math.max(1, maxPoints / (ENDS + (long) PER_FIELD * Math.max(1, fields)));
    long nanos = Math.max(1, nanos(range.start(), range.stop()));
    pixel = Math.ceilDiv(nanos, pixels);
    this.out = out;
  }

  /** What is kept of a series in a pixel. */
  private static final class Pixel {
    private final Row first;
    private Row last;
    private final Map<String, Row> least = new HashMap<>();
    private final Map<String, Row> greatest = new HashMap<>();

    Pixel(Row first) {
      this.first = first;
      last = first;
    }

    void add(Row row) {
      last = row;
      for (String field : row.fields().keySet()) {
        Double value = value(row, field);
        if (value != null) {
          least.merge(field, row, (old, now) -> isBelow(now, old, field) ? now : old);
          greatest.merge(field, row, (old, now) -> isBelow(old, now, field) ? now : old);
        }
      }
    }

    private static boolean isBelow(Row one, Row other, String field) {
      Double a = value(one, field);
      Double b = value(other, field);
      return a != null && b != null && a < b;
    }

    private static @Nullable Double value(Row row, String field) {
      return Numbers.of(row.fields().get(field));
    }

    void addTo(Set<Row> rows) {
      rows.add(first);
      rows.add(last);
      rows.addAll(least.values());
      rows.addAll(greatest.values());
    }
  }

  @Override
  public void accept(Row row) {
    long at = nanos(range.start(), row.time()) / pixel;
    if (at != current) {
      end();
      current = at;
    }
    bySeries.computeIfAbsent(row.tags(), _ -> new Pixel(row)).add(row);
  }

  @Override
  public void end() {
    var rows = new TreeSet<Row>(Row.ORDER);
    bySeries.values().forEach(one -> one.addTo(rows));
    bySeries.clear();
    List<Row> sorted = new ArrayList<>(rows);
    sorted.forEach(out);
  }

  /** Two centuries fit; what is longer has pixels as long as may be. */
  private static long nanos(Instant from, Instant to) {
    try {
      return Duration.between(from, to).toNanos();
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE;
    }
  }
}
