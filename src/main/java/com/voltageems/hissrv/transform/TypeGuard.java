package com.voltageems.hissrv.transform;

import com.voltageems.hissrv.model.FieldType;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.sqlite.Database;
import com.voltageems.hissrv.sqlite.SqliteException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Holds each field of a measurement to the type it had first, for a store takes no other. Values of
 * another type become that one where nothing is lost by it. Kept in memory, and in the catalog's
 * file across restarts. Safe for any thread; throws {@link CatalogException} while the file can't
 * be read.
 */
public final class TypeGuard {
  static final List<String> MIGRATION =
      List.of(
          """
          CREATE TABLE field_types (
            measurement TEXT NOT NULL,
            field TEXT NOT NULL,
            type TEXT NOT NULL,
            PRIMARY KEY (measurement, field)
          ) WITHOUT ROWID\
          """);

  private final Database database;
  private @Nullable Map<String, Map<String, FieldType>> held;
  private final List<Held> unsaved = new ArrayList<>();

  private record Held(String measurement, String field, FieldType type) {}

  TypeGuard(Database database) {
    this.database = database;
  }

  /** The type a field is held to; empty when nothing was ever stored in it. */
  public synchronized Optional<FieldType> of(String measurement, String field) {
    return Optional.ofNullable(fields(measurement).get(field));
  }

  /** The types of all fields of a measurement that were ever stored, by name. */
  public synchronized SortedMap<String, FieldType> of(String measurement) {
    return new TreeMap<>(fields(measurement));
  }

  /** A store's own word: from now on the field is of this type. On disk when this returns. */
  public synchronized void learn(String measurement, String field, FieldType type) {
    if (fields(measurement).get(field) == type) {
      return;
    }
    var news = new Held(measurement, field, type);
    try {
      database.write(connection -> {
        insert(connection, List.of(news));
        return null;
      });
    } catch (SqliteException e) {
      throw new CatalogException(e);
    }
    unsaved.removeIf(one -> one.measurement().equals(measurement) && one.field().equals(field));
    fields(measurement).put(field, type);
  }

  /**
   * A value as the field takes it. The first value decides for those that follow.
   *
   * @param asked what the configuration says of the field, or null
   * @return empty when it can't be had: see {@link #refusal}
   */
  synchronized Optional<FieldValue> fit(
      String measurement, String field, FieldValue value, @Nullable FieldType asked) {
    Map<String, FieldType> fields = fields(measurement);
    FieldType type = fields.get(field);
    Optional<FieldValue> wanted = asked == null ? Optional.of(value) : Coercion.asked(value, asked);
    if (type == null) {
      wanted.ifPresent(first -> {
        fields.put(field, FieldType.of(first));
        unsaved.add(new Held(measurement, field, FieldType.of(first)));
      });
      return wanted;
    }
    return wanted.flatMap(
        one -> Coercion.lossless(one, type).or(() -> Coercion.lossless(value, type)));
  }

  /** Why a value does not fit, for people. */
  String refusal(String measurement, String field, FieldValue value, @Nullable FieldType asked) {
    String text = Coercion.text(value);
    String shown = text.length() > 60 ? text.substring(0, 60) + "…" : text;
    boolean byConfiguration = asked != null && Coercion.asked(value, asked).isEmpty();
    FieldType type =
        asked != null && byConfiguration ? asked : of(measurement, field).orElseThrow();
    return "field \"%s\" of %s is %s, %s; \"%s\" (%s) would have to be changed to be one"
        .formatted(
            field,
            measurement,
            type.label(),
            byConfiguration ? "as configured" : "the type it was first stored with",
            shown,
            FieldType.of(value).label());
  }

  synchronized boolean hasNews() {
    return !unsaved.isEmpty();
  }

  /** As a part of a transaction; {@link #saved} follows when it is on disk. */
  synchronized int save(Connection connection) throws SQLException {
    insert(connection, unsaved);
    return unsaved.size();
  }

  synchronized void saved(int count) {
    unsaved.subList(0, count).clear();
  }

  private static void insert(Connection connection, List<Held> news) throws SQLException {
    try (var insert =
        connection.prepareStatement("INSERT OR REPLACE INTO field_types VALUES (?,?,?)")) {
      for (Held one : news) {
        insert.setString(1, one.measurement());
        insert.setString(2, one.field());
        insert.setString(3, one.type().label());
        insert.addBatch();
      }
      int[] _ = insert.executeBatch();
    }
  }

  private Map<String, FieldType> fields(String measurement) {
    Map<String, Map<String, FieldType>> all = held;
    if (all == null) {
      all = load();
      held = all;
    }
    return all.computeIfAbsent(measurement, m -> new HashMap<>());
  }

  private Map<String, Map<String, FieldType>> load() {
    try {
      return database.read(connection -> {
        var all = new HashMap<String, Map<String, FieldType>>();
        try (var select =
                connection.prepareStatement("SELECT measurement, field, type FROM field_types");
            var rows = select.executeQuery()) {
          while (rows.next()) {
            String field = rows.getString(2);
            Map<String, FieldType> fields =
                all.computeIfAbsent(rows.getString(1), m -> new HashMap<>());
            FieldType.parse(rows.getString(3)).ifPresent(type -> fields.put(field, type));
          }
        }
        return all;
      });
    } catch (SqliteException e) {
      throw new CatalogException(e);
    }
  }
}
