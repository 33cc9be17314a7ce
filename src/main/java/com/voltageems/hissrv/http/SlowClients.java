package com.voltageems.hissrv.http;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts off who sends a byte now and then: each byte begins an idle timeout anew, so only a deadline
 * for the whole helps.
 */
final class SlowClients implements Connection.Listener, AutoCloseable {
  /** Connections in all; further ones wait until one is free. */
  static final int MOST_CONNECTIONS = 1_024;

  private static final int BYTES_PER_SECOND = 1_024;

  private static final Logger LOG = LoggerFactory.getLogger(SlowClients.class);

  private final int headSeconds;
  private final int bodySeconds;
  private final Map<HttpConnection, Wait> open = new ConcurrentHashMap<>();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("slow-clients").factory());

  /** For which part of which request a connection has been waited for, and how long. */
  private record Wait(Part part, long request, long bytes, int seconds) {}

  private enum Part {
    NONE,
    HEAD,
    BODY
  }

  /**
   * Looks at every connection once a second.
   *
   * @param headSeconds from the first byte of a request, or from the connection's beginning
   * @param bodySeconds in which a body comes more slowly than a kibibyte a second
   */
  SlowClients(int headSeconds, int bodySeconds) {
    this.headSeconds = headSeconds;
    this.bodySeconds = bodySeconds;
    var _ = clock.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
  }

  @Override
  public void onOpened(Connection connection) {
    if (connection instanceof HttpConnection http) {
      open.put(http, new Wait(Part.NONE, 0, 0, 0));
    }
  }

  @Override
  public void onClosed(Connection connection) {
    if (connection instanceof HttpConnection http) {
      open.remove(http);
    }
  }

  private static String address(HttpConnection http) {
    return http.getEndPoint().getRemoteSocketAddress() instanceof InetSocketAddress at
        ? at.getAddress().getHostAddress()
        : "";
  }

  private void look() {
    open.replaceAll((http, before) -> {
      Part part = part(http);
      long request = http.getMessagesIn();
      long bytes = http.getBytesIn();
      if (part == Part.NONE || part != before.part() || request != before.request()) {
        return new Wait(part, request, bytes, 0);
      }
      if (part == Part.BODY && bytes - before.bytes() >= BYTES_PER_SECOND) {
        return new Wait(part, request, bytes, 0);
      }
      int seconds = before.seconds() + 1;
      if (seconds >= (part == Part.HEAD ? headSeconds : bodySeconds)) {
        LOG.debug("cut off {}: its request took more than {} s", address(http), seconds);
        http.getEndPoint().close();
      }
      return new Wait(part, request, bytes, seconds);
    });
  }

  /** What of a request is still to come; nothing while one is being answered or none has begun. */
  private static Part part(HttpConnection http) {
    HttpParser parser = http.getParser();
    if (parser.isStart()) {
      return http.getMessagesIn() == 0 ? Part.HEAD : Part.NONE;
    }
    if (parser.inHeaderState()) {
      return Part.HEAD;
    }
    return parser.inContentState() ? Part.BODY : Part.NONE;
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
