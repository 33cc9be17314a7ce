package com.voltageems.hissrv.sqlite;

import java.sql.Connection;
import java.sql.SQLException;

/** Work on a connection within one transaction. */
@FunctionalInterface
public interface Sql<T extends @org.jspecify.annotations.Nullable Object> {
  /** Does it. The connection is only lent. */
  T on(Connection connection) throws SQLException;
}
