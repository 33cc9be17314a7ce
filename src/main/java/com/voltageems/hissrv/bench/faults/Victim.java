package com.voltageems.hissrv.bench.faults;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The service's process, and what can be done to it from outside. For one thread but for strikes.
 */
final class Victim implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration STOP = Duration.ofSeconds(60);
  private static final String END = "";

  private final Process process;
  private final Writer commands;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

  private Victim(Process process) {
    this.process = process;
    commands = process.outputWriter(StandardCharsets.UTF_8);
    Thread.ofVirtual().start(this::listen);
  }

  /** Returns when it takes commands. */
  static Victim start(Path folder, Path config, long millis, Answer answer) {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-Xmx128m",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            ServiceUnderTest.class.getName(),
            config.toString(),
            Long.toString(millis),
            answer.name());
    try {
      var victim =
          new Victim(
              new ProcessBuilder(command)
                  .redirectError(
                      ProcessBuilder.Redirect.appendTo(folder.resolve("service.log").toFile()))
                  .start());
      if (victim.answer(START).filter(ServiceUnderTest.OK::equals).isEmpty()) {
        victim.kill();
        throw new IllegalStateException("the service did not start; its log is in " + folder);
      }
      return victim;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What it answers; empty when it has ended, or does not answer in time. */
  Optional<String> ask(String command, Duration patience) {
    return tell(command) ? answer(patience) : Optional.empty();
  }

  /** Its answer is to be fetched with {@link #answer}; false when it has ended. */
  boolean tell(String command) {
    try {
      commands.write(command + "\n");
      commands.flush();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  void kill() {
    process.destroyForcibly();
    await();
  }

  void signal(String signal) {
    run("sh", "-c", "kill -" + signal + " " + process.pid());
  }

  /** No file may grow beyond so many bytes: what a full disk is to it. */
  void limitFiles(String bytes) {
    run("prlimit", "--pid", Long.toString(process.pid()), "--fsize=" + bytes + ":unlimited");
  }

  /** Asks it to stop; returns whether it did. */
  boolean stop() {
    try {
      commands.write("stop\n");
      commands.flush();
      return process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS);
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void close() {
    kill();
  }

  /** The next answer; empty when it has ended, or does not answer in time. */
  Optional<String> answer(Duration patience) {
    try {
      String answer = answers.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
      if (END.equals(answer)) {
        answers.add(END);
        return Optional.empty();
      }
      return Optional.ofNullable(answer);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private void listen() {
    try (var lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        answers.add(line);
      }
    } catch (IOException e) {
      // It was killed: the end is told below.
    }
    answers.add(END);
  }

  private void await() {
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void run(String... command) {
    try {
      Process done =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      int _ = done.waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(command[0] + " is needed (package util-linux)", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
