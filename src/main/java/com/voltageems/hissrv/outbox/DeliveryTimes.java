package com.voltageems.hissrv.outbox;

import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.sqlite.Database;
import com.voltageems.hissrv.sqlite.SqliteException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When the store took the points of a window, those of all series together: a row for each window
 * and level, not for each point. Kept for 31 days after the window. Written in the transaction that
 * lets go of the points.
 */
public final class DeliveryTimes {
  private static final Duration KEPT = Duration.ofDays(31);
  private static final long MINUTE_S = 60;
  private static final long HOUR_MS = Duration.ofHours(1).toMillis();

  static final String TABLE =
      "CREATE TABLE delivered (start_s INTEGER NOT NULL, level TEXT NOT NULL,"
          + " first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL, PRIMARY KEY (start_s, level))"
          + " WITHOUT ROWID";

  private final Database database;
  private long forgotMillis = Long.MIN_VALUE;

  DeliveryTimes(Database database) {
    this.database = database;
  }

  /** From the first point's acknowledgement to the last one's. */
  public record Span(Instant first, Instant last) {}

  /** Windows that begin in one minute, or points of it, count as one. */
  private record Slot(long startSeconds, String level) {
    static Slot of(Level level, Instant time) {
      return new Slot(Math.floorDiv(time.getEpochSecond(), MINUTE_S) * MINUTE_S, level.name());
    }
  }

  /**
   * When the store took a window, from its first point to its last.
   *
   * @param time the window's start; a point's time of level raw, for whose whole minute it answers
   * @return empty when nothing is known, or not any more
   * @throws OutboxException when the file can't be read
   */
  public Optional<Span> of(Level level, Instant time) {
    Slot slot = Slot.of(level, time);
    try {
      return Optional.ofNullable(database.write(connection -> read(connection, slot)));
    } catch (SqliteException e) {
      throw new OutboxException(e);
    }
  }

  private static @Nullable Span read(Connection connection, Slot slot) throws SQLException {
    try (var select =
        connection.prepareStatement(
            "SELECT first_ms, last_ms FROM delivered WHERE start_s = ? AND level = ?")) {
      select.setLong(1, slot.startSeconds());
      select.setString(2, slot.level());
      try (var rows = select.executeQuery()) {
        return rows.next()
            ? new Span(Instant.ofEpochMilli(rows.getLong(1)), Instant.ofEpochMilli(rows.getLong(2)))
            : null;
      }
    }
  }

  /** As a part of a transaction of the queue's. */
  void add(Connection connection, Collection<Point> taken, long nowMillis) throws SQLException {
    long earliest = Math.floorDiv(nowMillis, 1_000) - KEPT.toSeconds();
    var slots = new LinkedHashSet<Slot>();
    for (Point point : taken) {
      Slot slot = Slot.of(point.series().level(), point.time());
      if (slot.startSeconds() >= earliest) {
        slots.add(slot);
      }
    }
    try (var insert =
        connection.prepareStatement(
            "INSERT INTO delivered VALUES (?,?,?,?) ON CONFLICT DO UPDATE SET"
                + " first_ms = min(first_ms, excluded.first_ms),"
                + " last_ms = max(last_ms, excluded.last_ms)")) {
      for (Slot slot : slots) {
        insert.setLong(1, slot.startSeconds());
        insert.setString(2, slot.level());
        insert.setLong(3, nowMillis);
        insert.setLong(4, nowMillis);
        insert.executeUpdate();
      }
    }
    if (nowMillis - HOUR_MS >= forgotMillis || nowMillis < forgotMillis) {
      forget(connection, earliest);
      forgotMillis = nowMillis;
    }
  }

  private static void forget(Connection connection, long earliest) throws SQLException {
    try (var delete = connection.prepareStatement("DELETE FROM delivered WHERE start_s < ?")) {
      delete.setLong(1, earliest);
      delete.executeUpdate();
    }
  }
}
