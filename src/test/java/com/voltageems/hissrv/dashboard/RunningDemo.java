package com.voltageems.hissrv.dashboard;

import com.voltageems.hissrv.cli.Main;
import com.voltageems.hissrv.testkit.Api;
import com.voltageems.hissrv.testkit.ChildJvm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code hissrv demo} as a process of its own. */
final class RunningDemo implements AutoCloseable {
  private static final Duration UP = Duration.ofMinutes(5);

  private final Process process;
  private final Api api;
  private final int port;

  private RunningDemo(Process process, int port) {
    this.process = process;
    this.port = port;
    this.api = new Api(port);
  }

  static RunningDemo start(Path folder, String... more) throws IOException {
    int port = freePort();
    List<String> command = ChildJvm.command(Main.class, "-Djava.io.tmpdir=" + folder);
    command.addAll(List.of("demo", "--port", Integer.toString(port)));
    command.addAll(Arrays.asList(more));
    var process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("demo.txt").toFile())
            .start();
    var demo = new RunningDemo(process, port);
    demo.api.awaitUp(UP);
    return demo;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  Api api() {
    return api;
  }

  String url() {
    return "http://localhost:" + port + "/";
  }

  /** Stops it as Ctrl-C does, so that its Redis goes too. */
  @Override
  public void close() {
    api.close();
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
