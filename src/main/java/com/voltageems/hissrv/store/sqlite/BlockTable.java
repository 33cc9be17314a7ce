package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.model.FieldValue;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** Sealed blocks, one per series and stretch of time, ordered by time, then series. */
final class BlockTable {
  static final String CREATE = "CREATE TABLE block (id INTEGER PRIMARY KEY, rows BLOB NOT NULL)";

  private static final long[] NO_TIMES = {};

  private BlockTable() {}

  /** A block of a series asked for. */
  record Placed(int place, Block block) {}

  /** Blocks, encoded, by id: those there are, with these rows of each series added. */
  static SortedMap<Long, byte[]> merged(
      Connection connection,
      long blockStart,
      SortedMap<Integer, NavigableMap<Long, SortedMap<Integer, FieldValue>>> bySeries)
      throws SQLException {
    var blocks = new TreeMap<Long, byte[]>();
    try (var select = connection.prepareStatement("SELECT rows FROM block WHERE id = ?")) {
      for (var entry : bySeries.entrySet()) {
        long id = Period.blockId(blockStart, entry.getKey());
        select.setLong(1, id);
        NavigableMap<Long, SortedMap<Integer, FieldValue>> rows = entry.getValue();
        try (var found = select.executeQuery()) {
          if (found.next()) {
            rows = merged(BlockCodec.decode(found.getBytes(1)).rows(), rows);
          }
        }
        blocks.put(id, BlockCodec.encode(rows));
      }
    }
    return blocks;
  }

  /** Puts blocks in the place of those there are; returns how many. */
  static int put(Connection connection, SortedMap<Long, byte[]> blocks) throws SQLException {
    try (var upsert = connection.prepareStatement("INSERT OR REPLACE INTO block VALUES (?, ?)")) {
      for (var block : blocks.entrySet()) {
        upsert.setLong(1, block.getKey());
        upsert.setBytes(2, block.getValue());
        upsert.executeUpdate();
      }
    }
    return blocks.size();
  }

  /**
   * Takes the rows of some series from {@code from}, and before {@code to}, out of their blocks;
   * returns how many blocks that changed.
   */
  static int delete(Connection connection, Period period, long from, long to, Selection selection)
      throws SQLException {
    int changed = 0;
    try (var select = connection.prepareStatement("SELECT rows FROM block WHERE id = ?");
        var update = connection.prepareStatement("UPDATE block SET rows = ? WHERE id = ?");
        var delete = connection.prepareStatement("DELETE FROM block WHERE id = ?")) {
      for (long id : ids(connection, period, from, to, selection)) {
        long start = Period.startOfBlock(id);
        NavigableMap<Long, SortedMap<Integer, FieldValue>> rows = new TreeMap<>();
        if (start < from || period.blockEnd(start) > to) {
          select.setLong(1, id);
          try (var found = select.executeQuery()) {
            found.next();
            rows = BlockCodec.decode(found.getBytes(1)).rows();
          }
          var gone = rows.subMap(from, to);
          if (gone.isEmpty()) {
            continue;
          }
          gone.clear();
        }
        if (rows.isEmpty()) {
          delete.setLong(1, id);
          changed += delete.executeUpdate();
        } else {
          update.setBytes(1, BlockCodec.encode(rows));
          update.setLong(2, id);
          changed += update.executeUpdate();
        }
      }
    }
    return changed;
  }

  /** Of the blocks of some series that may have rows in a range. */
  private static List<Long> ids(
      Connection connection, Period period, long from, long to, Selection selection)
      throws SQLException {
    var ids = new ArrayList<Long>();
    try (var select =
        connection.prepareStatement("SELECT id FROM block WHERE id BETWEEN ? AND ?")) {
      select.setLong(1, Period.blockId(period.blockStart(from), 0));
      select.setLong(2, Period.blockId(period.blockStart(to - 1), Integer.MAX_VALUE));
      try (var rows = select.executeQuery()) {
        while (rows.next()) {
          if (selection.placeOf((int) rows.getLong(1)) >= 0) {
            ids.add(rows.getLong(1));
          }
        }
      }
    }
    return ids;
  }

  private static NavigableMap<Long, SortedMap<Integer, FieldValue>> merged(
      NavigableMap<Long, SortedMap<Integer, FieldValue>> older,
      NavigableMap<Long, SortedMap<Integer, FieldValue>> newer) {
    newer.forEach((time, fields) -> {
      SortedMap<Integer, FieldValue> row = older.putIfAbsent(time, fields);
      if (row != null) {
        row.putAll(fields);
      }
    });
    return older;
  }

  /** The newest stretch with a block that may have rows in a range: its start; null for none. */
  static @Nullable Long lastBefore(Connection connection, Period period, long from, long to)
      throws SQLException {
    try (var select =
        connection.prepareStatement("SELECT max(id) FROM block WHERE id BETWEEN ? AND ?")) {
      select.setLong(1, Period.blockId(period.blockStart(from), 0));
      select.setLong(2, Period.blockId(period.blockStart(to - 1), Integer.MAX_VALUE));
      try (var rows = select.executeQuery()) {
        rows.next();
        long id = rows.getLong(1);
        return rows.wasNull() ? null : Period.startOfBlock(id);
      }
    }
  }

  /** The blocks of the series asked for in one stretch, by reading all of it. */
  static List<Placed> scan(Connection connection, long blockStart, Selection selection)
      throws SQLException {
    var blocks = new ArrayList<Placed>();
    long[] times = NO_TIMES;
    try (var inflater = new Inflater(true);
        var select =
            connection.prepareStatement("SELECT id, rows FROM block WHERE id BETWEEN ? AND ?")) {
      select.setLong(1, Period.blockId(blockStart, 0));
      select.setLong(2, Period.blockId(blockStart, Integer.MAX_VALUE));
      try (var rows = select.executeQuery()) {
        while (rows.next()) {
          int place = selection.placeOf((int) rows.getLong(1));
          if (place >= 0) {
            Block block = BlockCodec.decode(rows.getBytes(2), selection.fields(), times, inflater);
            times = block.times();
            blocks.add(new Placed(place, block));
          }
        }
      }
    }
    return blocks;
  }
}
