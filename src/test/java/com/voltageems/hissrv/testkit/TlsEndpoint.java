package com.voltageems.hissrv.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;

/** Speaks TLS in front of a server on the loopback address that does not. */
public final class TlsEndpoint implements AutoCloseable {
  private final SSLServerSocket door;
  private final int behind;

  private TlsEndpoint(SSLServerSocket door, int behind) {
    this.door = door;
    this.behind = behind;
  }

  /**
   * Opens one on any port.
   *
   * @param keys what it shows
   * @param clients whose certificates it demands; the same as keys: it demands none
   */
  public static TlsEndpoint start(TlsKeys keys, TlsKeys clients, int behind) {
    try {
      var ours = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      ours.init(keys.store(), TlsKeys.PASSWORD.toCharArray());
      var theirs = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      theirs.init(clients.store());
      var context = SSLContext.getInstance("TLS");
      context.init(ours.getKeyManagers(), theirs.getTrustManagers(), null);
      var door =
          (SSLServerSocket)
              context
                  .getServerSocketFactory()
                  .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
      door.setNeedClientAuth(!clients.equals(keys));
      var endpoint = new TlsEndpoint(door, behind);
      Thread.ofVirtual().start(endpoint::accept);
      return endpoint;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Where it listens. */
  public int port() {
    return door.getLocalPort();
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket outside = door.accept();
        Thread.ofVirtual().start(() -> serve(outside));
      } catch (IOException _) {
        // Closed, or a client that is gone.
      }
    }
  }

  private void serve(Socket outside) {
    try (outside;
        var inside = new Socket(InetAddress.getLoopbackAddress(), behind)) {
      Thread back = Thread.ofVirtual().start(() -> copy(inside, outside));
      copy(outside, inside);
      back.join();
    } catch (IOException _) {
      // Either is gone.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void copy(Socket from, Socket to) {
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      byte[] buffer = new byte[8192];
      int read = in.read(buffer);
      while (read >= 0) {
        out.write(buffer, 0, read);
        out.flush();
        read = in.read(buffer);
      }
    } catch (IOException _) {
      // Either is gone.
    }
  }

  @Override
  public void close() {
    try {
      door.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
