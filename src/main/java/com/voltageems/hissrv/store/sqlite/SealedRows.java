package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.store.sqlite.BlockTable.Placed;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** The rows of one stretch's blocks, by time, then by place. */
final class SealedRows {
  private final PriorityQueue<Source> sources =
      new PriorityQueue<>(Comparator.comparingLong(Source::time).thenComparingInt(Source::place));
  private final long to;

  private record Source(int place, Block.Cursor cursor) {
    long time() {
      return cursor.time();
    }
  }

  /** Rows from {@code from}, and before {@code to}. */
  SealedRows(List<Placed> blocks, long from, long to) {
    this.to = to;
    for (Placed placed : blocks) {
      Block.Cursor cursor = placed.block().cursor();
      while (cursor.hasMore() && cursor.time() < from) {
        cursor.skip();
      }
      enqueue(new Source(placed.place(), cursor));
    }
  }

  @Nullable PlacedRow next() {
    Source source = sources.poll();
    if (source == null) {
      return null;
    }
    var row = new PlacedRow(source.time(), source.place(), source.cursor().next());
    enqueue(source);
    return row;
  }

  private void enqueue(Source source) {
    if (source.cursor().hasMore() && source.time() < to) {
      sources.add(source);
    }
  }
}
