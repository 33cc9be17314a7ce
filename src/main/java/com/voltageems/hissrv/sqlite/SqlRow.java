package com.voltageems.hissrv.sqlite;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What a row says. */
@FunctionalInterface
public interface SqlRow<T extends @Nullable Object> {
  /** Reads the row at hand. */
  T of(ResultSet row) throws SQLException;

  /** Reads the first row of an answer, which has one. */
  default T first(PreparedStatement select) throws SQLException {
    try (var rows = select.executeQuery()) {
      rows.next();
      return of(rows);
    }
  }
}
