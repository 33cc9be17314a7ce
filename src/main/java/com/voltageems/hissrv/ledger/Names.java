package com.voltageems.hissrv.ledger;

import com.voltageems.hissrv.model.Level;
import java.sql.Connection;
import java.sql.SQLException;

/** Numbers in the file for sources and levels. */
record Names(Connection connection) {
  long source(String name) throws SQLException {
    return number("source", name);
  }

  long level(Level level) throws SQLException {
    return number("level", level.name());
  }

  /** The first known stays. */
  void setSince(long source, long seconds) throws SQLException {
    try (var update =
        connection.prepareStatement("UPDATE source SET since = ? WHERE id = ? AND since IS NULL")) {
      update.setLong(1, seconds);
      update.setLong(2, source);
      update.executeUpdate();
    }
  }

  private long number(String table, String name) throws SQLException {
    try (var select = connection.prepareStatement("SELECT id FROM " + table + " WHERE name = ?")) {
      select.setString(1, name);
      try (var rows = select.executeQuery()) {
        if (rows.next()) {
          return rows.getLong(1);
        }
      }
    }
    try (var insert =
        connection.prepareStatement("INSERT INTO " + table + " (name) VALUES (?) RETURNING id")) {
      insert.setString(1, name);
      try (var rows = insert.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }
}
