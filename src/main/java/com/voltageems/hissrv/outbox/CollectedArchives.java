package com.voltageems.hissrv.outbox;

import com.voltageems.hissrv.sqlite.Database;
import com.voltageems.hissrv.sqlite.SqliteException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which archives in Redis were collected, and which revision of each: what is found there again
 * need not be. Written in the transaction that makes the archive's points durable, kept until the
 * archive is gone from Redis. In memory about 100 bytes each. Safe for any thread; public methods
 * throw {@link OutboxException}.
 */
public final class CollectedArchives {
  /** The revision of an archive that was never collected. */
  public static final long NEVER = -1;

  static final String TABLE =
      "CREATE TABLE collected (start_s INTEGER NOT NULL, name INTEGER NOT NULL,"
          + " revision INTEGER NOT NULL, PRIMARY KEY (start_s, name)) WITHOUT ROWID";

  private final Database database;
  private final Map<Name, Held> held = new HashMap<>();
  private long era = 1;
  private boolean loaded;

  CollectedArchives(Database database) {
    this.database = database;
  }

  /**
   * One that was collected.
   *
   * @param archive its key in Redis
   * @param startSeconds of its window
   * @param revision 0 where it has none
   */
  public record Collected(String archive, long startSeconds, long revision) {}

  /**
   * The key as it is kept; beginning with the window, rows that are written together lie together.
   */
  private record Name(long startSeconds, long hash) {
    static Name of(String archive, long startSeconds) {
      try {
        byte[] digest =
            MessageDigest.getInstance("SHA-1").digest(archive.getBytes(StandardCharsets.UTF_8));
        return new Name(startSeconds, ByteBuffer.wrap(digest).getLong());
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has SHA-1", e);
      }
    }
  }

  private record Held(long revision, long era) {}

  /** The newest revision collected; {@link #NEVER} when none was. */
  public long revisionOf(String archive, long startSeconds) {
    synchronized (held) {
      load();
      Held one = held.get(Name.of(archive, startSeconds));
      return one == null ? NEVER : one.revision();
    }
  }

  /** Begins an era, a number larger than those before: no clock that is set can mix them up. */
  public long beginEra() {
    synchronized (held) {
      return ++era;
    }
  }

  /** Takes note that one of them is in Redis in this era. */
  public void seen(String archive, long startSeconds) {
    synchronized (held) {
      load();
      held.computeIfPresent(
          Name.of(archive, startSeconds), (_, one) -> new Held(one.revision(), era));
    }
  }

  /** Forgets those not collected or seen since an era began. */
  public void forgetUnseenSince(long earliest) {
    List<Name> gone;
    synchronized (held) {
      load();
      gone =
          held.entrySet().stream()
              .filter(entry -> entry.getValue().era() < earliest)
              .map(Map.Entry::getKey)
              .toList();
    }
    if (gone.isEmpty()) {
      return;
    }
    try {
      database.write(connection -> delete(connection, gone));
    } catch (SqliteException e) {
      throw new OutboxException(e);
    }
    synchronized (held) {
      gone.forEach(held::remove);
    }
  }

  /** As a part of a transaction of the queue's; {@link #added} must follow when it is durable. */
  static void add(Connection connection, List<Collected> archives) throws SQLException {
    try (var insert =
        connection.prepareStatement("INSERT OR REPLACE INTO collected VALUES (?,?,?)")) {
      for (Collected one : archives) {
        Name name = Name.of(one.archive(), one.startSeconds());
        insert.setLong(1, name.startSeconds());
        insert.setLong(2, name.hash());
        insert.setLong(3, one.revision());
        insert.executeUpdate();
      }
    }
  }

  void added(List<Collected> archives) {
    synchronized (held) {
      for (Collected one : archives) {
        held.put(Name.of(one.archive(), one.startSeconds()), new Held(one.revision(), era));
      }
    }
  }

  /** What a process before this one collected is yet to be seen. */
  private void load() {
    if (loaded) {
      return;
    }
    try {
      database.read(connection -> {
        try (var statement = connection.createStatement();
            var rows = statement.executeQuery("SELECT start_s, name, revision FROM collected")) {
          while (rows.next()) {
            held.putIfAbsent(
                new Name(rows.getLong(1), rows.getLong(2)), new Held(rows.getLong(3), 0));
          }
        }
        return null;
      });
    } catch (SqliteException e) {
      throw new OutboxException(e);
    }
    loaded = true;
  }

  private static int delete(Connection connection, List<Name> names) throws SQLException {
    try (var delete =
        connection.prepareStatement("DELETE FROM collected WHERE start_s = ? AND name = ?")) {
      int deleted = 0;
      for (Name name : names) {
        delete.setLong(1, name.startSeconds());
        delete.setLong(2, name.hash());
        deleted += delete.executeUpdate();
      }
      return deleted;
    }
  }
}
