package com.voltageems.hissrv.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
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
    long found = count(question, '[') - 2;
    double millis = (System.nanoTime() - begun) / 1e6;
    if (found != rows) {
      throw new IllegalStateException(found + " rows instead of " + rows + ": " + question);
    }
    return millis;
  }

  /** How many lines an answer has; none is kept. */
  long lines(String question) {
    return count(question, '\n');
  }

  private long count(String question, char wanted) {
    var buffer = new byte[64 * 1024];
    long found = 0;
    try (InputStream body = open(question)) {
      for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
        for (int i = 0; i < read; i++) {
          found += buffer[i] == wanted ? 1 : 0;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
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
