package com.voltageems.hissrv.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A way to a server on which one request can be kept back for as long as a test wants, while others
 * on other connections pass: what a network does to a command whose sender gave up.
 */
public final class DelayingProxy implements AutoCloseable {
  private final ServerSocket listening;
  private final int target;
  private final ConcurrentHashMap<String, Held> holds = new ConcurrentHashMap<>();

  /** A request kept back. */
  public static final class Held {
    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch gate = new CountDownLatch(1);
    private final CountDownLatch carriedOut = new CountDownLatch(1);

    /** Lets it reach the server, and waits until the server has carried it out. */
    public void letGo() throws InterruptedException {
      await("has arrived", arrived);
      gate.countDown();
      await("is carried out", carriedOut);
    }

    private static void await(String what, CountDownLatch latch) throws InterruptedException {
      if (!latch.await(10, TimeUnit.SECONDS)) {
        throw new AssertionError("not within 10 s: the request " + what);
      }
    }
  }

  /** To a server on the loopback. */
  public DelayingProxy(int target) throws IOException {
    this.target = target;
    listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread _ = Thread.startVirtualThread(this::accept);
  }

  /** Where to connect. */
  public int port() {
    return listening.getLocalPort();
  }

  /** Keeps back the next request that contains this text. */
  public Held holdNext(String text) {
    var held = new Held();
    holds.put(text, held);
    return held;
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listening.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        var passed = new ArrayList<Held>();
        Thread _ = Thread.startVirtualThread(() -> requests(client, server, passed));
        Thread _ = Thread.startVirtualThread(() -> answers(server, client, passed));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void requests(Socket client, Socket server, List<Held> passed) {
    try {
      forwardRequests(client.getInputStream(), server.getOutputStream(), passed);
    } catch (IOException | InterruptedException e) {
      // Its client is gone; what is on its way to the server gets there.
    }
    try {
      server.shutdownOutput();
    } catch (IOException e) {
      // The server closed first.
    }
  }

  private void forwardRequests(InputStream from, OutputStream to, List<Held> passed)
      throws IOException, InterruptedException {
    var bytes = new byte[1 << 16];
    for (int n = from.read(bytes); n >= 0; n = from.read(bytes)) {
      keepBack(new String(bytes, 0, n, StandardCharsets.ISO_8859_1), passed);
      to.write(bytes, 0, n);
    }
  }

  private void keepBack(String request, List<Held> passed) throws InterruptedException {
    for (String text : holds.keySet()) {
      if (request.contains(text)) {
        Held held = holds.remove(text);
        passed.add(held);
        held.arrived.countDown();
        held.gate.await();
      }
    }
  }

  /** Goes on reading when the client is gone: the server closes when it has done everything. */
  private static void answers(Socket server, Socket client, List<Held> passed) {
    try (InputStream from = server.getInputStream()) {
      var bytes = new byte[1 << 16];
      for (int n = from.read(bytes); n >= 0; n = from.read(bytes)) {
        forward(bytes, n, client);
      }
      client.close();
    } catch (IOException e) {
      // The connection's end.
    } finally {
      passed.forEach(held -> held.carriedOut.countDown());
    }
  }

  private static void forward(byte[] bytes, int n, Socket client) {
    try {
      client.getOutputStream().write(bytes, 0, n);
    } catch (IOException e) {
      // Nobody waits for it any more.
    }
  }
}
