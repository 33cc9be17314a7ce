package com.voltageems.hissrv.outbox;

import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.sqlite.Database;
import com.voltageems.hissrv.sqlite.Sql;
import com.voltageems.hissrv.sqlite.SqliteException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What no store will take as it is, each with its reason. Nothing leaves it but into the queue or
 * because somebody said so. Safe for any thread; every public method throws {@link
 * OutboxException}, and then nothing has changed.
 */
public final class Quarantine {
  static final List<String> MIGRATION =
      List.of(
          "ALTER TABLE quarantine ADD COLUMN revision INTEGER NOT NULL DEFAULT 0",
          "ALTER TABLE totals ADD COLUMN replayed INTEGER NOT NULL DEFAULT 0",
          "ALTER TABLE totals ADD COLUMN discarded INTEGER NOT NULL DEFAULT 0");

  /** Nobody else gets at the outbox while so many rows are looked at. */
  private static final int ROWS_AT_ONCE = 2_000;

  private final Database database;
  private final InstantSource clock;
  private final Consumer<Sql<List<Intake.Arrival>>> queue;

  /**
   * @param queue runs work in a transaction and puts into the queue what it gives
   */
  Quarantine(Database database, InstantSource clock, Consumer<Sql<List<Intake.Arrival>>> queue) {
    this.database = database;
    this.clock = clock;
    this.queue = queue;
  }

  /**
   * A part of what matches.
   *
   * @param items oldest first; perhaps none though others follow
   * @param position where the next part begins
   * @param last whether nothing follows
   */
  public record Page(List<Quarantined> items, long position, boolean last) {}

  /** The oldest. */
  public List<Quarantined> list(int most) {
    return page(QuarantineFilter.ALL, 0, most).items();
  }

  /**
   * What matches of the next rows, oldest first: fewer than asked for where the rows are many or
   * large, so that no call holds up the queue for long or takes much memory.
   *
   * @param after only what has a higher id
   */
  public Page page(QuarantineFilter filter, long after, int most) {
    return run(connection -> QuarantineRows.page(connection, filter, after, most, ROWS_AT_ONCE));
  }

  /** One of them. */
  public Optional<Quarantined> get(long id) {
    return run(connection -> QuarantineRows.get(connection, id));
  }

  /** The highest id there is; 0 when it is empty. */
  public long last() {
    return run(connection -> number(connection, "SELECT max(id) FROM quarantine"));
  }

  /** What became of all of it. */
  public QuarantineTotals totals() {
    return run(Quarantine::totals);
  }

  /** As a part of a transaction. */
  static QuarantineTotals totals(Connection connection) throws SQLException {
    long waiting = number(connection, "SELECT count(*) FROM quarantine");
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT quarantined, replayed, discarded FROM totals")) {
      rows.next();
      return new QuarantineTotals(rows.getLong(1), waiting, rows.getLong(2), rows.getLong(3));
    }
  }

  /**
   * Puts another content or point in an item's place, to be tried later.
   *
   * @param item as it was when it was looked at
   * @param content replaces the content; null leaves it
   * @param point is tried instead of the content from now on; null for content to be tried
   * @return the item as it is now; empty when it has changed or gone meanwhile
   */
  public Optional<Quarantined> repair(
      Quarantined item, @Nullable String content, @Nullable Point point) {
    return run(connection -> {
      try (var update =
          connection.prepareStatement(
              "UPDATE quarantine SET content = coalesce(?, content), point = ?,"
                  + " revision = revision + 1 WHERE id = ? AND revision = ?")) {
        update.setString(1, content);
        update.setBytes(2, point == null ? null : PointCodec.encode(point));
        update.setLong(3, item.id());
        update.setLong(4, item.revision());
        return update.executeUpdate() == 0
            ? Optional.empty()
            : QuarantineRows.get(connection, item.id());
      }
    });
  }

  /**
   * Moves what passed into the queue and notes why the rest stays, in one transaction.
   *
   * @return those that were still as they had been tried; nothing was done about the others
   */
  public List<Retrial> settle(Collection<Retrial> retrials) {
    var settled = new ArrayList<Retrial>();
    queue.accept(connection -> {
      settled.clear();
      var arrivals = new ArrayList<Intake.Arrival>();
      for (Retrial retrial : retrials) {
        if (settle(connection, retrial)) {
          settled.add(retrial);
          retrial
              .points()
              .forEach(point -> arrivals.add(new Intake.Arrival(retrial.item().entry(), point)));
        }
      }
      long left = settled.stream().filter(one -> one.refusal() == null).count();
      count(connection, "replayed", left);
      return arrivals;
    });
    return settled;
  }

  /** Deletes them for ever; returns how many of them were there. */
  public int discard(Collection<Long> ids) {
    return run(connection -> {
      int discarded = 0;
      try (var delete = connection.prepareStatement("DELETE FROM quarantine WHERE id = ?")) {
        for (long id : ids) {
          delete.setLong(1, id);
          discarded += delete.executeUpdate();
        }
      }
      count(connection, "discarded", discarded);
      return discarded;
    });
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

  /**
   * Moves a row of the queue whose point can't be read, as a part of the queue's transaction. The
   * entry of a document is all that is needed to make its point again.
   */
  void setAsideDamaged(Connection connection, long id) throws SQLException {
    try (var move =
            connection.prepareStatement(
                "INSERT INTO quarantine (at_ms, entry, content, reason)"
                    + " SELECT ?, entry, iif(json_valid(entry), entry, hex(point)),"
                    + " 'damaged in the outbox' FROM queue WHERE id = ?");
        var delete = connection.prepareStatement("DELETE FROM queue WHERE id = ?")) {
      move.setLong(1, clock.millis());
      move.setLong(2, id);
      move.executeUpdate();
      delete.setLong(1, id);
      delete.executeUpdate();
    }
  }

  private static boolean settle(Connection connection, Retrial retrial) throws SQLException {
    boolean leaves = retrial.refusal() == null;
    String sql =
        leaves
            ? "DELETE FROM quarantine WHERE id = ? AND revision = ?"
            : "UPDATE quarantine SET reason = ?3, revision = revision + 1"
                + " WHERE id = ?1 AND revision = ?2";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, retrial.item().id());
      statement.setLong(2, retrial.item().revision());
      if (!leaves) {
        statement.setString(3, retrial.refusal());
      }
      return statement.executeUpdate() > 0;
    }
  }

  private static void count(Connection connection, String column, long more) throws SQLException {
    try (var update =
        connection.prepareStatement("UPDATE totals SET %s = %s + ?".formatted(column, column))) {
      update.setLong(1, more);
      update.executeUpdate();
    }
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private <T> T run(Sql<T> work) {
    try {
      return database.write(work);
    } catch (SqliteException e) {
      throw new OutboxException(e);
    }
  }
}
