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
 * That of one instance, a table beside its queue. Where instances share one it is the step before:
 * see {@link QuarantineMoves}. When a method throws nothing has changed.
 */
public final class LocalQuarantine implements Quarantine {
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
  LocalQuarantine(
      Database database, InstantSource clock, Consumer<Sql<List<Intake.Arrival>>> queue) {
    this.database = database;
    this.clock = clock;
    this.queue = queue;
  }

  @Override
  public Page page(QuarantineFilter filter, long after, int most) {
    return run(connection -> QuarantineRows.page(connection, filter, after, most, ROWS_AT_ONCE));
  }

  @Override
  public Optional<Quarantined> get(long id) {
    return run(connection -> QuarantineRows.get(connection, id));
  }

  @Override
  public long last() {
    return run(connection -> number(connection, "SELECT max(id) FROM quarantine"));
  }

  @Override
  public QuarantineTotals totals() {
    return run(LocalQuarantine::totals);
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

  @Override
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

  @Override
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

  @Override
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

  /** As a part of a transaction of the queue's: something that never came into the queue. */
  void add(Connection connection, Intake.Refusal refusal) throws SQLException {
    Point point = refusal.point();
    byte[] encoded = point == null ? null : PointCodec.encode(point);
    add(
        connection,
        refusal.entry(),
        refusal.content(),
        encoded,
        refusal.reason(),
        number(connection, "SELECT " + CarriedLists.POSITION));
  }

  /** The same: a point of the queue that a store refused. */
  void add(Connection connection, Delivery delivery, String reason) throws SQLException {
    byte[] point = PointCodec.encode(delivery.point());
    add(connection, delivery.entry(), null, point, reason, delivery.id());
  }

  private void add(
      Connection connection,
      String entry,
      @Nullable String content,
      byte @Nullable [] point,
      String reason,
      long position)
      throws SQLException {
    try (var insert =
        connection.prepareStatement(
            "INSERT INTO quarantine (at_ms, entry, content, point, reason, position)"
                + " VALUES (?,?,?,?,?,?)")) {
      insert.setLong(6, position);
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
                "INSERT INTO quarantine (at_ms, entry, content, reason, position)"
                    + " SELECT ?, entry, iif(json_valid(entry), entry, hex(point)),"
                    + " 'damaged in the outbox', id FROM queue WHERE id = ?");
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

  static long number(Connection connection, String sql) throws SQLException {
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
