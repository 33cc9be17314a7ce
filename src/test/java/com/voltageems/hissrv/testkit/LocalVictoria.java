package com.voltageems.hissrv.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;

/** A real VictoriaMetrics of Debian's, on a free loopback port: it also answers PromQL. */
public final class LocalVictoria implements AutoCloseable {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Process process;
  private final URI url;

  private LocalVictoria(Process process, URI url) {
    this.process = process;
    this.url = url;
  }

  /** Returns when it answers. */
  public static LocalVictoria start(Path folder) throws IOException {
    int port;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Process process =
        new ProcessBuilder(
                "victoria-metrics",
                "-httpListenAddr=127.0.0.1:" + port,
                "-storageDataPath=" + folder.resolve("victoria"),
                "-memory.allowedBytes=64MB",
                "-retentionPeriod=100y",
                "-search.latencyOffset=0")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("victoria.log").toFile())
            .start();
    var victoria = new LocalVictoria(process, URI.create("http://127.0.0.1:" + port));
    Await.until("VictoriaMetrics answers", Duration.ofSeconds(30), victoria::answers);
    return victoria;
  }

  public URI url() {
    return url;
  }

  /** What was taken in shows at once. */
  public LocalVictoria flushed() {
    String _ = get("/internal/force_flush");
    return this;
  }

  /** The body of whatever it answers; empty while nobody does. */
  public String get(String target) {
    return send(HttpRequest.newBuilder(URI.create(url + target)));
  }

  /** Gives it something. */
  public String post(String target, String body) {
    return send(
        HttpRequest.newBuilder(URI.create(url + target)).POST(BodyPublishers.ofString(body)));
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private boolean answers() {
    if (!process.isAlive()) {
      throw new AssertionError("VictoriaMetrics ended with exit code " + process.exitValue());
    }
    return get("/health").contains("OK");
  }

  private static String send(HttpRequest.Builder request) {
    try {
      return HTTP.send(request.build(), BodyHandlers.ofString()).body();
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
