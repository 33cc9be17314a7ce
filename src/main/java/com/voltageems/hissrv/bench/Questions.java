package com.voltageems.hissrv.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CancellationException;

/** Asks a service over HTTP, as a client would, and makes sure that it answers. */
final class Questions {
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final int port;

  Questions(int port) {
    this.port = port;
  }

  /** What an answer takes to its last byte; it must have so many rows. */
  double millis(String question, int rows) {
    long begun = System.nanoTime();
    String answer = text(question);
    double millis = (System.nanoTime() - begun) / 1e6;
    int found = answer.split("\\],\\[", -1).length;
    if (found != rows) {
      throw new IllegalStateException(found + " rows instead of " + rows + ": " + question);
    }
    return millis;
  }

  private String text(String question) {
    try (InputStream body = open(question)) {
      return new String(body.readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many lines an answer has; none is kept. */
  long lines(String question) {
    var buffer = new byte[64 * 1024];
    long lines = 0;
    try (InputStream body = open(question)) {
      for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
        for (int i = 0; i < read; i++) {
          lines += buffer[i] == '\n' ? 1 : 0;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return lines;
  }

  private InputStream open(String question) throws IOException {
    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + question)).build();
    try {
      var answer = client.send(request, BodyHandlers.ofInputStream());
      if (answer.statusCode() != 200) {
        throw new IllegalStateException(answer.statusCode() + ": " + question);
      }
      return answer.body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }
}
