package com.voltageems.hissrv.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A way to a server that breaks after so many bytes of answers, or hangs there. */
public final class CuttingProxy implements AutoCloseable {
  private static final long NEVER = Long.MAX_VALUE;

  private final ServerSocket listening;
  private final int target;
  private final AtomicLong left = new AtomicLong(NEVER);
  private final CountDownLatch hung = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean hangs;

  /** To a server on the loopback. */
  public CuttingProxy(int target) throws IOException {
    this.target = target;
    listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread _ = Thread.startVirtualThread(this::accept);
  }

  /** Where to connect. */
  public int port() {
    return listening.getLocalPort();
  }

  /** Breaks the connection once, after so many more bytes of answers. */
  public void cutAfter(long bytes) {
    hangs = false;
    left.set(bytes);
  }

  /** Lets so many more bytes of answers pass, and then none. */
  public void hangAfter(long bytes) {
    hangs = true;
    left.set(bytes);
  }

  /** Waits until it hangs. */
  public void awaitHung() throws InterruptedException {
    if (!hung.await(60, TimeUnit.SECONDS)) {
      throw new AssertionError("not within 60 s: as many bytes of answers");
    }
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    listening.close();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listening.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        Thread _ = Thread.startVirtualThread(() -> forward(client, server, false));
        Thread _ = Thread.startVirtualThread(() -> forward(server, client, true));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void forward(Socket from, Socket to, boolean answers) {
    try (from;
        to;
        InputStream in = from.getInputStream()) {
      var bytes = new byte[1 << 12];
      for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
        if (answers && left.get() != NEVER && left.addAndGet(-n) < 0) {
          if (hangs) {
            hung.countDown();
            closed.await();
          }
          left.set(NEVER);
          return;
        }
        to.getOutputStream().write(bytes, 0, n);
      }
    } catch (IOException | InterruptedException e) {
      // The connection's end.
    }
  }
}
