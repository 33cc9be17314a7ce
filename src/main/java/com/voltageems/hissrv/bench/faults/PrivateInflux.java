package com.voltageems.hissrv.bench.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** An InfluxDB 1.x ({@code influxd}, Debian's package influxdb) on free loopback ports. */
public final class PrivateInflux implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration STOP = Duration.ofSeconds(10);

  private final Process process;
  private final int port;

  private PrivateInflux(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Returns when it listens. Its files are in the folder. */
  public static PrivateInflux start(Path folder) {
    try {
      int port = freePort();
      Path file =
          Files.writeString(
              Files.createDirectories(folder).resolve("influxdb.conf"),
              """
              reporting-disabled = true
              bind-address = "127.0.0.1:%d"
              [meta]
                dir = "%s/meta"
              [data]
                dir = "%s/data"
                wal-dir = "%s/wal"
                query-log-enabled = false
              [monitor]
                store-enabled = false
              [http]
                bind-address = "127.0.0.1:%d"
                log-enabled = false
              """
                  .formatted(freePort(), folder, folder, folder, port));
      var influx =
          new PrivateInflux(
              new ProcessBuilder("influxd", "-config", file.toString())
                  .redirectErrorStream(true)
                  .redirectOutput(folder.resolve("influxdb.log").toFile())
                  .start(),
              port);
      influx.awaitListening();
      return influx;
    } catch (IOException e) {
      throw new UncheckedIOException("influxd is needed (package influxdb)", e);
    }
  }

  int port() {
    return port;
  }

  /** Where it answers. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** To be watched, or limited. */
  public ProcessHandle handle() {
    return process.toHandle();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void awaitListening() {
    long until = System.nanoTime() + START.toNanos();
    while (!listens()) {
      if (System.nanoTime() > until || !process.isAlive()) {
        close();
        throw new IllegalStateException("influxd did not start");
      }
      Rig.pause(50);
    }
  }

  private boolean listens() {
    try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
