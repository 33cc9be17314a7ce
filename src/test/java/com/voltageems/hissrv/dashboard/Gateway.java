package com.voltageems.hissrv.dashboard;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Passes on what is under a prefix, without the prefix and without Authorization. */
final class Gateway implements AutoCloseable {
  private static final String PREFIX = "/api/hissrv/";
  private static final List<String> PASSED_ON = List.of("Accept", "If-None-Match", "Content-Type");
  private static final List<String> PASSED_BACK =
      List.of("Content-Type", "Content-Security-Policy", "ETag", "Location");

  private final HttpClient client = HttpClient.newHttpClient();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;
  private final URI service;

  Gateway(String service) throws IOException {
    this.service = URI.create(service);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(PREFIX, this::passOn);
    server.start();
  }

  String url() {
    return "http://localhost:" + server.getAddress().getPort() + PREFIX;
  }

  private void passOn(HttpExchange exchange) throws IOException {
    String address = exchange.getRequestURI().toString().substring(PREFIX.length());
    var request =
        HttpRequest.newBuilder(service.resolve(address))
            .header("X-Forwarded-For", "192.0.2.7")
            .method(
                exchange.getRequestMethod(),
                BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()));
    for (String name : PASSED_ON) {
      String value = exchange.getRequestHeaders().getFirst(name);
      if (value != null) {
        request.header(name, value);
      }
    }
    try (exchange) {
      var answer = client.send(request.build(), BodyHandlers.ofInputStream());
      for (String name : PASSED_BACK) {
        answer
            .headers()
            .firstValue(name)
            .ifPresent(value -> exchange.getResponseHeaders().set(name, value));
      }
      int status = answer.statusCode();
      exchange.sendResponseHeaders(status, status == 304 ? -1 : 0);
      if (status != 304) {
        copy(answer.body(), exchange.getResponseBody());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Bytes as they come: some answers never end. */
  private static void copy(InputStream in, OutputStream out) throws IOException {
    var buffer = new byte[8_192];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      out.write(buffer, 0, read);
      out.flush();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    client.shutdownNow();
    threads.shutdownNow();
  }
}
