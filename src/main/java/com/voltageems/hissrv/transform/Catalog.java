package com.voltageems.hissrv.transform;

import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.sqlite.Database;
import com.voltageems.hissrv.sqlite.Schema;
import com.voltageems.hissrv.sqlite.SqliteException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which live field each series' field comes from: source key, point id and unit. Names outlive the
 * configuration that gave them. Throws {@link CatalogException}.
 */
public final class Catalog implements AutoCloseable {
  private static final Schema SCHEMA =
      new Schema(
          List.of(
              List.of(
                  """
                  CREATE TABLE series (
                    measurement TEXT NOT NULL,
                    tags TEXT NOT NULL,
                    field TEXT NOT NULL,
                    source_key TEXT NOT NULL,
                    point_id TEXT NOT NULL,
                    unit TEXT,
                    PRIMARY KEY (measurement, tags, field)
                  ) WITHOUT ROWID\
                  """),
              TypeGuard.MIGRATION,
              SeriesBudget.MIGRATION,
              Amendments.MIGRATION),
          false,
          4096);

  private final Database database;
  private final TypeGuard types;
  private final SeriesBudget budget;
  private final Amendments amendments;
  private final Set<Entry> known = ConcurrentHashMap.newKeySet();

  /**
   * One field of one series.
   *
   * @param measurement where it is stored
   * @param tags as {@code name=value,…} without interval and aggregation, sorted
   */
  public record Entry(String measurement, String tags, Origin origin) {}

  /** A catalog in this file, opened when first needed. */
  public Catalog(Path file) {
    database = new Database(file, SCHEMA);
    types = new TypeGuard(database);
    budget = new SeriesBudget(database);
    amendments = new Amendments(database);
  }

  /** Which type each field has. */
  public TypeGuard types() {
    return types;
  }

  /** How many series there are. */
  public SeriesBudget budget() {
    return budget;
  }

  /** What people changed in history by hand. */
  public Amendments amendments() {
    return amendments;
  }

  /**
   * Remembers where points' fields come from, and what was admitted for the first time. Cheap for
   * what is known.
   */
  public synchronized void record(Collection<Transformed.Mapped> mapped) {
    var news = new ArrayList<Entry>();
    for (Transformed.Mapped one : mapped) {
      one.originsBySeries()
          .forEach((series, origins) -> {
            String tags = tagsText(series.tags());
            for (Origin origin : origins) {
              var entry = new Entry(series.measurement(), tags, origin);
              if (!known.contains(entry)) {
                news.add(entry);
              }
            }
          });
    }
    if (!news.isEmpty() || types.hasNews() || budget.hasNews()) {
      try {
        insert(news);
      } catch (SqliteException e) {
        throw new CatalogException(e);
      }
      known.addAll(news);
    }
  }

  /** Everything in it, sorted by measurement, tags and field. */
  public List<Entry> entries() {
    try {
      return read();
    } catch (SqliteException e) {
      throw new CatalogException(e);
    }
  }

  private List<Entry> read() {
    return database.read(connection -> {
      try (var select =
              connection.prepareStatement(
                  "SELECT measurement, tags, field, source_key, point_id, unit FROM series"
                      + " ORDER BY measurement, tags, field");
          var rows = select.executeQuery()) {
        var entries = new ArrayList<Entry>();
        while (rows.next()) {
          @Nullable String unit = rows.getString(6);
          var origin = new Origin(rows.getString(3), rows.getString(4), rows.getString(5), unit);
          entries.add(new Entry(rows.getString(1), rows.getString(2), origin));
        }
        return entries;
      }
    });
  }

  @Override
  public void close() {
    database.close();
  }

  private void insert(List<Entry> news) {
    int[] saved = new int[2];
    database.write(connection -> {
      saved[0] = types.save(connection);
      saved[1] = budget.save(connection);
      try (var upsert =
          connection.prepareStatement("INSERT OR REPLACE INTO series VALUES (?,?,?,?,?,?)")) {
        for (Entry entry : news) {
          upsert.setString(1, entry.measurement());
          upsert.setString(2, entry.tags());
          upsert.setString(3, entry.origin().field());
          upsert.setString(4, entry.origin().sourceKey());
          upsert.setString(5, entry.origin().pointId());
          upsert.setString(6, entry.origin().unit());
          upsert.addBatch();
        }
        return upsert.executeBatch().length;
      }
    });
    types.saved(saved[0]);
    budget.saved(saved[1]);
  }

  /** Tags as {@link Entry#tags} has them: different ones are never the same text. */
  public static String tagsText(Map<String, String> tags) {
    var own = new TreeMap<>(tags);
    own.remove(SeriesKey.INTERVAL_TAG);
    own.remove(SeriesKey.AGGREGATION_TAG);
    return own.entrySet().stream()
        .map(tag -> escaped(tag.getKey()).replace("=", "\\=") + "=" + escaped(tag.getValue()))
        .collect(Collectors.joining(","));
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace(",", "\\,");
  }
}
