package com.voltageems.hissrv.outbox;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * How full the outbox is.
 *
 * @param bytes on disk that are in use, the quarantine's among them: free pages of the file are not
 *     counted
 * @param oldestMillis when the oldest point that waits arrived; {@link Long#MAX_VALUE} when none
 *     does
 */
public record Load(long bytes, long oldestMillis) {
  static Load of(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      long pages =
          number(statement, "PRAGMA page_count", 0) - number(statement, "PRAGMA freelist_count", 0);
      return new Load(
          pages * number(statement, "PRAGMA page_size", 0),
          number(statement, "SELECT at_ms FROM queue ORDER BY id LIMIT 1", Long.MAX_VALUE));
    }
  }

  /** Whether no point waits. */
  public boolean isEmpty() {
    return oldestMillis == Long.MAX_VALUE;
  }

  private static long number(Statement statement, String query, long whenNone) throws SQLException {
    try (var rows = statement.executeQuery(query)) {
      return rows.next() ? rows.getLong(1) : whenNone;
    }
  }
}
