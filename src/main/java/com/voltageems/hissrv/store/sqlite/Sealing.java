package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.sqlite.Database;
import com.voltageems.hissrv.store.StoreException;
import com.voltageems.hissrv.store.sqlite.ByteReader.DamagedException;
import com.voltageems.hissrv.store.sqlite.HotTable.Chunk;
import java.sql.Connection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Moves one file's hot rows into blocks, in small steps that hold up neither writers nor readers.
 *
 * <p>First the rows of a stretch are copied into blocks, some series at a time: reading and
 * compressing happen beside the writers, only the finished blocks need a write transaction. From
 * then on they are in both places, which a reader doesn't notice. Then they are deleted from the
 * hot table, some at a time, but only while nothing was written to the stretch since the copying
 * began: what was stays hot until the next time. Killed at any moment, nothing is lost or doubled.
 */
final class Sealing {
  private static final int SERIES = 500;
  private static final long BYTES = 4L << 20;
  private static final int DELETED_ROWS = 4_000;
  private static final int PAGES = 500;

  private final Database database;
  private final Period period;

  /** The stretch being sealed and whether it was written to; both only in write transactions. */
  private long sealing = Long.MIN_VALUE;

  private boolean touched;
  private @Nullable Connection watched;

  Sealing(Database database, Period period) {
    this.database = database;
    this.period = period;
  }

  /** Takes note of rows that are being written; called within their transaction. */
  void touched(List<HotRow> rows) {
    if (!touched && sealing != Long.MIN_VALUE) {
      touched = rows.stream().anyMatch(row -> period.blockStart(row.time()) == sealing);
    }
  }

  /** What was read for blocks is not true any more; called within the transaction that deletes. */
  void isOverrun() {
    watched = null;
  }

  /** Whether there are hot rows at all. */
  boolean isHot() {
    return firstHot(Long.MIN_VALUE) != null;
  }

  /**
   * Seals every stretch with hot rows that ended by then, oldest first, until the thread is
   * interrupted.
   *
   * @return how many blocks were written
   */
  int seal(long endedBy) {
    try {
      int blocks = 0;
      @Nullable Long first = firstHot(Long.MIN_VALUE);
      while (first != null && !Thread.currentThread().isInterrupted()) {
        long start = period.blockStart(first);
        long end = period.blockEnd(start);
        if (end > endedBy) {
          break;
        }
        blocks += sealStretch(start, end);
        first = firstHot(end);
      }
      return blocks;
    } catch (DamagedException e) {
      throw StoreException.fatal(database.file() + " is damaged: " + e.getMessage(), e);
    }
  }

  /** Makes a file that is not hot any more as small as it can be. */
  void shrink() {
    while (database.read(FreePages::count) > 0
        && database.write(connection -> FreePages.giveBack(connection, PAGES)) > 0
        && !Thread.currentThread().isInterrupted()) {}
  }

  private int sealStretch(long start, long end) {
    boolean _ = database.write(connection -> watch(connection, start));
    int blocks = 0;
    for (Chunk chunk : database.read(c -> HotTable.chunks(c, start, end, SERIES, BYTES))) {
      if (Thread.currentThread().isInterrupted()) {
        return blocks;
      }
      blocks += copy(start, end, chunk);
    }
    long from = start;
    while (from < end) {
      long rest = from;
      from =
          database.write(connection ->
              isTouched(connection)
                  ? end
                  : HotTable.deleteSome(connection, rest, end, DELETED_ROWS));
    }
    return blocks;
  }

  private int copy(long start, long end, Chunk chunk) {
    var blocks =
        database.read(connection ->
            BlockTable.merged(connection, start, HotTable.rows(connection, start, end, chunk)));
    return database.write(
        connection -> connection.equals(watched) ? BlockTable.put(connection, blocks) : 0);
  }

  private boolean watch(Connection connection, long start) {
    watched = connection;
    sealing = start;
    touched = false;
    return true;
  }

  /** Also when the file was opened anew: it may be another. */
  private boolean isTouched(Connection connection) {
    return touched || !connection.equals(watched);
  }

  private @Nullable Long firstHot(long from) {
    return database.read(connection -> HotTable.firstFrom(connection, from));
  }
}
