package com.voltageems.hissrv.ledger;

import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.sqlite.Database;
import com.voltageems.hissrv.sqlite.Schema;
import com.voltageems.hissrv.sqlite.SqliteException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code ledger.db}. Every method but {@link #close} throws {@link SqliteException}. */
final class LedgerFile implements AutoCloseable {
  private static final long SECOND = 1_000;
  private static final Schema SCHEMA = new Schema(List.of(statements()), true, 4096);

  private final Database database;

  LedgerFile(Path file) {
    database = new Database(file, SCHEMA);
  }

  private static List<String> statements() {
    var statements = new ArrayList<String>();
    statements.add(
        "CREATE TABLE source (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, since INTEGER)");
    statements.add("CREATE TABLE level (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)");
    statements.add(
        "CREATE TABLE life (known_since_ms INTEGER NOT NULL, swept_ms INTEGER NOT NULL,"
            + " alive_ms INTEGER NOT NULL, failing INTEGER NOT NULL, clean INTEGER NOT NULL)");
    statements.addAll(RunTable.SCHEMA);
    return statements;
  }

  Path path() {
    return database.file();
  }

  /** Empty in a file that was just made. */
  Optional<Life> life() {
    return database.read(connection -> {
      try (var statement = connection.createStatement();
          var rows = statement.executeQuery("SELECT * FROM life")) {
        return rows.next()
            ? Optional.of(
                new Life(
                    rows.getLong(1),
                    rows.getLong(2),
                    rows.getLong(3),
                    rows.getBoolean(4),
                    rows.getBoolean(5)))
            : Optional.empty();
      }
    });
  }

  /** The start of the window in which each source was first seen, epoch milliseconds. */
  Map<String, Long> sourcesSince() {
    return database.read(connection -> {
      var since = new HashMap<String, Long>();
      try (var statement = connection.createStatement();
          var rows =
              statement.executeQuery("SELECT name, since FROM source WHERE since IS NOT NULL")) {
        while (rows.next()) {
          since.put(rows.getString(1), rows.getLong(2) * SECOND);
        }
      }
      return since;
    });
  }

  /** In one transaction. */
  void write(Marks marks, Life life) {
    database.write(connection -> {
      try (var runs = new RunTable(connection)) {
        var names = new Names(connection);
        for (var entry : marks.sourcesSince.entrySet()) {
          names.setSince(names.source(entry.getKey()), entry.getValue() / SECOND);
        }
        for (var entry : marks.windows().entrySet()) {
          long source = names.source(entry.getKey().source());
          long level = names.level(entry.getKey().level());
          for (var kind : entry.getValue().entrySet()) {
            write(runs, source, level, kind.getKey(), kind.getValue());
          }
        }
      }
      replace(connection, life);
      return true;
    });
  }

  private static void write(RunTable runs, long source, long level, Kind kind, Spans spans)
      throws SQLException {
    for (Spans.Span span : spans.list()) {
      long start = Math.floorDiv(span.start(), SECOND);
      long stop = Math.ceilDiv(span.stop(), SECOND);
      runs.add(new RunTable.Key(source, level, kind), start, stop);
      for (Kind ended : kind.ends()) {
        runs.remove(new RunTable.Key(source, level, ended), start, stop);
      }
    }
  }

  /** What is known of a source, or of all, by level; runs that have a moment of this time. */
  Map<Level, Map<Kind, Spans>> read(String source, long fromMillis, long toMillis) {
    return database.read(connection -> {
      var byLevel = new HashMap<Level, Map<Kind, Spans>>();
      for (String table : List.of("latest", "run")) {
        try (var select =
            connection.prepareStatement(
                "SELECT l.name, r.kind, r.start, r.stop FROM source s JOIN "
                    + table
                    + " r ON r.source = s.id JOIN level l ON l.id = r.level"
                    + " WHERE s.name = ? AND r.start < ? AND r.stop > ?")) {
          select.setString(1, source);
          select.setLong(2, Math.ceilDiv(toMillis, SECOND));
          select.setLong(3, Math.floorDiv(fromMillis, SECOND));
          read(select, byLevel);
        }
      }
      return byLevel;
    });
  }

  private static void read(PreparedStatement select, Map<Level, Map<Kind, Spans>> byLevel)
      throws SQLException {
    try (var rows = select.executeQuery()) {
      while (rows.next()) {
        Level level = Level.parse(rows.getString(1)).orElse(Level.RAW);
        byLevel
            .computeIfAbsent(level, l -> new EnumMap<Kind, Spans>(Kind.class))
            .computeIfAbsent(Kind.of(rows.getInt(2)), k -> new Spans())
            .add(rows.getLong(3) * SECOND, rows.getLong(4) * SECOND);
      }
    }
  }

  private static void replace(Connection connection, Life life) throws SQLException {
    try (var delete = connection.prepareStatement("DELETE FROM life");
        var insert = connection.prepareStatement("INSERT INTO life VALUES (?,?,?,?,?)")) {
      delete.executeUpdate();
      insert.setLong(1, life.knownSinceMillis());
      insert.setLong(2, life.sweptMillis());
      insert.setLong(3, life.aliveMillis());
      insert.setBoolean(4, life.failing());
      insert.setBoolean(5, life.clean());
      insert.executeUpdate();
    }
  }

  @Override
  public void close() {
    database.close();
  }
}
