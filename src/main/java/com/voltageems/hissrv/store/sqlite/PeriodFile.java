package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.sqlite.Database;
import com.voltageems.hissrv.sqlite.Schema;
import com.voltageems.hissrv.store.StoreException;
import com.voltageems.hissrv.store.sqlite.ByteReader.DamagedException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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

  /**
   * Reads rows from {@code from}, and before {@code to}, by time, then by place: one block's
   * stretch after the other, all from one state of the file.
   */
  void read(String identity, Selection selection, long from, long to, Consumer<PlacedRow> rows) {
    long first = Math.max(from, period.start());
    long end = Math.min(to, period.end());
    guarded(() ->
        database.read(connection -> {
          boolean _ = verifyIdentity(connection, identity);
          long at = first;
          while (at < end) {
            long blockStart = period.blockStart(at);
            long stretchEnd = Math.min(end, period.blockEnd(blockStart));
            readStretch(connection, blockStart, at, stretchEnd, selection, rows);
            at = stretchEnd;
          }
          return end;
        }));
  }

  /** Whether it can be written now; throws what prevents it. */
  void probe(String identity) {
    guarded(() -> database.write(connection -> verifyIdentity(connection, identity)));
  }

  @Override
  public void close() {
    database.close();
  }

  private static void readStretch(
      Connection connection,
      long blockStart,
      long from,
      long to,
      Selection selection,
      Consumer<PlacedRow> rows)
      throws SQLException {
    var sealed = new SealedRows(BlockTable.read(connection, blockStart, selection), from, to);
    try (HotRows hot = HotRows.open(connection, from, to, selection)) {
      PlacedRow old = sealed.next();
      PlacedRow fresh = hot.next();
      while (old != null || fresh != null) {
        int order = compare(old, fresh);
        if (order < 0 && old != null) {
          rows.accept(old);
        } else if (fresh != null) {
          rows.accept(order == 0 && old != null ? old.overwrittenBy(fresh) : fresh);
        }
        old = order <= 0 ? sealed.next() : old;
        fresh = order >= 0 ? hot.next() : fresh;
      }
    }
  }

  /** Nothing comes after everything. */
  private static int compare(@Nullable PlacedRow a, @Nullable PlacedRow b) {
    if (a == null || b == null) {
      return a == null ? 1 : -1;
    }
    return a.compareTo(b);
  }

  private <T extends @Nullable Object> void guarded(Supplier<T> work) {
    try {
      T _ = work.get();
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
