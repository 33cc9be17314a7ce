package com.voltageems.hissrv.outbox;

import com.voltageems.hissrv.sqlite.Database;
import com.voltageems.hissrv.sqlite.SqliteException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What no store will take as it is, each with its reason. Safe for any thread; every public method
 * throws {@link OutboxException}, and then nothing has changed.
 */
public final class Quarantine {
  private final Database database;
  private final InstantSource clock;

  Quarantine(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /** The oldest. */
  public List<Quarantined> list(int most) {
    try {
      return database.write(connection -> list(connection, most));
    } catch (SqliteException e) {
      throw new OutboxException(e);
    }
  }

  /** As a part of a transaction of the queue's. */
  void add(
      Connection connection,
      String entry,
      @Nullable String content,
      byte @Nullable [] point,
      String reason)
      throws SQLException {
    try (var insert =
        connection.prepareStatement(
            "INSERT INTO quarantine (at_ms, entry, content, point, reason) VALUES (?,?,?,?,?)")) {
      insert.setLong(1, clock.millis());
      insert.setString(2, entry);
      insert.setString(3, content);
      insert.setBytes(4, point);
      insert.setString(5, reason);
      insert.executeUpdate();
    }
  }

  /** Moves a row of the queue whose point can't be read, as a part of the queue's transaction. */
  void setAsideDamaged(Connection connection, long id) throws SQLException {
    try (var move =
            connection.prepareStatement(
                "INSERT INTO quarantine (at_ms, entry, content, reason)"
                    + " SELECT ?, entry, hex(point), 'damaged in the outbox' FROM queue"
                    + " WHERE id = ?");
        var delete = connection.prepareStatement("DELETE FROM queue WHERE id = ?")) {
      move.setLong(1, clock.millis());
      move.setLong(2, id);
      move.executeUpdate();
      delete.setLong(1, id);
      delete.executeUpdate();
    }
  }

  private static List<Quarantined> list(Connection connection, int most) throws SQLException {
    try (var select =
        connection.prepareStatement(
            "SELECT id, at_ms, entry, content, point, reason FROM quarantine"
                + " ORDER BY id LIMIT ?")) {
      select.setInt(1, most);
      var found = new ArrayList<Quarantined>();
      try (var rows = select.executeQuery()) {
        while (rows.next()) {
          found.add(quarantined(rows));
        }
      }
      return found;
    }
  }

  private static Quarantined quarantined(ResultSet rows) throws SQLException {
    byte @Nullable [] point = rows.getBytes(5);
    return new Quarantined(
        rows.getLong(1),
        Instant.ofEpochMilli(rows.getLong(2)),
        rows.getString(3),
        rows.getString(4),
        point == null ? null : PointCodec.decode(point),
        rows.getString(6));
  }
}
