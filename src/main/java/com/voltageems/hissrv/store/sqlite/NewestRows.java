package com.voltageems.hissrv.store.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The newest row of each series asked for, found from the newest file back. */
final class NewestRows {
  private final Selection selection;
  private final @Nullable PlacedRow[] found;

  NewestRows(Selection selection) {
    this.selection = selection;
    found = new @Nullable PlacedRow[selection.size()];
  }

  boolean isComplete() {
    return Arrays.stream(found).allMatch(Objects::nonNull);
  }

  /** By place; those that were not found are left out. */
  List<PlacedRow> found() {
    var rows = new ArrayList<PlacedRow>();
    for (PlacedRow row : found) {
      if (row != null) {
        rows.add(row);
      }
    }
    return rows;
  }

  /** Looks for what is still missing, from {@code from} and before {@code to}. */
  void read(Connection connection, Period period, long from, long to) throws SQLException {
    long end = to;
    while (end > from && !isComplete()) {
      Long hot = HotTable.lastBefore(connection, from, end);
      Long sealed = BlockTable.lastBefore(connection, period, from, end);
      if (hot == null && sealed == null) {
        return;
      }
      long newest = Math.max(hot == null ? from : hot, sealed == null ? from : sealed);
      long blockStart = period.blockStart(newest);
      readStretch(connection, blockStart, Math.max(from, blockStart), end);
      end = blockStart;
    }
  }

  private void readStretch(Connection connection, long blockStart, long from, long to)
      throws SQLException {
    int[] missing = IntStream.range(0, found.length).filter(i -> found[i] == null).toArray();
    try (var blocks = new BlockSeeking(connection, selection)) {
      for (int place : missing) {
        found[place] = sealed(blocks, blockStart, place, from, to);
      }
    }
    readHot(connection, missing, from, to);
  }

  private @Nullable PlacedRow sealed(
      BlockSeeking blocks, long blockStart, int place, long from, long to) throws SQLException {
    Block block = blocks.block(blockStart, place);
    if (block == null) {
      return null;
    }
    Block.Cursor cursor = block.cursor(true);
    while (cursor.hasMore() && (cursor.time() >= to || cursor.isEmpty())) {
      cursor.skip();
    }
    return cursor.hasMore() && cursor.time() >= from ? cursor.next(place) : null;
  }

  /** Back from time to time, as long as one may have something newer than what was sealed. */
  private void readHot(Connection connection, int[] missing, long from, long to)
      throws SQLException {
    int[] open = missing;
    long end = to;
    try (var row =
        connection.prepareStatement("SELECT fields FROM hot WHERE time = ? AND series = ?")) {
      while (open.length > 0) {
        Long time = HotTable.lastBefore(connection, from, end);
        if (time == null) {
          return;
        }
        long moment = time;
        row.setLong(1, moment);
        int left = 0;
        for (int place : open) {
          if (isOpen(row, place, moment)) {
            open[left++] = place;
          }
        }
        open = Arrays.copyOf(open, left);
        end = moment;
      }
    }
  }

  /** Whether an older row may still be the newest of its series. */
  private boolean isOpen(PreparedStatement row, int place, long moment) throws SQLException {
    PlacedRow sealed = found[place];
    if (sealed != null && sealed.time() > moment) {
      return false;
    }
    row.setInt(2, selection.at(place).id());
    try (var rows = row.executeQuery()) {
      if (!rows.next()) {
        return true;
      }
      PlacedRow hot = RowCodec.decode(rows.getBytes(1), moment, place, selection);
      if (hot.fields().length == 0) {
        return true;
      }
      found[place] = sealed != null && sealed.time() == moment ? sealed.overwrittenBy(hot) : hot;
      return false;
    }
  }
}
