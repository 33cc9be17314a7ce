package com.voltageems.hissrv.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DatabaseTest {
  private static final List<String> FIRST = List.of("CREATE TABLE n (v INTEGER)");
  private static final Schema SCHEMA = new Schema(List.of(FIRST), false, 16_384);

  @TempDir Path folder;
  private Path sub;
  private Path file;
  private Database database;

  @BeforeEach
  void open() {
    sub = folder.resolve("sub");
    file = sub.resolve("n.db");
    database = new Database(file, SCHEMA);
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void opensNothingUntilItIsNeeded() {
    assertThat(sub).doesNotExist();
    database.verify();
    assertThat(file).isRegularFile();
  }

  @Test
  void onlyTransactionsThatChangeSomethingAreForcedToDisk() {
    database.verify();
    long before = Flushes.in(sub);
    add(database, 1);
    add(database, 2);
    assertThat(values(database)).hasSize(2);
    database.write(_ -> 0);
    assertThat(Flushes.in(sub) - before).isEqualTo(2);
    assertThat(Flushes.in(sub.resolve("n.db"))).isEqualTo(Flushes.in(sub));
    assertThat(Flushes.in(sub.resolve("n"))).isZero();
  }

  @Test
  void aWriteIsThereAfterReopening() {
    add(database, 1);
    database.close();
    try (var again = new Database(file, SCHEMA)) {
      assertThat(values(again)).containsExactly(1);
    }
  }

  @Test
  void usesWalFullSyncAndThePageSizeAskedFor() {
    List<Object> settings =
        database.write(c ->
            List.of(pragma(c, "journal_mode"), pragma(c, "synchronous"), pragma(c, "page_size")));
    assertThat(settings).containsExactly("wal", "2", "16384");
  }

  @Test
  void openingAFileWaitsForNoWriter() {
    var shrinking = new Schema(List.of(FIRST), false, 16_384, true);
    Path other = folder.resolve("shrinking.db");
    try (var first = new Database(other, shrinking)) {
      add(first, 1);
      List<Integer> seen =
          first.write(c -> {
            int _ = insert(c, 2);
            assertThat(pragma(c, "auto_vacuum")).isEqualTo("2");
            assertThat(pragma(c, "page_size")).isEqualTo("16384");
            try (var second = new Database(other, shrinking)) {
              return values(second);
            }
          });
      assertThat(seen).containsExactly(1);
    }
  }

  @Test
  void aFailedTransactionKeepsNothing() {
    add(database, 1);
    assertThatThrownBy(() ->
            database.write(c -> {
              insert(c, 2);
              throw new SQLException("no");
            }))
        .isInstanceOf(SqliteException.class)
        .hasMessageContaining(file.toString());
    assertThatThrownBy(() ->
            database.write(c -> {
              insert(c, 3);
              throw new IllegalStateException("no");
            }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(values(database)).containsExactly(1);
    add(database, 4);
    assertThat(values(database)).containsExactly(1, 4);
  }

  @Test
  void aReaderSeesOneStateWhateverIsWritten() {
    add(database, 1);
    List<Integer> sizes =
        database.read(c -> {
          int before = select(c).size();
          add(database, 2);
          return List.of(before, select(c).size());
        });
    assertThat(sizes).containsExactly(1, 1);
    assertThat(values(database)).hasSize(2);
  }

  @Test
  void aNewerFileIsRefusedForGood() throws SQLException {
    add(database, 1);
    database.close();
    try (Connection c = DriverManager.getConnection("jdbc:sqlite:" + file);
        var statement = c.createStatement()) {
      statement.execute("PRAGMA user_version = 9");
    }
    try (var again = new Database(file, SCHEMA)) {
      assertThatThrownBy(again::verify)
          .isInstanceOf(SqliteException.class)
          .hasMessageContaining("newer")
          .satisfies(e -> assertThat(((SqliteException) e).retryable()).isFalse());
    }
  }

  @Test
  void migrationsRunOnceAndInOrder() {
    add(database, 1);
    database.close();
    var second =
        new Schema(
            List.of(FIRST, List.of("ALTER TABLE n ADD w INTEGER", "UPDATE n SET v = v + 10")),
            false,
            16_384);
    for (int time = 0; time < 2; time++) {
      try (var again = new Database(file, second)) {
        assertThat(values(again)).containsExactly(11);
      }
    }
  }

  @Test
  void aMigrationThatFailsLeavesTheFileAsItWas() {
    add(database, 1);
    database.close();
    var broken =
        new Schema(
            List.of(FIRST, List.of("UPDATE n SET v = 99", "CREATE nonsense")), false, 16_384);
    try (var again = new Database(file, broken)) {
      assertThatThrownBy(again::verify).isInstanceOf(SqliteException.class);
    }
    try (var again = new Database(file, SCHEMA)) {
      assertThat(values(again)).containsExactly(1);
    }
  }

  @Test
  void aFileMovedAwayTakesNoMoreWritesAndGoesOnWhenItIsBack() throws IOException {
    add(database, 1);
    Path away = folder.resolve("away");
    Files.move(sub, away);
    for (int i = 0; i < 2; i++) {
      assertRetryable(() -> add(database, 2));
      assertRetryable(() -> values(database));
    }
    assertThat(file).doesNotExist();
    Files.move(away, sub);
    add(database, 3);
    assertThat(values(database)).containsExactly(1, 3);
  }

  @Test
  void aFileMovedAwayDuringAWriteDoesNotAcknowledgeIt() {
    add(database, 1);
    assertRetryable(() ->
        database.write(c -> {
          insert(c, 2);
          move(sub, folder.resolve("away"));
          return 0;
        }));
    move(folder.resolve("away"), sub);
    assertThat(values(database)).containsExactly(1);
  }

  @Test
  void aFolderReplacedByAFileIsTroubleThatPasses() throws IOException {
    add(database, 1);
    Path away = folder.resolve("away");
    Files.move(sub, away);
    Files.writeString(sub, "in the way");
    assertRetryable(() -> add(database, 2));
    assertRetryable(() -> values(database));
    assertRetryable(database::verify);
    Files.delete(sub);
    Files.move(away, sub);
    assertThat(values(database)).containsExactly(1);
  }

  @Test
  void whatIsAskedAgainIsAnsweredByWhatIsThereThen() {
    for (int i = 1; i < 4; i++) {
      add(database, i);
      assertThat(sum(database)).isEqualTo(i * (i + 1) / 2);
    }
    try (var another = new Database(file, SCHEMA)) {
      add(another, 10);
      assertThat(sum(database)).isEqualTo(16);
    }
    move(sub, folder.resolve("away"));
    assertRetryable(() -> sum(database));
    move(folder.resolve("away"), sub);
    assertThat(sum(database)).isEqualTo(16);
  }

  @Test
  void aFileReplacedByAnotherIsReadAnew() throws IOException {
    add(database, 1);
    Path other = folder.resolve("other/n.db");
    try (var second = new Database(other, SCHEMA)) {
      add(second, 7);
    }
    List<Integer> lent =
        database.read(c -> {
          move(sub, folder.resolve("away"));
          move(folder.resolve("other"), sub);
          assertRetryable(() -> values(database));
          assertThat(values(database)).containsExactly(7);
          return select(c);
        });
    assertThat(lent).containsExactly(1);
    for (int i = 0; i < 8; i++) {
      assertThat(values(database)).containsExactly(7);
    }
  }

  @Test
  void somethingThatIsNoDatabaseIsRefusedUntilItIsMended() throws IOException {
    Files.createDirectories(sub);
    Files.writeString(file, "This is not a database, whatever its name says. ".repeat(100));
    assertThatThrownBy(() -> add(database, 1))
        .isInstanceOf(SqliteException.class)
        .hasMessageContaining(file.toString())
        .satisfies(e -> assertThat(((SqliteException) e).retryable()).isFalse());
    Files.delete(file);
    add(database, 1);
    assertThat(values(database)).containsExactly(1);
  }

  @Test
  void aDamagedPageIsTroubleThatNamesTheFile() throws IOException {
    int _ =
        database.write(c -> {
          for (int v = 0; v < 20_000; v++) {
            int _ = insert(c, v);
          }
          return 0;
        });
    database.close();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (int page = 1; page < channel.size() / 16_384; page++) {
        channel.write(ByteBuffer.wrap(new byte[2_000]), page * 16_384L);
      }
    }
    try (var again = new Database(file, SCHEMA)) {
      assertThatThrownBy(() -> values(again))
          .isInstanceOf(SqliteException.class)
          .hasMessageContaining(file.toString())
          .satisfies(e -> assertThat(((SqliteException) e).retryable()).isFalse());
    }
  }

  @Test
  void writersTakeTurnsAndReadersDoNotWait() throws InterruptedException {
    add(database, 0);
    var started = new CountDownLatch(1);
    var threads = new ArrayList<Thread>();
    for (int t = 0; t < 4; t++) {
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                for (int i = 0; i < 20; i++) {
                  add(database, i);
                  started.countDown();
                  assertThat(values(database)).isNotEmpty();
                }
              }));
    }
    started.await();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(values(database)).hasSize(81);
  }

  @Test
  void aClosedDatabaseSaysSo() {
    add(database, 1);
    database.close();
    assertRetryable(() -> add(database, 2));
    assertRetryable(() -> values(database));
  }

  private static void assertRetryable(Runnable work) {
    assertThatThrownBy(work::run)
        .isInstanceOf(SqliteException.class)
        .satisfies(e -> assertThat(((SqliteException) e).retryable()).isTrue());
  }

  private static void move(Path from, Path to) {
    try {
      Files.move(from, to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void add(Database database, int value) {
    int _ = database.write(c -> insert(c, value));
  }

  private static int sum(Database database) {
    return database.ask("SELECT sum(v) FROM n", row -> row.getInt(1));
  }

  private static int insert(Connection c, int value) throws SQLException {
    try (var insert = c.prepareStatement("INSERT INTO n (v) VALUES (?)")) {
      insert.setInt(1, value);
      return insert.executeUpdate();
    }
  }

  private static List<Integer> values(Database database) {
    return database.read(DatabaseTest::select);
  }

  private static List<Integer> select(Connection c) throws SQLException {
    var values = new ArrayList<Integer>();
    try (var statement = c.createStatement();
        var rows = statement.executeQuery("SELECT v FROM n ORDER BY rowid")) {
      while (rows.next()) {
        values.add(rows.getInt(1));
      }
    }
    return values;
  }

  private static String pragma(Connection c, String name) throws SQLException {
    try (var statement = c.createStatement();
        var rows = statement.executeQuery("PRAGMA " + name)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
