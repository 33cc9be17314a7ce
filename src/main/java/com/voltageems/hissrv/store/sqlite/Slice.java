package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.store.sqlite.BlockTable.Placed;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Some of a file's rows, read from one state of it and handed out when that is let go of: who takes
 * them may be slow, and a state that is held keeps the file's log from ending.
 */
final class Slice {
  /** Rows that are worth a transaction; one block's stretch, or one moment, may have more. */
  private static final int ENOUGH = 4_096;

  private final List<Stretch> stretches = new ArrayList<>();
  private final boolean newestFirst;
  private long first;
  private long end;
  private int rows;

  /** Of one block's stretch, or a part of it. */
  private record Stretch(List<Placed> blocks, List<PlacedRow> hot, long from, long to) {}

  private Slice(long from, long to, boolean newestFirst) {
    first = from;
    end = to;
    this.newestFirst = newestFirst;
  }

  /** The first rows, in the selection's order, from {@code from} and before {@code to}. */
  static Slice read(Connection connection, Period period, Selection selection, long from, long to)
      throws SQLException {
    var slice = new Slice(from, to, selection.newestFirst());
    if (selection.isFew()) {
      try (var hot = new HotSeeking(connection, selection);
          var blocks = new BlockSeeking(connection, selection)) {
        slice.read(period, hot::rows, blocks::blocks);
      }
    } else {
      slice.read(
          period,
          (first, end, most) -> HotRows.scan(connection, first, end, selection, most),
          start -> BlockTable.scan(connection, start, selection));
    }
    return slice;
  }

  /** Reads about so many hot rows of a stretch. */
  private interface Hot {
    HotRows rows(long from, long to, int most) throws SQLException;
  }

  /** Reads the blocks of a stretch. */
  private interface Sealed {
    List<Placed> blocks(long blockStart) throws SQLException;
  }

  private void read(Period period, Hot hot, Sealed sealed) throws SQLException {
    while (!isLast() && rows < ENOUGH) {
      readStretch(period, hot, sealed);
    }
  }

  private void readStretch(Period period, Hot readHot, Sealed readSealed) throws SQLException {
    long blockStart = period.blockStart(newestFirst ? end - 1 : first);
    long from = Math.max(first, blockStart);
    long to = Math.min(end, period.blockEnd(blockStart));
    HotRows hot = readHot.rows(from, to, ENOUGH);
    List<Placed> blocks = readSealed.blocks(blockStart);
    if (newestFirst) {
      end = hot.reached();
      stretches.add(new Stretch(blocks, hot.rows(), hot.reached(), to));
    } else {
      first = hot.reached();
      stretches.add(new Stretch(blocks, hot.rows(), from, hot.reached()));
    }
    rows += hot.rows().size();
    for (Placed placed : blocks) {
      rows += placed.block().size();
    }
  }

  /** Whether nothing is left to read. */
  boolean isLast() {
    return first >= end;
  }

  /** What is left begins here. */
  long first() {
    return first;
  }

  /** What is left ends before this. */
  long end() {
    return end;
  }

  /** Each stretch is forgotten when it is handed out. */
  void handOut(Consumer<PlacedRow> sink) {
    for (int i = 0; i < stretches.size(); i++) {
      Stretch stretch = stretches.set(i, new Stretch(List.of(), List.of(), 0, 0));
      handOut(stretch, sink);
    }
  }

  private void handOut(Stretch stretch, Consumer<PlacedRow> sink) {
    var sealed = new SealedRows(stretch.blocks(), stretch.from(), stretch.to(), newestFirst);
    Comparator<PlacedRow> order = PlacedRow.order(newestFirst);
    Iterator<PlacedRow> hot = stretch.hot().iterator();
    PlacedRow old = sealed.next();
    PlacedRow fresh = hot.hasNext() ? hot.next() : null;
    while (old != null || fresh != null) {
      int byOrder = compare(order, old, fresh);
      if (byOrder < 0 && old != null) {
        sink.accept(old);
      } else if (fresh != null) {
        sink.accept(byOrder == 0 && old != null ? old.overwrittenBy(fresh) : fresh);
      }
      old = byOrder <= 0 ? sealed.next() : old;
      if (byOrder >= 0) {
        fresh = hot.hasNext() ? hot.next() : null;
      }
    }
  }

  /** Nothing comes after everything. */
  private static int compare(
      Comparator<PlacedRow> order, @Nullable PlacedRow a, @Nullable PlacedRow b) {
    if (a == null || b == null) {
      return a == null ? 1 : -1;
    }
    return order.compare(a, b);
  }
}
