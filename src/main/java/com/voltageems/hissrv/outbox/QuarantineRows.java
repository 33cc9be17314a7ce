package com.voltageems.hissrv.outbox;

import com.voltageems.hissrv.model.Point;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the quarantine's table. */
final class QuarantineRows {
  private static final String COLUMNS = "id, at_ms, entry, content, point, reason, revision";

  /** A page ends with the item that reaches them; as Java's text it may take twice as many. */
  private static final long PAGE_BYTES = 2 << 20;

  private QuarantineRows() {}

  static Optional<Quarantined> get(Connection connection, long id) throws SQLException {
    try (var select =
        connection.prepareStatement("SELECT " + COLUMNS + " FROM quarantine WHERE id = ?")) {
      select.setLong(1, id);
      try (var rows = select.executeQuery()) {
        return rows.next() ? Optional.of(item(rows)) : Optional.empty();
      }
    }
  }

  static Quarantine.Page page(
      Connection connection, QuarantineFilter filter, long after, int most, int atOnce)
      throws SQLException {
    long end = endOf(connection, after, atOnce);
    var items = new ArrayList<Quarantined>();
    try (var select =
        connection.prepareStatement(
            "SELECT %s FROM quarantine WHERE id > ? AND id <= ? AND %s ORDER BY id"
                .formatted(COLUMNS, filter.condition()))) {
      select.setLong(1, after);
      select.setLong(2, end);
      List<Object> values = filter.values();
      for (int i = 0; i < values.size(); i++) {
        select.setObject(3 + i, values.get(i));
      }
      try (var rows = select.executeQuery()) {
        for (long bytes = 0; bytes < PAGE_BYTES && items.size() < most; ) {
          if (!rows.next()) {
            return new Quarantine.Page(items, end, isLast(connection, end));
          }
          items.add(item(rows));
          bytes += bytes(rows);
        }
      }
    }
    long position = items.isEmpty() ? after : items.getLast().id();
    return new Quarantine.Page(items, position, isLast(connection, position));
  }

  /** The id of the last of so many rows. */
  private static long endOf(Connection connection, long after, int rows) throws SQLException {
    try (var select =
        connection.prepareStatement(
            "SELECT max(id) FROM (SELECT id FROM quarantine WHERE id > ? ORDER BY id LIMIT ?)")) {
      select.setLong(1, after);
      select.setInt(2, rows);
      try (var found = select.executeQuery()) {
        found.next();
        return Math.max(after, found.getLong(1));
      }
    }
  }

  private static boolean isLast(Connection connection, long position) throws SQLException {
    try (var select =
        connection.prepareStatement("SELECT EXISTS (SELECT 1 FROM quarantine WHERE id > ?)")) {
      select.setLong(1, position);
      try (var rows = select.executeQuery()) {
        rows.next();
        return !rows.getBoolean(1);
      }
    }
  }

  private static long bytes(ResultSet rows) throws SQLException {
    String content = rows.getString(4);
    byte @Nullable [] point = rows.getBytes(5);
    return (long) rows.getString(3).length()
        + (content == null ? 0 : content.length())
        + (point == null ? 0 : point.length);
  }

  /** A point that can't be read any more is shown as what there is of it. */
  private static Quarantined item(ResultSet rows) throws SQLException {
    byte @Nullable [] encoded = rows.getBytes(5);
    String content = rows.getString(4);
    Point point = null;
    if (encoded != null) {
      try {
        point = PointCodec.decode(encoded);
      } catch (IllegalArgumentException e) {
        content = content == null ? HexFormat.of().withUpperCase().formatHex(encoded) : content;
      }
    }
    return new Quarantined(
        rows.getLong(1),
        Instant.ofEpochMilli(rows.getLong(2)),
        rows.getString(3),
        content,
        point,
        rows.getString(6),
        rows.getLong(7));
  }
}
