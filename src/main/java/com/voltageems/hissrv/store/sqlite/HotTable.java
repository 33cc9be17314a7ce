package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.model.FieldValue;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Rows as they came, clustered by time, then series. All times are epoch nanoseconds. */
final class HotTable {
  static final String CREATE =
      "CREATE TABLE hot (time INTEGER NOT NULL, series INTEGER NOT NULL,"
          + " fields BLOB NOT NULL, PRIMARY KEY (time, series)) WITHOUT ROWID";

  private HotTable() {}

  /** Some series that are sealed together: neighbours by number. */
  record Chunk(int first, int last) {}

  /** Writes rows; a field given again overwrites. */
  static void write(Connection connection, List<HotRow> rows) throws SQLException {
    try (var insert =
            connection.prepareStatement("INSERT INTO hot VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
        var update =
            connection.prepareStatement("UPDATE hot SET fields = ? WHERE time = ? AND series = ?");
        var select =
            connection.prepareStatement("SELECT fields FROM hot WHERE time = ? AND series = ?")) {
      for (HotRow row : rows) {
        insert.setLong(1, row.time());
        insert.setInt(2, row.series());
        insert.setBytes(3, RowCodec.encode(row.fields()));
        if (insert.executeUpdate() == 0) {
          mergeInto(row, select, update);
        }
      }
    }
  }

  private static void mergeInto(HotRow row, PreparedStatement select, PreparedStatement update)
      throws SQLException {
    select.setLong(1, row.time());
    select.setInt(2, row.series());
    SortedMap<Integer, FieldValue> merged;
    try (var found = select.executeQuery()) {
      found.next();
      merged = RowCodec.decode(found.getBytes(1));
    }
    merged.putAll(row.fields());
    update.setBytes(1, RowCodec.encode(merged));
    update.setLong(2, row.time());
    update.setInt(3, row.series());
    update.executeUpdate();
  }

  /** The first time at or after a moment; null when there is none. */
  static @Nullable Long firstFrom(Connection connection, long from) throws SQLException {
    try (var select = connection.prepareStatement("SELECT min(time) FROM hot WHERE time >= ?")) {
      select.setLong(1, from);
      try (var rows = select.executeQuery()) {
        rows.next();
        long first = rows.getLong(1);
        return rows.wasNull() ? null : first;
      }
    }
  }

  /** The last time before a moment, and not before another; null when there is none. */
  static @Nullable Long lastBefore(Connection connection, long from, long to) throws SQLException {
    try (var select =
        connection.prepareStatement("SELECT max(time) FROM hot WHERE time >= ? AND time < ?")) {
      select.setLong(1, from);
      select.setLong(2, to);
      try (var rows = select.executeQuery()) {
        rows.next();
        long last = rows.getLong(1);
        return rows.wasNull() ? null : last;
      }
    }
  }

  /** The series that have rows in a stretch, in chunks of so many and about so many bytes. */
  static List<Chunk> chunks(Connection connection, long from, long to, int series, long bytes)
      throws SQLException {
    var chunks = new ArrayList<Chunk>();
    try (var select =
        connection.prepareStatement(
            "SELECT series, sum(length(fields)) FROM hot WHERE time >= ? AND time < ?"
                + " GROUP BY series ORDER BY series")) {
      select.setLong(1, from);
      select.setLong(2, to);
      try (var rows = select.executeQuery()) {
        int count = 0;
        long size = 0;
        int first = 0;
        int last = 0;
        while (rows.next()) {
          if (count > 0 && (count == series || size >= bytes)) {
            chunks.add(new Chunk(first, last));
            count = 0;
            size = 0;
          }
          last = rows.getInt(1);
          first = count == 0 ? last : first;
          count++;
          size += rows.getLong(2);
        }
        if (count > 0) {
          chunks.add(new Chunk(first, last));
        }
      }
    }
    return chunks;
  }

  /** The rows of a chunk in a stretch, by series, then by time. */
  static SortedMap<Integer, NavigableMap<Long, SortedMap<Integer, FieldValue>>> rows(
      Connection connection, long from, long to, Chunk chunk) throws SQLException {
    var bySeries = new TreeMap<Integer, NavigableMap<Long, SortedMap<Integer, FieldValue>>>();
    try (var select =
        connection.prepareStatement(
            "SELECT time, series, fields FROM hot"
                + " WHERE time >= ? AND time < ? AND series BETWEEN ? AND ?")) {
      select.setLong(1, from);
      select.setLong(2, to);
      select.setInt(3, chunk.first());
      select.setInt(4, chunk.last());
      try (var rows = select.executeQuery()) {
        while (rows.next()) {
          bySeries
              .computeIfAbsent(rows.getInt(2), s -> new TreeMap<>())
              .put(rows.getLong(1), RowCodec.decode(rows.getBytes(3)));
        }
      }
    }
    return bySeries;
  }

  /** Deletes the rows of some series in a stretch; returns how many. */
  static int delete(Connection connection, long from, long to, Selection selection)
      throws SQLException {
    var found = new ArrayList<long[]>();
    try (var select =
        connection.prepareStatement("SELECT time, series FROM hot WHERE time >= ? AND time < ?")) {
      select.setLong(1, from);
      select.setLong(2, to);
      try (var rows = select.executeQuery()) {
        while (rows.next()) {
          if (selection.placeOf(rows.getInt(2)) >= 0) {
            found.add(new long[] {rows.getLong(1), rows.getInt(2)});
          }
        }
      }
    }
    try (var delete =
        connection.prepareStatement("DELETE FROM hot WHERE time = ? AND series = ?")) {
      for (long[] row : found) {
        delete.setLong(1, row[0]);
        delete.setLong(2, row[1]);
        delete.executeUpdate();
      }
    }
    return found.size();
  }

  /** Deletes the oldest rows of a stretch, about so many; returns from where rows are left. */
  static long deleteSome(Connection connection, long from, long to, int most) throws SQLException {
    long end = to;
    try (var select =
        connection.prepareStatement(
            "SELECT time FROM hot WHERE time >= ? AND time < ? ORDER BY time LIMIT 1 OFFSET ?")) {
      select.setLong(1, from);
      select.setLong(2, to);
      select.setInt(3, most);
      try (var rows = select.executeQuery()) {
        if (rows.next()) {
          end = rows.getLong(1) + 1;
        }
      }
    }
    try (var delete = connection.prepareStatement("DELETE FROM hot WHERE time >= ? AND time < ?")) {
      delete.setLong(1, from);
      delete.setLong(2, end);
      delete.executeUpdate();
    }
    return end;
  }
}
