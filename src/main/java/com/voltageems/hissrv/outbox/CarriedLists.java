package com.voltageems.hissrv.outbox;

import com.voltageems.hissrv.sqlite.Database;
import com.voltageems.hissrv.sqlite.Sql;
import com.voltageems.hissrv.sqlite.SqliteException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lists in flight in Redis that stay there until the store has what was made of them. Written in
 * the transaction that makes the last of a list's points durable, so that a restart does not take
 * them over once more. Used only where several instances share one Redis. Safe for any thread;
 * public methods throw {@link OutboxException}.
 */
public final class CarriedLists {
  static final String TABLE =
      "CREATE TABLE carried (list TEXT PRIMARY KEY, after INTEGER NOT NULL, last INTEGER NOT NULL,"
          + " archives TEXT NOT NULL) WITHOUT ROWID";

  /** Ids are never given again, also when the queue is empty. */
  static final String POSITION =
      "coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'queue'), 0)";

  private final Database database;

  CarriedLists(Database database) {
    this.database = database;
  }

  /**
   * One of them.
   *
   * @param list its name in Redis
   * @param after its points came later than the one of this id
   * @param archives that its entries name, each with the revision that was read
   */
  public record Carried(String list, long after, Map<String, Long> archives) {
    /** Copies the archives. */
    public Carried {
      archives = Map.copyOf(archives);
    }
  }

  /** The id of the point that came last, whether it still waits or not. */
  public long position() {
    return run(connection -> {
      try (var statement = connection.createStatement();
          var rows = statement.executeQuery("SELECT " + POSITION)) {
        rows.next();
        return rows.getLong(1);
      }
    });
  }

  /** The names of all. */
  public Set<String> names() {
    return run(connection -> {
      var names = new HashSet<String>();
      try (var statement = connection.createStatement();
          var rows = statement.executeQuery("SELECT list FROM carried")) {
        while (rows.next()) {
          names.add(rows.getString(1));
        }
      }
      return names;
    });
  }

  /**
   * Those of which no point waits any more, and nothing is set aside here alone; the oldest first.
   */
  public List<Carried> settled() {
    return run(connection -> {
      var settled = new ArrayList<Carried>();
      try (var statement = connection.createStatement();
          var rows =
              statement.executeQuery(
                  "SELECT list, after, archives FROM carried AS c WHERE NOT EXISTS (SELECT 1 FROM"
                      + " queue WHERE id > c.after AND id <= c.last) AND NOT EXISTS (SELECT 1"
                      + " FROM quarantine WHERE position >= c.after AND position <= c.last)"
                      + " ORDER BY list")) {
        while (rows.next()) {
          settled.add(new Carried(rows.getString(1), rows.getLong(2), archives(rows.getString(3))));
        }
      }
      return settled;
    });
  }

  /** They are gone from Redis. */
  public void forget(Collection<Carried> gone) {
    int _ =
        run(connection -> {
          try (var delete = connection.prepareStatement("DELETE FROM carried WHERE list = ?")) {
            for (Carried one : gone) {
              delete.setString(1, one.list());
              delete.executeUpdate();
            }
          }
          return gone.size();
        });
  }

  /** As a part of the transaction that its last points are written in. */
  static void add(Connection connection, Carried carried) throws SQLException {
    try (var insert =
        connection.prepareStatement(
            "INSERT OR REPLACE INTO carried VALUES (?,?,%s,?)".formatted(POSITION))) {
      insert.setString(1, carried.list());
      insert.setLong(2, carried.after());
      insert.setString(3, text(carried.archives()));
      insert.executeUpdate();
    }
  }

  /** A line for each: {@code 1 archive:1m:1760000000:1001}. */
  private static String text(Map<String, Long> archives) {
    var text = new StringBuilder();
    archives.forEach(
        (archive, revision) -> text.append(revision).append(' ').append(archive).append('\n'));
    return text.toString();
  }

  private static Map<String, Long> archives(String text) {
    var archives = new LinkedHashMap<String, Long>();
    for (String line : text.split("\n", -1)) {
      int end = line.indexOf(' ');
      if (end > 0) {
        archives.put(line.substring(end + 1), Long.parseLong(line.substring(0, end)));
      }
    }
    return archives;
  }

  private <T> T run(Sql<T> work) {
    try {
      return database.write(work);
    } catch (SqliteException e) {
      throw new OutboxException(e);
    }
  }
}
