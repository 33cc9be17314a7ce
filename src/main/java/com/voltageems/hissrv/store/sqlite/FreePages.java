package com.voltageems.hissrv.store.sqlite;

import java.sql.Connection;
import java.sql.SQLException;

/** The pages that deleted rows leave behind in a file. */
final class FreePages {
  private FreePages() {}

  /** Gives some back to the file system; returns how many are left. */
  static int giveBack(Connection connection, int most) throws SQLException {
    int free = count(connection);
    try (var vacuum = connection.prepareStatement("PRAGMA incremental_vacuum(1)")) {
      for (int i = Math.min(free, most); i > 0; i--) {
        vacuum.execute();
      }
    }
    int left = count(connection);
    return left < free ? left : 0;
  }

  static int count(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery("PRAGMA freelist_count")) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
