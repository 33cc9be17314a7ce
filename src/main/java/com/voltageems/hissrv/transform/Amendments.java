package com.voltageems.hissrv.transform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.sqlite.Database;
import com.voltageems.hissrv.sqlite.SqliteException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What people changed in history by hand: what still comes of it from Redis, a late revision, an
 * archive that was queued again, must not undo that. Kept in memory and in the catalog's file, for
 * as long as anything may still come. Safe for any thread; throws {@link CatalogException}.
 */
public final class Amendments {
  /** Nothing waits longer in Redis or the outbox. */
  private static final Duration LASTS = Duration.ofDays(31);

  static final List<String> MIGRATION =
      List.of(
          """
          CREATE TABLE deletion (
            at_s INTEGER NOT NULL,
            measurement TEXT NOT NULL,
            tags TEXT NOT NULL,
            level TEXT NOT NULL,
            start TEXT NOT NULL,
            stop TEXT NOT NULL
          )\
          """,
          """
          CREATE TABLE correction (
            at_s INTEGER NOT NULL,
            measurement TEXT NOT NULL,
            tags TEXT NOT NULL,
            time TEXT NOT NULL,
            field TEXT NOT NULL
          )\
          """);

  private static final JsonMapper JSON = new JsonMapper();

  private final Database database;
  private @Nullable Known known;

  Amendments(Database database) {
    this.database = database;
  }

  /**
   * Rows that were deleted.
   *
   * @param tags that a series has, among others
   * @param rows of which times
   */
  public record Deletion(
      String measurement, SortedMap<String, String> tags, Level level, TimeRange rows) {
    /** Whether it is one of them. */
    public boolean covers(Point point) {
      SeriesKey series = point.series();
      return series.measurement().equals(measurement)
          && rows.contains(point.time())
          && series.level().equals(level)
          && series.tags().entrySet().containsAll(tags.entrySet());
    }
  }

  /** Fields of a row that were corrected. */
  public record Correction(SeriesKey series, Instant time, Set<String> fields) {
    /** Copies the set. */
    public Correction {
      fields = Set.copyOf(fields);
    }
  }

  private record Known(
      Map<String, List<Deletion>> deletions, Map<SeriesKey, Map<Instant, Set<String>>> fields) {
    void add(Deletion deletion) {
      deletions.computeIfAbsent(deletion.measurement(), m -> new ArrayList<>()).add(deletion);
    }

    void add(SeriesKey series, Instant time, Collection<String> corrected) {
      fields
          .computeIfAbsent(series, s -> new HashMap<>())
          .computeIfAbsent(time, t -> new HashSet<>())
          .addAll(corrected);
    }
  }

  /** Remembers them; on disk when this returns. */
  public synchronized void keep(
      Instant now, Collection<Deletion> deletions, Collection<Correction> corrections) {
    Known all = known();
    try {
      database.write(connection -> {
        forget(connection, now);
        insert(connection, now, deletions);
        insertFields(connection, now, corrections);
        return null;
      });
    } catch (SqliteException e) {
      throw new CatalogException(e);
    }
    deletions.forEach(all::add);
    corrections.forEach(one -> all.add(one.series(), one.time(), one.fields()));
  }

  /** What of a point that comes from Redis still counts; empty for nothing. */
  public synchronized Optional<Point> left(Point point) {
    Known all = known();
    for (Deletion deletion :
        all.deletions().getOrDefault(point.series().measurement(), List.of())) {
      if (deletion.covers(point)) {
        return Optional.empty();
      }
    }
    Set<String> corrected =
        all.fields().getOrDefault(point.series(), Map.of()).getOrDefault(point.time(), Set.of());
    if (corrected.isEmpty()) {
      return Optional.of(point);
    }
    var fields = new TreeMap<String, FieldValue>(point.fields());
    fields.keySet().removeAll(corrected);
    return fields.isEmpty()
        ? Optional.empty()
        : Optional.of(new Point(point.series(), point.time(), fields));
  }

  private Known known() {
    Known all = known;
    if (all == null) {
      try {
        all = database.read(Amendments::load);
      } catch (SqliteException e) {
        throw new CatalogException(e);
      }
      known = all;
    }
    return all;
  }

  private static Known load(Connection connection) throws SQLException {
    var all = new Known(new HashMap<>(), new HashMap<>());
    try (var statement = connection.createStatement()) {
      try (var rows =
          statement.executeQuery("SELECT measurement, tags, level, start, stop FROM deletion")) {
        while (rows.next()) {
          all.add(
              new Deletion(
                  rows.getString(1),
                  tags(rows.getString(2)),
                  Level.parse(rows.getString(3)).orElse(Level.RAW),
                  new TimeRange(
                      Instant.parse(rows.getString(4)), Instant.parse(rows.getString(5)))));
        }
      }
      try (var rows =
          statement.executeQuery("SELECT measurement, tags, time, field FROM correction")) {
        while (rows.next()) {
          all.add(
              new SeriesKey(rows.getString(1), tags(rows.getString(2))),
              Instant.parse(rows.getString(3)),
              List.of(rows.getString(4)));
        }
      }
    }
    return all;
  }

  /** Of the file; memory is forgotten with the process. */
  private static void forget(Connection connection, Instant now) throws SQLException {
    for (String table : List.of("deletion", "correction")) {
      try (var delete = connection.prepareStatement("DELETE FROM " + table + " WHERE at_s < ?")) {
        delete.setLong(1, now.minus(LASTS).getEpochSecond());
        delete.executeUpdate();
      }
    }
  }

  private static void insert(Connection connection, Instant now, Collection<Deletion> deletions)
      throws SQLException {
    try (var insert = connection.prepareStatement("INSERT INTO deletion VALUES (?,?,?,?,?,?)")) {
      for (Deletion one : deletions) {
        bind(insert, now, one.measurement(), one.tags());
        insert.setString(4, one.level().name());
        insert.setString(5, one.rows().start().toString());
        insert.setString(6, one.rows().stop().toString());
        insert.executeUpdate();
      }
    }
  }

  private static void insertFields(
      Connection connection, Instant now, Collection<Correction> corrections) throws SQLException {
    try (var insert = connection.prepareStatement("INSERT INTO correction VALUES (?,?,?,?,?)")) {
      for (Correction one : corrections) {
        bind(insert, now, one.series().measurement(), one.series().tags());
        insert.setString(4, one.time().toString());
        for (String field : one.fields()) {
          insert.setString(5, field);
          insert.executeUpdate();
        }
      }
    }
  }

  private static void bind(
      PreparedStatement insert, Instant now, String measurement, Map<String, String> tags)
      throws SQLException {
    insert.setLong(1, now.getEpochSecond());
    insert.setString(2, measurement);
    try {
      insert.setString(3, JSON.writeValueAsString(tags));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of texts is always JSON", e);
    }
  }

  private static SortedMap<String, String> tags(String json) {
    try {
      return JSON.readValue(json, new TypeReference<TreeMap<String, String>>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("tags are damaged: " + json, e);
    }
  }
}
