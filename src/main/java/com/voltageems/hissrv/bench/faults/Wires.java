package com.voltageems.hissrv.bench.faults;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * One instance's ways to the Redis servers, which can be cut. Where a server tells of another one
 * (a Sentinel, a node of a Cluster), the port is replaced by that of the way there, so that the
 * instance has no other.
 */
final class Wires implements AutoCloseable {
  /** A port alone, or at the end of an address: each as long as any other. */
  private static final Pattern PORT = Pattern.compile("(?:^|:)(\\d{5})\r\n$");

  private static final int LONGEST_WITH_PORT = 64;

  private final Map<Integer, ServerSocket> byTarget = new HashMap<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile State state = State.WHOLE;

  /** How the ways are. */
  enum State {
    WHOLE,
    /** Connections are broken off, and new ones at once. */
    BROKEN,
    /** Nothing comes through, nor ever will what was sent now; nobody is told. */
    SILENT
  }

  /**
   * @param targets ports on the loopback
   */
  Wires(Set<Integer> targets) {
    try {
      for (int target : targets) {
        byTarget.put(target, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byTarget.forEach((target, socket) -> Thread.ofVirtual().start(() -> accept(socket, target)));
  }

  /** Where the way to a server begins. */
  int to(int target) {
    ServerSocket way = byTarget.get(target);
    if (way == null) {
      throw new IllegalArgumentException("no way to port " + target);
    }
    return way.getLocalPort();
  }

  void cut(State how) {
    state = how;
    if (how == State.BROKEN) {
      breakAll();
    }
  }

  void mend() {
    if (state != State.WHOLE) {
      breakAll();
      state = State.WHOLE;
    }
  }

  @Override
  public void close() {
    state = State.BROKEN;
    try {
      for (ServerSocket socket : byTarget.values()) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    breakAll();
  }

  private void breakAll() {
    open.forEach(Wires::close);
    open.clear();
  }

  private void accept(ServerSocket socket, int target) {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        Thread.ofVirtual().start(() -> connect(client, target));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void connect(Socket client, int target) {
    open.add(client);
    if (state == State.BROKEN) {
      close(client);
      return;
    }
    try {
      Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
      open.add(server);
      Thread.ofVirtual().start(() -> forward(client, server, false));
      forward(server, client, true);
    } catch (IOException e) {
      close(client);
    }
  }

  private void forward(Socket from, Socket to, boolean answers) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      var line = new ByteArrayOutputStream();
      var bytes = new byte[1 << 13];
      for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
        if (state != State.WHOLE) {
          continue;
        }
        if (answers) {
          for (int i = 0; i < n; i++) {
            line.write(bytes[i]);
            if (bytes[i] == '\n') {
              out.write(withOurPort(line.toByteArray()));
              line.reset();
            }
          }
        } else {
          out.write(bytes, 0, n);
        }
      }
    } catch (IOException e) {
      // One of both ends is gone, or was to be.
    }
    open.remove(from);
    open.remove(to);
  }

  private byte[] withOurPort(byte[] line) {
    if (line.length > LONGEST_WITH_PORT) {
      return line;
    }
    String text = new String(line, StandardCharsets.ISO_8859_1);
    var found = PORT.matcher(text);
    if (!found.find()) {
      return line;
    }
    ServerSocket way = byTarget.get(Integer.parseInt(found.group(1)));
    return way == null
        ? line
        : (text.substring(0, found.start(1)) + way.getLocalPort() + "\r\n")
            .getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone.
    }
  }
}
