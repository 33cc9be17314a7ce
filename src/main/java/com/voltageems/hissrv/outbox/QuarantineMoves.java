package com.voltageems.hissrv.outbox;

import com.voltageems.hissrv.sqlite.Database;
import com.voltageems.hissrv.sqlite.Sql;
import com.voltageems.hissrv.sqlite.SqliteException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes what is set aside here to where all instances find it, some items at a time. A move has a
 * number and is the same move until it is done, also after a restart: whoever has seen its number
 * does not take it twice. Safe for any thread; public methods throw {@link OutboxException}.
 */
public final class QuarantineMoves {
  /**
   * An item's {@code position} is the id of the point in the queue that it was, or of the last one
   * before it: it tells the list in flight that it came from.
   */
  static final List<String> MIGRATION =
      List.of(
          "ALTER TABLE quarantine ADD COLUMN position INTEGER NOT NULL DEFAULT -1",
          "CREATE INDEX quarantine_position ON quarantine (position)",
          "CREATE TABLE moves (last INTEGER NOT NULL, up_to INTEGER)",
          "INSERT INTO moves VALUES (0, NULL)");

  private static final int ITEMS = 500;

  private final Database database;

  QuarantineMoves(Database database) {
    this.database = database;
  }

  /**
   * One of them.
   *
   * @param number higher than that of the one before
   * @param items oldest first
   */
  public record Move(long number, List<Quarantined> items) {
    /** Copies the items. */
    public Move {
      items = List.copyOf(items);
    }
  }

  /** The one that is not done yet, else the next; empty when nothing is set aside. */
  public Optional<Move> next() {
    return Optional.ofNullable(run(QuarantineMoves::next));
  }

  /** Its items are where all find them: here they are deleted. */
  public void done(Move move) {
    int _ =
        run(connection -> {
          change(connection, "DELETE FROM quarantine WHERE id <= ?", move.items().getLast().id());
          return change(connection, "UPDATE moves SET last = ?, up_to = NULL", move.number());
        });
  }

  /** A number was used before, by a life of this folder that it has forgotten. */
  public void goOnBehind(long number) {
    int _ =
        run(connection -> change(connection, "UPDATE moves SET last = ?, up_to = NULL", number));
  }

  private static @Nullable Move next(Connection connection) throws SQLException {
    List<Quarantined> items =
        QuarantineRows.page(connection, QuarantineFilter.ALL, 0, ITEMS, ITEMS).items();
    if (items.isEmpty()) {
      return null;
    }
    long last = LocalQuarantine.number(connection, "SELECT last FROM moves");
    long upTo = LocalQuarantine.number(connection, "SELECT coalesce(up_to, 0) FROM moves");
    long first = items.getFirst().id();
    if (first <= upTo) {
      return new Move(last, items.stream().filter(item -> item.id() <= upTo).toList());
    }
    change(connection, "UPDATE moves SET last = last + 1, up_to = ?", items.getLast().id());
    return new Move(last + 1, items);
  }

  private static int change(Connection connection, String sql, long value) throws SQLException {
    try (var statement = connection.prepareStatement(sql)) {
      statement.setLong(1, value);
      return statement.executeUpdate();
    }
  }

  private <T extends @Nullable Object> T run(Sql<T> work) {
    try {
      return database.write(work);
    } catch (SqliteException e) {
      throw new OutboxException(e);
    }
  }
}
