package com.voltageems.hissrv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.testkit.ChildJvm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** {@code hissrv} as a process of its own, as a user starts it. */
final class HisSrvProcess implements AutoCloseable {
  private static final Duration STOP = Duration.ofSeconds(30);

  private final Process process;
  private final Path output;

  private final Path errors;

  private HisSrvProcess(Process process, Path output, Path errors) {
    this.process = process;
    this.output = output;
    this.errors = errors;
  }

  /** Its working folder and its temporary folder are the test's. */
  static HisSrvProcess start(Path folder, String... arguments) throws IOException {
    return start(folder, Map.of(), arguments);
  }

  /** With these variables, too. */
  static HisSrvProcess start(Path folder, Map<String, String> environment, String... arguments)
      throws IOException {
    Path tmp = Files.createDirectories(folder.resolve("tmp"));
    Path output = Files.createTempFile(folder, "output", ".txt");
    Path errors = Files.createTempFile(folder, "errors", ".txt");
    var command =
        ChildJvm.command(Main.class, "-XX:+ExitOnOutOfMemoryError", "-Djava.io.tmpdir=" + tmp);
    command.addAll(Arrays.asList(arguments));
    if (isLinux()) {
      // Whoever runs the tests may ignore these (nohup, &), and that would be inherited.
      command.addAll(0, List.of("env", "--default-signal=HUP,INT"));
    }
    var builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectError(errors.toFile())
            .redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    return new HisSrvProcess(process, output, errors);
  }

  private static boolean isLinux() {
    return System.getProperty("os.name").equals("Linux");
  }

  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  String output() {
    return text(output);
  }

  String errors() {
    return text(errors);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Sends a signal, for example INT. */
  void signal(String name) throws IOException {
    var kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    assertThat(kill.onExit().join().exitValue()).isZero();
  }

  int awaitExit() {
    return awaitExit(STOP);
  }

  int awaitExit(Duration patience) {
    try {
      assertThat(process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS))
          .as("has ended; its output: %s", output())
          .isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
