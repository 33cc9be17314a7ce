package com.voltageems.hissrv.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/** The service's API as a user sees it. */
public final class Api implements AutoCloseable {
  private final HttpClient client = HttpClient.newHttpClient();
  private final int port;

  public Api(int port) {
    this.port = port;
  }

  /** The JSON behind a path; empty when nobody listens or the answer isn't 200. */
  public Optional<JsonNode> get(String path) {
    return json(text(path));
  }

  /** The same of what is sent there. */
  public Optional<JsonNode> post(String path, String body) {
    return json(send(to(path).POST(BodyPublishers.ofString(body))));
  }

  /** The text behind a path; empty when nobody listens or the answer isn't 200. */
  public Optional<String> text(String path) {
    return send(to(path));
  }

  private static Optional<JsonNode> json(Optional<String> text) {
    try {
      return text.isPresent()
          ? Optional.of(new JsonMapper().readTree(text.get()))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(Duration.ofSeconds(10));
  }

  private Optional<String> send(HttpRequest.Builder request) {
    try {
      var answer = client.send(request.build(), BodyHandlers.ofString());
      return answer.statusCode() == 200 ? Optional.of(answer.body()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Waits for the first answer. */
  public void awaitUp(Duration patience) {
    Await.until("the API answers", patience, () -> get("/health").isPresent());
  }

  @Override
  public void close() {
    client.close();
  }
}
