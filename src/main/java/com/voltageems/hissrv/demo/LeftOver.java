package com.voltageems.hissrv.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The folder of a run that was killed, and the Redis that survived it.
 *
 * @param folder nobody's any more
 */
record LeftOver(Path folder) {
  private static final Duration KILL_LIMIT = Duration.ofSeconds(5);

  /** What can't be swept is said, and left to the next sweep. */
  void sweep(PrintStream out) {
    var ended = new ArrayList<String>();
    for (ProcessHandle process : processes()) {
      process.destroyForcibly();
      if (!hasEnded(process)) {
        out.println("Can't end process " + process.pid() + ", left over from " + folder);
        return;
      }
      ended.add(Long.toString(process.pid()));
    }
    try {
      delete(folder);
    } catch (IOException e) {
      out.println("Can't delete " + folder + ", left over from a killed demo: " + e);
      return;
    }
    out.println(
        "Swept "
            + folder
            + ", left over from a killed demo"
            + (ended.isEmpty()
                ? ""
                : ", and ended its Redis (process " + String.join(", ", ended) + ")"));
  }

  static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /**
   * Those that run a program of this folder, and those recorded in it that are still the same: an
   * installed redis-server runs from elsewhere.
   */
  private List<ProcessHandle> processes() {
    List<ProcessMark> marks = marks();
    return ProcessHandle.allProcesses()
        .filter(process ->
            process.info().command().filter(c -> Path.of(c).startsWith(folder)).isPresent()
                || marks.stream().anyMatch(mark -> mark.isOf(process)))
        .toList();
  }

  private List<ProcessMark> marks() {
    try (var servers = Files.newDirectoryStream(folder, "redis-*")) {
      var marks = new ArrayList<ProcessMark>();
      servers.forEach(server -> ProcessMark.read(server).ifPresent(marks::add));
      return marks;
    } catch (IOException e) {
      return List.of();
    }
  }

  private static boolean hasEnded(ProcessHandle process) {
    long deadline = System.nanoTime() + KILL_LIMIT.toNanos();
    while (ProcessMark.isRunning(process)) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }
}
