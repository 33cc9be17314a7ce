package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.sqlite.Database;
import com.voltageems.hissrv.sqlite.Schema;
import com.voltageems.hissrv.store.StoreException;
import com.voltageems.hissrv.store.sqlite.ByteReader.DamagedException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One level's history of one period. New rows are hot, clustered by time: cheap to write. Later
 * they are sealed, a block per series and stretch of time: cheap to keep and to read. A row may be
 * in both; then the hot fields are newer.
 */
final class PeriodFile implements AutoCloseable {
  private static final Schema SCHEMA =
      new Schema(
          List.of(
              List.of(
                  "CREATE TABLE identity (id TEXT NOT NULL)", HotTable.CREATE, BlockTable.CREATE)),
          false,
          16_384,
          true);

  private final Database database;
  private final Period period;
  private final Sealing sealing;

  PeriodFile(Path file, Period period) {
    this.period = period;
    database = new Database(file, SCHEMA);
    sealing = new Sealing(database, period);
  }

  Sealing sealing() {
    return sealing;
  }

  /**
   * Writes rows in one transaction; a field given again overwrites.
   *
   * @param dictionary that the numbers are from
   */
  void write(SeriesIndex index, Dictionary dictionary, List<HotRow> rows) {
    int _ =
        guarded(() ->
            database.write(connection -> {
              if (!verifyIdentity(connection, dictionary.identity())) {
                writeIdentity(connection, dictionary.identity());
                index.remember(period);
              }
              HotTable.write(connection, rows);
              sealing.touched(rows);
              index.verify(dictionary);
              return rows.size();
            }));
  }

  /** Puts blocks in the place of those there are, in one transaction. */
  void load(SeriesIndex index, Dictionary dictionary, SortedMap<Long, byte[]> blocks) {
    int _ =
        database.write(connection -> {
          if (!verifyIdentity(connection, dictionary.identity())) {
            writeIdentity(connection, dictionary.identity());
            index.remember(period);
          }
          index.verify(dictionary);
          return BlockTable.put(connection, blocks);
        });
  }

  /**
   * Reads rows from {@code from}, and before {@code to}, by time, then by place. They come from one
   * state of the file a slice; none is held while the rows are taken.
   */
  void read(String identity, Selection selection, long from, long to, Consumer<PlacedRow> rows) {
    long first = Math.max(from, period.start());
    long end = Math.min(to, period.end());
    while (first < end) {
      Slice slice = slice(identity, selection, first, end);
      first = slice.first();
      end = slice.end();
      slice.handOut(rows);
    }
  }

  private Slice slice(String identity, Selection selection, long from, long to) {
    return guarded(() ->
        database.read(connection -> {
          boolean _ = verifyIdentity(connection, identity);
          return Slice.read(connection, period, selection, from, to);
        }));
  }

  /** Looks for rows from {@code from}, and before {@code to}, that are still missing. */
  void readNewest(String identity, NewestRows rows, long from, long to) {
    long first = Math.max(from, period.start());
    long end = Math.min(to, period.end());
    long _ =
        guarded(() ->
            database.read(connection -> {
              boolean _ = verifyIdentity(connection, identity);
              rows.read(connection, period, first, end);
              return end;
            }));
  }

  /** Deletes the rows of these series from {@code from}, and before {@code to}. */
  void delete(String identity, Selection selection, long from, long to) {
    long first = Math.max(from, period.start());
    long end = Math.min(to, period.end());
    int _ =
        guarded(() ->
            database.write(connection -> {
              boolean _ = verifyIdentity(connection, identity);
              sealing.isOverrun();
              return HotTable.delete(connection, first, end, selection)
                  + BlockTable.delete(connection, period, first, end, selection);
            }));
  }

  /** Whether it can be written now; throws what prevents it. */
  void probe(String identity) {
    boolean _ = guarded(() -> database.write(connection -> verifyIdentity(connection, identity)));
  }

  @Override
  public void close() {
    database.close();
  }

  private <T> T guarded(Supplier<T> work) {
    try {
      return work.get();
    } catch (DamagedException e) {
      throw StoreException.fatal(database.file() + " is damaged: " + e.getMessage(), e);
    }
  }

  /** Numbers mean nothing with another dictionary. A file just made has no identity yet. */
  private boolean verifyIdentity(Connection connection, String identity) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT id FROM identity")) {
      if (!rows.next()) {
        return false;
      }
      if (!rows.getString(1).equals(identity)) {
        throw StoreException.fatal(
            database.file() + " belongs to another index.db; put back the one it came with", null);
      }
      return true;
    }
  }

  private static void writeIdentity(Connection connection, String identity) throws SQLException {
    try (var insert = connection.prepareStatement("INSERT INTO identity VALUES (?)")) {
      insert.setString(1, identity);
      insert.executeUpdate();
    }
  }
}
