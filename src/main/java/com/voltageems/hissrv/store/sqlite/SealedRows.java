package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.store.sqlite.BlockTable.Placed;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one stretch's blocks, by time, then by place. Blocks are kept by the time of their
 * next row: windows of many series have few different times.
 */
final class SealedRows {
  private final NavigableMap<Long, List<Source>> byTime = new TreeMap<>();
  private final long from;
  private final long to;
  private final boolean newestFirst;
  private List<Source> moment = List.of();
  private int at;

  private record Source(int place, Block.Cursor cursor) {}

  /** Rows from {@code from}, and before {@code to}. */
  SealedRows(List<Placed> blocks, long from, long to, boolean newestFirst) {
    this.from = from;
    this.to = to;
    this.newestFirst = newestFirst;
    for (Placed placed : blocks) {
      Block.Cursor cursor = placed.block().cursor(newestFirst);
      while (cursor.hasMore() && (newestFirst ? cursor.time() >= to : cursor.time() < from)) {
        cursor.skip();
      }
      enqueue(new Source(placed.place(), cursor));
    }
  }

  @Nullable PlacedRow next() {
    if (at == moment.size()) {
      var next = newestFirst ? byTime.pollLastEntry() : byTime.pollFirstEntry();
      if (next == null) {
        return null;
      }
      moment = next.getValue();
      moment.sort(Comparator.comparingInt(Source::place));
      at = 0;
    }
    Source source = moment.get(at++);
    PlacedRow row = source.cursor().next(source.place());
    if (moment.size() == 1 && byTime.isEmpty()) {
      at = hasNext(source) ? 0 : at; // The only one: nothing comes between its rows.
    } else {
      enqueue(source);
    }
    return row;
  }

  private void enqueue(Source source) {
    if (hasNext(source)) {
      byTime.computeIfAbsent(source.cursor().time(), _ -> new ArrayList<>()).add(source);
    }
  }

  /** Whether there is a row left; goes to it. */
  private boolean hasNext(Source source) {
    Block.Cursor cursor = source.cursor();
    while (cursor.hasMore() && cursor.isEmpty()) {
      cursor.skip();
    }
    return cursor.hasMore() && cursor.time() >= from && cursor.time() < to;
  }
}
