package com.voltageems.hissrv.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.sqlite.SQLiteOpenMode;

/**
 * One SQLite file, opened when first needed and again after any trouble. Safe for any thread: one
 * writer at a time, readers beside it.
 *
 * <p>A write that returned is on disk (WAL, {@code synchronous=FULL}). Before each transaction it
 * makes sure that the path still leads to the file it has open: rows written into a file that was
 * moved away or deleted would be acknowledged and lost. For the same reason a file that it had open
 * and that is gone is never made anew while the process runs.
 *
 * <p>Every method but {@link #close} throws {@link SqliteException}.
 */
public final class Database implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Database.class);
  private static final int BUSY_MILLIS = 1_000;
  private static final int IDLE_READERS = 4;

  /** Primary result codes that only a person can mend. */
  private static final Set<Integer> DAMAGED =
      Set.of(SQLiteErrorCode.SQLITE_CORRUPT.code, SQLiteErrorCode.SQLITE_NOTADB.code);

  private final Path file;
  private final Schema schema;
  private final ReentrantLock writing = new ReentrantLock();
  private final Deque<Reader> idleReaders = new ArrayDeque<>();
  private @Nullable Connection writer;
  private volatile @Nullable Object fileKey;

  /** Counts openings, so that a connection lent before the last one is never lent again. */
  private final AtomicInteger opening = new AtomicInteger();

  private boolean openedBefore;
  private boolean closed;

  /** Opens nothing yet. The folder is made when the file is first opened. */
  public Database(Path file, Schema schema) {
    this.file = file;
    this.schema = schema;
  }

  /** The file. */
  public Path file() {
    return file;
  }

  /**
   * Runs work in one write transaction, durable when this returns. On any error nothing is kept.
   */
  public <T extends @Nullable Object> T write(Sql<T> work) {
    writing.lock();
    try {
      Connection connection = writer();
      begin(connection);
      boolean done = false;
      try {
        long before = changes(connection);
        T result = work.on(connection);
        verifySameFile();
        execute(connection, "COMMIT");
        done = true;
        if (changes(connection) != before) {
          Flushes.count(file);
        }
        return result;
      } catch (SQLException e) {
        throw giveUp("can't write", e);
      } finally {
        if (!done) {
          rollBack();
        }
      }
    } finally {
      writing.unlock();
    }
  }

  /** Runs work in one read transaction: it sees one state of the file, whatever is written. */
  public <T extends @Nullable Object> T read(Sql<T> work) {
    if (schema.exclusive()) {
      return write(work);
    }
    return lent(reader -> reader.read(work));
  }

  /**
   * Asks one SELECT of one row, which sees one state of the file: for what is asked again and
   * again.
   */
  public <T extends @Nullable Object> T ask(String select, SqlRow<T> answer) {
    if (schema.exclusive()) {
      return write(connection -> {
        try (var statement = connection.prepareStatement(select)) {
          return answer.first(statement);
        }
      });
    }
    return lent(reader -> reader.ask(select, answer));
  }

  /** What is done with a reader. */
  private interface Reading<T extends @Nullable Object> {
    T by(Reader reader) throws SQLException;
  }

  private <T extends @Nullable Object> T lent(Reading<T> reading) {
    Reader reader = reader();
    boolean done = false;
    try {
      T result = reading.by(reader);
      done = true;
      return result;
    } catch (SQLException e) {
      throw failure("can't read", e);
    } finally {
      if (done) {
        release(reader);
      } else {
        closeQuietly(reader.connection());
      }
    }
  }

  /** Opens the file if it is not open, and makes sure it is still the one the path leads to. */
  public void verify() {
    writing.lock();
    try {
      var _ = writer();
    } finally {
      writing.unlock();
    }
  }

  @Override
  public void close() {
    writing.lock();
    try {
      closed = true;
      closeConnections();
    } finally {
      writing.unlock();
    }
  }

  private Connection writer() {
    if (closed) {
      throw new SqliteException(true, file + " is closed", null);
    }
    verifySameFile();
    Connection open = writer;
    if (open == null) {
      open = open();
      writer = open;
    }
    return open;
  }

  private Reader reader() {
    if (fileKey == null || !isSameFile()) {
      verify();
    }
    int now = opening.get();
    synchronized (idleReaders) {
      Reader idle = idleReaders.poll();
      if (idle != null) {
        return idle;
      }
    }
    try {
      return new Reader(connect(), now);
    } catch (SQLException e) {
      throw failure("can't open", e);
    }
  }

  private void release(Reader reader) {
    synchronized (idleReaders) {
      if (fileKey != null
          && reader.opening() == opening.get()
          && idleReaders.size() < IDLE_READERS) {
        idleReaders.push(reader);
        return;
      }
    }
    closeQuietly(reader.connection());
  }

  private Connection open() {
    if (openedBefore && !Files.exists(file)) {
      throw new SqliteException(
          true, file + " is gone; put it back, or restart to begin a new one", null);
    }
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw new SqliteException(true, "can't make the folder of " + file + ": " + e, e);
    }
    Connection connection = null;
    try {
      Object key = keyOfFileMade();
      connection = connect();
      migrate(connection);
      if (!keyOfFile().equals(key)) {
        throw new SqliteException(true, file + " was replaced while it was opened", null);
      }
      opening.incrementAndGet();
      fileKey = key;
      openedBefore = true;
      return connection;
    } catch (SQLException e) {
      closeQuietly(connection);
      throw failure("can't open", e);
    } catch (IOException e) {
      closeQuietly(connection);
      throw new SqliteException(true, "can't open " + file + ": " + e, e);
    } catch (SqliteException e) {
      closeQuietly(connection);
      throw e;
    }
  }

  private Connection connect() throws SQLException {
    var config = new SQLiteConfig();
    config.resetOpenMode(SQLiteOpenMode.CREATE);
    config.setBusyTimeout(BUSY_MILLIS);
    if (schema.exclusive()) {
      config.setLockingMode(SQLiteConfig.LockingMode.EXCLUSIVE);
    }
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    Connection connection = config.createConnection("jdbc:sqlite:" + file);
    try {
      // In this order: the driver's own puts WAL first, after which the others are fixed.
      execute(connection, "PRAGMA page_size = " + schema.pageSize());
      // Of an old file this would want the write lock, only to change nothing.
      if (schema.shrinks() && pragma(connection, "page_count") == 0) {
        execute(connection, "PRAGMA auto_vacuum = INCREMENTAL");
      }
      execute(connection, "PRAGMA journal_mode = WAL");
      return connection;
    } catch (SQLException e) {
      closeQuietly(connection);
      throw e;
    }
  }

  /** All at once: a file is never seen half migrated, nor migrated twice. */
  private void migrate(Connection connection) throws SQLException {
    int known = schema.migrations().size();
    if (pragma(connection, "user_version") == known) {
      return;
    }
    execute(connection, "BEGIN IMMEDIATE");
    int had = pragma(connection, "user_version");
    if (had > known) {
      throw new SqliteException(
          false,
          file + " was written by a newer HisSrv (its version " + had + ", known " + known + ")",
          null);
    }
    for (int version = had; version < known; version++) {
      for (String statement : schema.migrations().get(version)) {
        execute(connection, statement);
      }
    }
    execute(connection, "PRAGMA user_version = " + known);
    execute(connection, "COMMIT");
  }

  private static int pragma(Connection connection, String name) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery("PRAGMA " + name)) {
      return rows.next() ? rows.getInt(1) : 0;
    }
  }

  private static long changes(Connection connection) throws SQLException {
    return ((SQLiteConnection) connection).getDatabase().total_changes();
  }

  private void verifySameFile() {
    if (fileKey != null && !isSameFile()) {
      closeConnections();
      throw new SqliteException(true, file + " was moved, deleted or replaced while in use", null);
    }
  }

  private boolean isSameFile() {
    try {
      return keyOfFile().equals(fileKey);
    } catch (IOException e) {
      LOG.debug("{} is gone", file, e);
      return false;
    }
  }

  /** Known before SQLite opens the path, so that both are sure to be one file. */
  private Object keyOfFileMade() throws IOException {
    if (!Files.exists(file)) {
      Files.createFile(file);
      LOG.info("made {}", file);
    }
    return keyOfFile();
  }

  private Object keyOfFile() throws IOException {
    var attributes = Files.readAttributes(file, BasicFileAttributes.class);
    Object key = attributes.fileKey();
    return key == null ? attributes.creationTime() : key;
  }

  private void begin(Connection connection) {
    try {
      execute(connection, "BEGIN IMMEDIATE");
    } catch (SQLException e) {
      throw giveUp("can't write", e);
    }
  }

  /** A damaged file is opened afresh next time: a person may have mended it where it lies. */
  private SqliteException giveUp(String what, SQLException e) {
    SqliteException failure = failure(what, e);
    if (!failure.retryable()) {
      closeConnections();
    }
    return failure;
  }

  /** A connection that can't even roll back is given up. */
  private void rollBack() {
    Connection connection = writer;
    if (connection == null) {
      return;
    }
    try {
      execute(connection, "ROLLBACK");
    } catch (SQLException e) {
      LOG.debug("reopening {} after a failed rollback", file, e);
      closeConnections();
    }
  }

  private void closeConnections() {
    fileKey = null;
    closeQuietly(writer);
    writer = null;
    synchronized (idleReaders) {
      idleReaders.forEach(reader -> closeQuietly(reader.connection()));
      idleReaders.clear();
    }
  }

  private SqliteException failure(String what, SQLException e) {
    boolean damaged =
        e instanceof SQLiteException sqlite && DAMAGED.contains(sqlite.getResultCode().code & 0xFF);
    return new SqliteException(!damaged, what + " " + file + ": " + e.getMessage(), e);
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void closeQuietly(@Nullable Connection connection) {
    if (connection != null) {
      try {
        connection.close();
      } catch (SQLException e) {
        LOG.debug("closing a SQLite connection", e);
      }
    }
  }
}
