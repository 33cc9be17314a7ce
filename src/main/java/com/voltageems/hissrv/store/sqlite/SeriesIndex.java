package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.sqlite.Database;
import com.voltageems.hissrv.sqlite.Schema;
import com.voltageems.hissrv.store.StoreException;
import com.voltageems.hissrv.store.sqlite.Dictionary.Head;
import com.voltageems.hissrv.store.sqlite.Dictionary.Use;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The dictionary of series and field names, {@code index.db}: period files know both by number
 * only. Numbers are durable before any row uses them, and never used again for anything else.
 */
final class SeriesIndex implements AutoCloseable {
  private static final Schema SCHEMA =
      new Schema(
          List.of(
              List.of(
                  "CREATE TABLE identity (id TEXT NOT NULL)",
                  "INSERT INTO identity VALUES (lower(hex(randomblob(16))))",
                  "CREATE TABLE series (id INTEGER PRIMARY KEY, measurement TEXT NOT NULL,"
                      + " tags TEXT NOT NULL, UNIQUE (measurement, tags))",
                  "CREATE TABLE field (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)"),
              List.of(
                  "CREATE TABLE period (level TEXT NOT NULL, name TEXT NOT NULL,"
                      + " PRIMARY KEY (level, name)) WITHOUT ROWID"),
              List.of(
                  "CREATE TABLE use (id INTEGER PRIMARY KEY, measurement TEXT NOT NULL,"
                      + " field INTEGER NOT NULL, UNIQUE (measurement, field))",
                  // Which field is whose was not kept: any may be anybody's.
                  "INSERT INTO use (measurement, field) SELECT m.measurement, field.id"
                      + " FROM (SELECT DISTINCT measurement FROM series) m, field")),
          false,
          4096);

  private static final String HEAD =
      "SELECT (SELECT id FROM identity), (SELECT max(id) FROM series),"
          + " (SELECT max(id) FROM field), (SELECT max(id) FROM use)";

  private final Database database;
  private volatile @Nullable Dictionary current;

  SeriesIndex(Path file) {
    database = new Database(file, SCHEMA);
  }

  Path file() {
    return database.file();
  }

  /** What the file holds now: what is remembered, or if that is something else, read anew. */
  Dictionary dictionary() {
    Dictionary known = current;
    return known != null && known.matches(database.ask(HEAD, SeriesIndex::head)) ? known : reload();
  }

  /** The dictionary with every series and field of these points in it. */
  synchronized Dictionary dictionaryWith(List<Point> points) {
    Dictionary dictionary = dictionary();
    var series = new LinkedHashSet<SeriesKey>();
    var fields = new LinkedHashSet<String>();
    for (Point point : points) {
      if (dictionary.seriesId(point.series()) == null) {
        series.add(point.series());
      }
      for (String field : point.fields().keySet()) {
        if (dictionary.fieldId(field) == null) {
          fields.add(field);
        }
      }
    }
    if (!series.isEmpty() || !fields.isEmpty()) {
      learn(dictionary, series, fields);
    }
    learnUses(dictionary, points);
    return dictionary;
  }

  private void learnUses(Dictionary dictionary, List<Point> points) {
    var uses = new LinkedHashSet<Use>();
    for (Point point : points) {
      String measurement = point.series().measurement();
      for (String field : point.fields().keySet()) {
        Integer id = dictionary.fieldId(field);
        if (id != null && !dictionary.isUsed(measurement, id)) {
          uses.add(new Use(measurement, id));
        }
      }
    }
    if (!uses.isEmpty()) {
      Head after =
          database.write(connection -> {
            verifyUnchanged(dictionary, connection);
            insertUses(connection, uses);
            return head(connection);
          });
      dictionary.add(List.of(), Map.of(), uses, after);
    }
  }

  private void verifyUnchanged(Dictionary dictionary, Connection connection) throws SQLException {
    if (!dictionary.matches(head(connection))) {
      throw replaced();
    }
  }

  /**
   * Makes sure that a dictionary is still that of the file the path leads to.
   *
   * @throws StoreException retryable, if it is not
   */
  void verify(Dictionary dictionary) {
    database.verify();
    if (current != dictionary) {
      throw replaced();
    }
  }

  /** Remembers that a period's file is about to hold something. */
  void remember(Period period) {
    int _ = database.write(connection -> insertPeriod(connection, period));
  }

  /** Whether a period's file has held something. */
  boolean remembers(Period period) {
    return database.read(connection -> isThere(connection, period));
  }

