package com.voltageems.hissrv.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A connection to read by, with the statements that were asked on it: to prepare a small one takes
 * longer than to run it.
 */
final class Reader {
  private final Connection connection;
  private final int opening;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();

  /**
   * @param opening of the file that it is a connection to
   */
  Reader(Connection connection, int opening) {
    this.connection = connection;
    this.opening = opening;
  }

  /** To be closed with its statements. */
  Connection connection() {
    return connection;
  }

  int opening() {
    return opening;
  }

  /** In one transaction. */
  <T extends @Nullable Object> T read(Sql<T> work) throws SQLException {
    prepared("BEGIN").execute();
    T result = work.on(connection);
    prepared("COMMIT").execute();
    return result;
  }

  /** Of one row. */
  <T extends @Nullable Object> T ask(String select, SqlRow<T> answer) throws SQLException {
    return answer.first(prepared(select));
  }

  private PreparedStatement prepared(String sql) throws SQLException {
    PreparedStatement statement = prepared.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      prepared.put(sql, statement);
    }
    return statement;
  }
}
