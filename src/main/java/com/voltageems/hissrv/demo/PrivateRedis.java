package com.voltageems.hissrv.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A real Redis 7 of our own: a child process on a loopback port, keeping nothing on disk unless
 * told to. For the demo and for tests.
 *
 * <p>Where the system can do it, the server runs in a session of its own: a terminal's Ctrl-C goes
 * to every process of the foreground group, and Redis must outlive the draining of HisSrv. It also
 * outlives a killed owner.
 *
 * <p>Methods throw {@link DemoException}.
 */
public final class PrivateRedis implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(15);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(5);
  private static final int ATTEMPTS = 5;
  private static final int PROBE_MILLIS = 500;

  private final Process process;
  private final int port;

  private PrivateRedis(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts one on any free port. Returns when it answers. */
  public static PrivateRedis start(Path runFolder) {
    return start(runFolder, 0);
  }

  /**
   * Starts one on a given port. Returns when it answers.
   *
   * <p>Its working folder is {@code redis-PORT} in the run folder: started again on that port with
   * {@code "--appendonly", "yes"} it has its data back.
   *
   * @param port 0 takes any free one
   * @param arguments of redis-server, overriding ours
   */
  public static PrivateRedis start(Path runFolder, int port, String... arguments) {
    return start(RedisBinary.in(runFolder.toAbsolutePath()), runFolder, port, arguments);
  }

  /** Starts the server that is installed here, on any free port; the bundled one where none is. */
  public static PrivateRedis startInstalled(Path runFolder) {
    Path folder = runFolder.toAbsolutePath();
    return start(RedisBinary.installed(folder).orElseGet(() -> RedisBinary.in(folder)), folder, 0);
  }

  private static PrivateRedis start(Path binary, Path runFolder, int port, String... arguments) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int chosen = port == 0 ? freePort() : port;
      try {
        return startOn(binary, runFolder, chosen, List.of(arguments));
      } catch (PortTaken _) {
        pause(Duration.ofMillis(100));
      }
    }
    throw new DemoException(
        (port == 0 ? "Every port tried" : "Port " + port) + " is taken by another program", null);
  }

  /** {@code redis://127.0.0.1:PORT}. */
  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  /** The port it listens on. */
  public int port() {
    return port;
  }

  /** The server's own process id. */
  public long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Sends it a signal, for example {@code STOP}. */
  void signal(String name) {
    try {
      if (new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor() != 0) {
        throw new DemoException("no signal " + name + " for process " + pid(), null);
      }
    } catch (IOException e) {
      throw new DemoException("no signal " + name + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemoException("Interrupted while signalling Redis", e);
    }
  }

  /** Kills it the hard way (SIGKILL) and waits until it is gone. */
  public void kill() {
    process.destroyForcibly();
    if (!exited(STOP_LIMIT)) {
      throw new DemoException("Redis (process " + pid() + ") can't be killed", null);
    }
  }

  /** Stops it and waits until it is gone; kills it if it takes too long. */
  @Override
  public void close() {
    process.destroy();
    if (!exited(STOP_LIMIT)) {
      kill();
    }
  }

  private static PrivateRedis startOn(Path binary, Path runFolder, int port, List<String> arguments)
      throws PortTaken {
    Path folder = runFolder.toAbsolutePath().resolve("redis-" + port);
    Path log = folder.resolve("redis.log");
    try {
      Files.createDirectories(folder);
      Files.deleteIfExists(log);
      Process process =
          new ProcessBuilder(command(binary, folder, port, arguments))
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      process.getOutputStream().close();
      var redis = new PrivateRedis(process, port);
      redis.awaitAnswer(log);
      ProcessMark.of(process.toHandle()).write(folder);
      return redis;
    } catch (IOException e) {
      throw new DemoException("Can't start Redis in " + folder + ": " + e, e);
    }
  }

  private static List<String> command(Path binary, Path folder, int port, List<String> arguments) {
    var command = new ArrayList<>(OwnSession.prefix());
    command.add(binary.toString());
    command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1"));
    command.addAll(List.of("--protected-mode", "yes", "--daemonize", "no"));
    command.addAll(List.of("--save", "", "--appendonly", "no", "--dir", folder.toString()));
    command.addAll(List.of("--logfile", "", "--loglevel", "warning"));
    command.addAll(List.of("--ignore-warnings", "ARM64-COW-BUG"));
    command.addAll(arguments);
    return command;
  }

  private void awaitAnswer(Path log) throws IOException, PortTaken {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    boolean ready = false;
    try {
      while (!ready) {
        if (!process.isAlive()) {
          String said = Files.readString(log, US_ASCII).strip();
          if (said.contains("Failed listening on port")) {
            throw new PortTaken();
          }
          throw new DemoException(
              "Redis ended at once with exit code " + process.exitValue() + ":\n" + said, null);
        }
        if (System.nanoTime() > deadline) {
          throw new DemoException(
              "Redis on port " + port + " did not answer within " + START_LIMIT, null);
        }
        ready = answers();
        if (!ready) {
          pause(Duration.ofMillis(10));
        }
      }
    } finally {
      if (!ready) {
        process.destroyForcibly();
      }
    }
  }

  /**
   * Whether the server on our port is our child: it is asked for its process id, since another
   * Redis may have taken the port.
   */
  private boolean answers() {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PROBE_MILLIS);
      socket.setSoTimeout(PROBE_MILLIS);
      socket.getOutputStream().write("PING\r\nINFO server\r\nQUIT\r\n".getBytes(US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), US_ASCII);
      return answer.startsWith("-NOAUTH")
          || (answer.startsWith("+PONG") && answer.contains("\r\nprocess_id:" + pid() + "\r\n"));
    } catch (IOException e) {
      return false;
    }
  }

  private boolean exited(Duration limit) {
    boolean interrupted = false;
    long deadline = System.nanoTime() + limit.toNanos();
    try {
      while (true) {
        try {
          return process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new DemoException("No free port on the loopback address: " + e, e);
    }
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemoException("Interrupted while starting Redis", e);
    }
  }

  private static final class PortTaken extends Exception {
    private static final long serialVersionUID = 1L;
  }
}
