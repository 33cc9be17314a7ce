package com.voltageems.hissrv.bench.faults;

import com.voltageems.hissrv.model.SeriesKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A TCP proxy in front of InfluxDB that answers writes as it is told, in InfluxDB's words, or
 * breaks the connection. Questions pass. It knows the lines of the sample log, which need no
 * escapes.
 */
final class FaultyProxy implements AutoCloseable {
  private static final int NANOS_PER_SECOND = 1_000_000_000;
  private static final Pattern AVERAGE = Pattern.compile("(_avg=-?[0-9]+)\\.([0-9]+)");

  private final ServerSocket socket;
  private final int target;
  private Answer answer = Answer.WELL;
  private int felt;

  FaultyProxy(int target) {
    this.target = target;
    try {
      socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return socket.getLocalPort();
  }

  synchronized void answers(Answer next) {
    answer = next;
    felt = 0;
    notifyAll();
  }

  /** How many writes met the answer it has now. */
  synchronized int felt() {
    return felt;
  }

  private synchronized Answer met() {
    felt++;
    return answer;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  /** One request a connection: what follows must connect anew. */
  private void serve(Socket client) {
    try (client) {
      var request = Exchange.read(client.getInputStream());
      byte[] said = request.isWrite() ? onWrite(request, client) : passed(request);
      client.getOutputStream().write(said);
      client.getOutputStream().flush();
    } catch (IOException e) {
      // One of both ends is gone, or was to be.
    }
  }

  private byte[] onWrite(Exchange request, Socket client) throws IOException {
    List<String> lines = request.lines();
    return switch (met()) {
      case WELL, DEFERRED -> passed(request);
      case TOO_MANY -> said("429 Too Many Requests\r\nRetry-After: 1", "too many requests");
      case UNAVAILABLE -> said("503 Service Unavailable", "timeout");
      case BAD_REQUEST -> said("400 Bad Request", "no such thing");
      case POISONED ->
          lines.stream().anyMatch(FaultyProxy::isPoisoned)
              ? said("400 Bad Request", "unable to parse: " + FaultyStore.POISON)
              : passed(request);
      case PARTIAL -> partly(request, lines);
      case TOO_LARGE ->
          lines.size() > 2
              ? said("413 Request Entity Too Large", "Request Entity Too Large")
              : passed(request);
      case HANGING -> {
        hang();
        yield broken(client);
      }
      case RESET -> broken(client);
      case HALF_WAY -> {
        byte[] _ = passed(request.with(lines.subList(0, (lines.size() + 1) / 2)));
        yield broken(client);
      }
      case UNANSWERED -> {
        byte[] whole = passed(request);
        client.getOutputStream().write(whole, 0, whole.length / 2);
        client.getOutputStream().flush();
        yield broken(client);
      }
      case FORGETFUL -> "HTTP/1.1 204 No Content\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
      case MISTAKEN ->
          passed(
              request.with(
                  lines.stream().map(line -> AVERAGE.matcher(line).replaceAll("$1.5$2")).toList()));
    };
  }

  private byte[] partly(Exchange request, List<String> lines) throws IOException {
    List<String> good = lines.stream().filter(Predicate.not(FaultyProxy::isPoisoned)).toList();
    byte[] whole = good.isEmpty() ? new byte[0] : passed(request.with(good));
    return good.size() == lines.size()
        ? whole
        : said(
            "400 Bad Request",
            "partial write: field type conflict: %s dropped=%d"
                .formatted(FaultyStore.POISON, lines.size() - good.size()));
  }

  private byte[] passed(Exchange request) throws IOException {
    try (var server = new Socket(InetAddress.getLoopbackAddress(), target)) {
      return request.askedOf(server);
    }
  }

  private static byte[] said(String status, String error) {
    String body = "{\"error\":\"" + error + "\"}\n";
    return "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
        .formatted(status, body.length(), body)
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** The other end sees a reset, not an end. */
  private static byte[] broken(Socket client) throws IOException {
    client.setSoLinger(true, 0);
    client.close();
    throw new IOException("broken as told");
  }

  private synchronized void hang() {
    try {
      while (answer == Answer.HANGING) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean isPoisoned(String line) {
    List<String> parts = List.of(line.split(" ", -1));
    List<String> series = List.of(parts.getFirst().split(",", -1));
    var tags = new TreeMap<String, String>();
    for (String tag : new ArrayList<>(series).subList(1, series.size())) {
      int equals = tag.indexOf('=');
      tags.put(tag.substring(0, equals), tag.substring(equals + 1));
    }
    long nanos = Long.parseLong(parts.getLast());
    return FaultyStore.isPoisoned(
        new SeriesKey(series.getFirst(), tags),
        Instant.ofEpochSecond(
            Math.floorDiv(nanos, NANOS_PER_SECOND), Math.floorMod(nanos, NANOS_PER_SECOND)));
  }
}
