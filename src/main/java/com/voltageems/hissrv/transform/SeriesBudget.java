package com.voltageems.hissrv.transform;

import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.sqlite.Database;
import com.voltageems.hissrv.sqlite.SqliteException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Counts the series of each measurement, so that a tag with ever new values is noticed before the
 * database suffers. A series is a measurement and all of its tags, {@code interval} included. Kept
 * in memory, and in the catalog's file across restarts. Safe for any thread; throws {@link
 * CatalogException} while the file can't be read.
 */
public final class SeriesBudget {
  static final List<String> MIGRATION =
      List.of(
          """
          CREATE TABLE stored_series (
            measurement TEXT NOT NULL,
            tags TEXT NOT NULL,
            PRIMARY KEY (measurement, tags)
          ) WITHOUT ROWID\
          """);

  private final Database database;
  private @Nullable Map<String, Set<String>> known;
  private final List<Known> unsaved = new ArrayList<>();
  private final Map<String, Integer> exhausted = new TreeMap<>();

  private record Known(String measurement, String tags) {}

  SeriesBudget(Database database) {
    this.database = database;
  }

  /** How many series a measurement has. */
  public synchronized int count(String measurement) {
    return series(measurement).size();
  }

  /** Which measurements took a new series the last time, and what to do; empty when all do. */
  public synchronized Optional<String> warning() {
    return exhausted.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "new series go to quarantine, as max_series is reached: "
                + exhausted.entrySet().stream()
                    .map(one -> one.getKey() + " (" + one.getValue() + ")")
                    .collect(Collectors.joining(", "))
                + "; find the tag with too many values, or raise max_series in mappings, and then"
                + " replay the quarantine");
  }

  /** Whether a series is known or may become so. */
  synchronized boolean hasRoom(SeriesKey key, int most) {
    Set<String> series = series(key.measurement());
    boolean room = series.size() < most || series.contains(text(key));
    if (!room) {
      exhausted.put(key.measurement(), most);
    } else if (!exhausted.isEmpty() && series.size() < most) {
      exhausted.remove(key.measurement());
    }
    return room;
  }

  /** From now on it is known. */
  synchronized void add(SeriesKey key) {
    String text = text(key);
    if (series(key.measurement()).add(text)) {
      unsaved.add(new Known(key.measurement(), text));
    }
  }

  synchronized boolean hasNews() {
    return !unsaved.isEmpty();
  }

  /** As a part of a transaction; {@link #saved} follows when it is on disk. */
  synchronized int save(Connection connection) throws SQLException {
    try (var insert =
        connection.prepareStatement("INSERT OR IGNORE INTO stored_series VALUES (?,?)")) {
      for (Known one : unsaved) {
        insert.setString(1, one.measurement());
        insert.setString(2, one.tags());
        insert.addBatch();
      }
      int[] _ = insert.executeBatch();
    }
    return unsaved.size();
  }

  synchronized void saved(int count) {
    unsaved.subList(0, count).clear();
  }

  /** A series' tags, for people: {@code channel=1001 interval=1m}. */
  static String text(SeriesKey key) {
    var text = new StringBuilder(64);
    for (var tag : key.tags().entrySet()) {
      text.append(text.isEmpty() ? "" : " ").append(tag.getKey()).append('=');
      text.append(tag.getValue());
    }
    return text.toString();
  }

  private Set<String> series(String measurement) {
    Map<String, Set<String>> all = known;
    if (all == null) {
      all = load();
      known = all;
    }
    return all.computeIfAbsent(measurement, m -> new HashSet<>());
  }

  private Map<String, Set<String>> load() {
    try {
      return database.read(connection -> {
        var all = new HashMap<String, Set<String>>();
        try (var select =
                connection.prepareStatement("SELECT measurement, tags FROM stored_series");
            var rows = select.executeQuery()) {
          while (rows.next()) {
            all.computeIfAbsent(rows.getString(1), m -> new HashSet<>()).add(rows.getString(2));
          }
        }
        return all;
      });
    } catch (SqliteException e) {
      throw new CatalogException(e);
    }
  }
}
