package com.voltageems.hissrv.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Tells a process from a later one with the same id.
 *
 * @param started as the system says; it may differ by a second or so from one reader to another
 * @param command the executable
 */
record ProcessMark(long pid, Instant started, String command) {
  private static final String FILE = "process";
  private static final Duration TOLERANCE = Duration.ofSeconds(2);

  static ProcessMark of(ProcessHandle process) {
    var info = process.info();
    return new ProcessMark(
        process.pid(), info.startInstant().orElse(Instant.EPOCH), info.command().orElse(""));
  }

  /** Where nobody reaps orphans, as in many containers, an ended one stays, without its command. */
  static boolean isRunning(ProcessHandle process) {
    return process.isAlive() && process.info().command().isPresent();
  }

  /** Reads the mark a folder holds; empty if there is none, or none that can be read. */
  static Optional<ProcessMark> read(Path folder) {
    try {
      List<String> lines = Files.readAllLines(folder.resolve(FILE));
      return lines.size() == 3
          ? Optional.of(
              new ProcessMark(
                  Long.parseLong(lines.get(0)), Instant.parse(lines.get(1)), lines.get(2)))
          : Optional.empty();
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }

  void write(Path folder) throws IOException {
    Files.write(folder.resolve(FILE), List.of(Long.toString(pid), started.toString(), command));
  }

  boolean isOf(ProcessHandle process) {
    if (process.pid() != pid || command.isEmpty()) {
      return false;
    }
    ProcessMark now = of(process);
    return now.command.equals(command)
        && Duration.between(started, now.started).abs().compareTo(TOLERANCE) <= 0;
  }
}
