package com.voltageems.hissrv.testkit;

import com.voltageems.hissrv.config.InfluxConfig;
import com.voltageems.hissrv.config.InfluxVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A real InfluxDB 1.x of Debian's, on free loopback ports, in a folder of its own. */
public final class LocalInflux implements AutoCloseable {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final AtomicInteger DATABASES = new AtomicInteger();

  private final Path folder;
  private final URI url;
  private Process process;

  private LocalInflux(Path folder, URI url) throws IOException {
    this.folder = folder;
    this.url = url;
    process = run(folder);
  }

  /**
   * Returns when it answers.
   *
   * @param http more lines of its configuration's {@code [http]}
   */
  public static LocalInflux start(Path folder, String http) throws IOException {
    int port = freePort();
    String data = folder.toString();
    Path _ =
        Files.writeString(
            folder.resolve("influxdb.conf"),
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
              %s
            """
                .formatted(freePort(), data, data, data, port, http));
    var influx = new LocalInflux(folder, URI.create("http://127.0.0.1:" + port));
    influx.awaitAnswer();
    return influx;
  }

  private static Process run(Path folder) throws IOException {
    return new ProcessBuilder("influxd", "-config", folder.resolve("influxdb.conf").toString())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("influxdb.log").toFile())
        .start();
  }

  private void awaitAnswer() {
    Await.until("InfluxDB answers", Duration.ofSeconds(60), this::answers);
  }

  /** Kills it as {@code kill -9} does. */
  public void kill() throws InterruptedException {
    int _ = process.destroyForcibly().waitFor();
  }

  /** Starts it again on what it had; returns when it answers. */
  public void startAgain() throws IOException {
    process = run(folder);
    awaitAnswer();
  }

  public URI url() {
    return url;
  }

  /** A new, empty database. */
  public String database() {
    String name = "test " + DATABASES.incrementAndGet();
    String _ = ask("CREATE DATABASE \"" + name + "\"");
    return name;
  }

  /** What the server answers to a statement, whoever asks. */
  public String ask(String statement) {
    return ask(statement, "");
  }

  /**
   * What the server answers to a statement.
   *
   * @param parameters more of them, each with an ampersand in front
   */
  public String ask(String statement, String parameters) {
    return post(
        "/query?q=" + URLEncoder.encode(statement, StandardCharsets.UTF_8) + parameters, "");
  }

  /** Has it take lines in, as somebody else would. */
  public void write(String database, String lines) {
    String said = post("/write?db=" + URLEncoder.encode(database, StandardCharsets.UTF_8), lines);
    if (!said.isEmpty()) {
      throw new AssertionError(said);
    }
  }

  /** What it says to a body; empty when nothing. */
  public String post(String target, String body) {
    try {
      var request =
          HttpRequest.newBuilder(URI.create(url + target))
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build();
      return HTTP.send(request, BodyHandlers.ofString()).body();
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  public InfluxConfig config(String database) {
    return config(url, InfluxVersion.AUTO, database);
  }

  public static InfluxConfig config(URI url, InfluxVersion version, String database) {
    return new InfluxConfig(
        url,
        version,
        new InfluxConfig.Access("", "", "", database, "", "", ""),
        true,
        Duration.ofSeconds(10),
        Optional.empty(),
        4);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean answers() {
    if (!process.isAlive()) {
      throw new AssertionError("InfluxDB ended with exit code " + process.exitValue());
    }
    try {
      var ping =
          HttpRequest.newBuilder(url.resolve("/ping")).timeout(Duration.ofSeconds(2)).build();
      return HTTP.send(ping, BodyHandlers.discarding()).statusCode() == 204;
    } catch (IOException _) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
