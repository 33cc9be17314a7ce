package com.voltageems.hissrv.testkit;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;

/** Another process that holds SQLite files locked until it is closed. */
public final class LockHolder implements AutoCloseable {
  private final Process process;

  private LockHolder(Process process) {
    this.process = process;
  }

  /** Returns when every file is locked. */
  public static LockHolder lock(Path... files) throws IOException {
    var command = ChildJvm.command(LockHolder.class);
    for (Path file : files) {
      command.add(file.toString());
    }
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String answer = process.inputReader().readLine();
    if (!"locked".equals(answer)) {
      process.destroyForcibly();
      throw new IOException("the locking process said: " + answer);
    }
    return new LockHolder(process);
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }

  /** The other process: locks the first file, then the others, then waits. */
  @SuppressWarnings("SystemOut")
  public static void main(String[] files) throws SQLException, IOException {
    lockAll(List.of(files));
  }

  private static void lockAll(List<String> files) throws SQLException, IOException {
    if (files.isEmpty()) {
      System.out.println("locked");
      System.out.flush();
      int _ = System.in.read();
      return;
    }
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + files.getFirst());
        var statement = connection.createStatement()) {
      statement.execute("PRAGMA busy_timeout = 5000");
      statement.execute("BEGIN IMMEDIATE");
      lockAll(files.subList(1, files.size()));
    }
  }
}