  /** Whether the file can be written now; throws what prevents it. */
  void probe() {
    Head _ = database.write(SeriesIndex::head);
  }

  @Override
  public void close() {
    database.close();
  }

  private synchronized Dictionary reload() {
    Dictionary known = current;
    Dictionary loaded =
        database.read(connection -> {
          Head head = head(connection);
          return known != null && known.matches(head) ? known : load(connection, head);
        });
    current = loaded;
    return loaded;
  }

  private void learn(Dictionary dictionary, Set<SeriesKey> newSeries, Set<String> newFields) {
    var series = new ArrayList<Series>();
    var fields = new HashMap<String, Integer>();
    Head after =
        database.write(connection -> {
          verifyUnchanged(dictionary, connection);
          insertSeries(connection, newSeries, series);
          insertFields(connection, newFields, fields);
          return head(connection);
        });
    dictionary.add(series, fields, List.of(), after);
  }

  private StoreException replaced() {
    return StoreException.retryable(database.file() + " was replaced while in use", null);
  }

  private static void insertSeries(
      Connection connection, Set<SeriesKey> keys, List<Series> inserted) throws SQLException {
    try (var insert =
        connection.prepareStatement(
            "INSERT INTO series (measurement, tags) VALUES (?, ?) RETURNING id")) {
      for (SeriesKey key : keys) {
        insert.setString(1, key.measurement());
        insert.setString(2, TagText.of(key.tags()));
        inserted.add(new Series(insertedId(insert), key));
      }
    }
  }

  private static void insertFields(
      Connection connection, Set<String> names, Map<String, Integer> inserted) throws SQLException {
    try (var insert =
        connection.prepareStatement("INSERT INTO field (name) VALUES (?) RETURNING id")) {
      for (String name : names) {
        insert.setString(1, name);
        inserted.put(name, insertedId(insert));
      }
    }
  }

  private static void insertUses(Connection connection, Set<Use> uses) throws SQLException {
    try (var insert =
        connection.prepareStatement("INSERT INTO use (measurement, field) VALUES (?, ?)")) {
      for (Use use : uses) {
        insert.setString(1, use.measurement());
        insert.setInt(2, use.field());
        insert.executeUpdate();
      }
    }
  }

  private static int insertPeriod(Connection connection, Period period) throws SQLException {
    try (var insert = connection.prepareStatement("INSERT OR IGNORE INTO period VALUES (?, ?)")) {
      insert.setString(1, period.level().name());
      insert.setString(2, period.name());
      return insert.executeUpdate();
    }
  }

  private static boolean isThere(Connection connection, Period period) throws SQLException {
    try (var select =
        connection.prepareStatement("SELECT 1 FROM period WHERE level = ? AND name = ?")) {
      select.setString(1, period.level().name());
      select.setString(2, period.name());
      try (var rows = select.executeQuery()) {
        return rows.next();
      }
    }
  }

  private static int insertedId(PreparedStatement insert) throws SQLException {
    try (var rows = insert.executeQuery()) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private static Head head(Connection connection) throws SQLException {
    try (var select = connection.prepareStatement(HEAD);
        var rows = select.executeQuery()) {
      rows.next();
      return head(rows);
    }
  }

  private static Head head(ResultSet row) throws SQLException {
    return new Head(row.getString(1), row.getInt(2), row.getInt(3), row.getInt(4));
  }

  private static Dictionary load(Connection connection, Head head) throws SQLException {
    var series = new ArrayList<Series>();
    var fields = new HashMap<String, Integer>();
    var uses = new ArrayList<Use>();
    try (var statement = connection.createStatement()) {
      try (var rows = statement.executeQuery("SELECT id, measurement, tags FROM series")) {
        while (rows.next()) {
          var key = new SeriesKey(rows.getString(2), TagText.parse(rows.getString(3)));
          series.add(new Series(rows.getInt(1), key));
        }
      }
      try (var rows = statement.executeQuery("SELECT id, name FROM field")) {
        while (rows.next()) {
          fields.put(rows.getString(2), rows.getInt(1));
        }
      }
      try (var rows = statement.executeQuery("SELECT measurement, field FROM use")) {
        while (rows.next()) {
          uses.add(new Use(rows.getString(1), rows.getInt(2)));
        }
      }
    }
    var dictionary = new Dictionary(head);
    dictionary.add(series, fields, uses, head);
    return dictionary;
  }
}
