package com.voltageems.hissrv.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs of windows by source, level and kind. The latest run of each is in a table of its own, which
 * stays small: a source without gaps changes one row for ever, next to those of all the others.
 * Times in epoch seconds.
 */
final class RunTable implements AutoCloseable {
  static final List<String> SCHEMA =
      List.of(
          "CREATE TABLE latest (source INTEGER, level INTEGER, kind INTEGER, start INTEGER,"
              + " stop INTEGER, PRIMARY KEY (source, level, kind)) WITHOUT ROWID",
          "CREATE TABLE run (source INTEGER, level INTEGER, kind INTEGER, start INTEGER,"
              + " stop INTEGER, PRIMARY KEY (source, level, kind, start)) WITHOUT ROWID");

  private static final String KEY = " WHERE source = ? AND level = ? AND kind = ?";

  private final PreparedStatement latest;
  private final PreparedStatement setLatest;
  private final PreparedStatement dropLatest;
  private final PreparedStatement before;
  private final PreparedStatement insert;
  private final PreparedStatement delete;

  record Key(long source, long level, Kind kind) {}

  private record Run(long start, long stop) {}

  RunTable(Connection connection) throws SQLException {
    latest = connection.prepareStatement("SELECT start, stop FROM latest" + KEY);
    setLatest = connection.prepareStatement("INSERT OR REPLACE INTO latest VALUES (?,?,?,?,?)");
    dropLatest = connection.prepareStatement("DELETE FROM latest" + KEY);
    before =
        connection.prepareStatement(
            "SELECT start, stop FROM run" + KEY + " AND start <= ? ORDER BY start DESC");
    insert = connection.prepareStatement("INSERT INTO run VALUES (?,?,?,?,?)");
    delete = connection.prepareStatement("DELETE FROM run" + KEY + " AND start = ?");
  }

  void add(Key key, long start, long stop) throws SQLException {
    Run newest = latest(key);
    if (newest == null) {
      setLatest(key, new Run(start, stop));
    } else if (newest.start() > stop) {
      insert(key, absorb(key, start, stop));
    } else if (newest.stop() < start) {
      insert(key, newest);
      setLatest(key, new Run(start, stop));
    } else if (newest.start() <= start) {
      setLatest(key, new Run(newest.start(), Math.max(stop, newest.stop())));
    } else {
      setLatest(key, absorb(key, start, Math.max(stop, newest.stop())));
    }
  }

  void remove(Key key, long start, long stop) throws SQLException {
    Run newest = latest(key);
    if (newest == null) {
      return;
    }
    if (newest.start() > start) {
      for (Run met : runs(key, stop - 1, start + 1)) {
        delete(key, met);
        keepRest(key, met, start, stop);
      }
    }
    if (newest.start() < stop && newest.stop() > start) {
      removeFromNewest(key, newest, start, stop);
    }
  }

  private void removeFromNewest(Key key, Run newest, long start, long stop) throws SQLException {
    Run left = new Run(newest.start(), start);
    if (newest.stop() > stop) {
      setLatest(key, new Run(stop, newest.stop()));
      if (left.start() < start) {
        insert(key, left);
      }
    } else if (left.start() < start) {
      setLatest(key, left);
    } else {
      promote(key);
    }
  }

  private void keepRest(Key key, Run met, long start, long stop) throws SQLException {
    if (met.start() < start) {
      insert(key, new Run(met.start(), start));
    }
    if (met.stop() > stop) {
      insert(key, new Run(stop, met.stop()));
    }
  }

  private void promote(Key key) throws SQLException {
    bind(before, key);
    before.setLong(4, Long.MAX_VALUE);
    Run found = null;
    try (var rows = before.executeQuery()) {
      if (rows.next()) {
        found = new Run(rows.getLong(1), rows.getLong(2));
      }
    }
    if (found == null) {
      bind(dropLatest, key);
      dropLatest.executeUpdate();
    } else {
      delete(key, found);
      setLatest(key, found);
    }
  }

  /** Takes out the older runs that touch this stretch; returns all of them and it as one. */
  private Run absorb(Key key, long start, long stop) throws SQLException {
    long from = start;
    long to = stop;
    for (Run touching : runs(key, stop, start)) {
      delete(key, touching);
      from = Math.min(from, touching.start());
      to = Math.max(to, touching.stop());
    }
    return new Run(from, to);
  }

  /** The older runs that begin by then and end no earlier than that. */
  private List<Run> runs(Key key, long startBy, long stopFrom) throws SQLException {
    bind(before, key);
    before.setLong(4, startBy);
    var runs = new ArrayList<Run>();
    try (var rows = before.executeQuery()) {
      while (rows.next() && rows.getLong(2) >= stopFrom) {
        runs.add(new Run(rows.getLong(1), rows.getLong(2)));
      }
    }
    return runs;
  }

  private @Nullable Run latest(Key key) throws SQLException {
    bind(latest, key);
    try (var rows = latest.executeQuery()) {
      return rows.next() ? new Run(rows.getLong(1), rows.getLong(2)) : null;
    }
  }

  private void setLatest(Key key, Run run) throws SQLException {
    write(setLatest, key, run);
  }

  private void insert(Key key, Run run) throws SQLException {
    write(insert, key, run);
  }

  private static void write(PreparedStatement statement, Key key, Run run) throws SQLException {
    bind(statement, key);
    statement.setLong(4, run.start());
    statement.setLong(5, run.stop());
    statement.executeUpdate();
  }

  private void delete(Key key, Run run) throws SQLException {
    bind(delete, key);
    delete.setLong(4, run.start());
    delete.executeUpdate();
  }

  private static void bind(PreparedStatement statement, Key key) throws SQLException {
    statement.setLong(1, key.source());
    statement.setLong(2, key.level());
    statement.setInt(3, key.kind().code);
  }

  @Override
  public void close() throws SQLException {
    for (var statement : List.of(latest, setLatest, dropLatest, before, insert, delete)) {
      statement.close();
    }
  }
}
