package com.voltageems.hissrv.redis;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Shakes hands at once. Left to the first command, a handshake that gets no answer is tried again
 * when the client closes the connection, and waited for twice.
 */
final class EagerSockets extends SSLSocketFactory {
  private final SSLSocketFactory sockets;
  private final SSLParameters parameters;

  EagerSockets(SSLSocketFactory sockets, SSLParameters parameters) {
    this.sockets = sockets;
    this.parameters = parameters;
  }

  @Override
  public Socket createSocket(Socket under, String host, int port, boolean autoClose)
      throws IOException {
    try {
      var socket = (SSLSocket) sockets.createSocket(under, host, port, autoClose);
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      return socket;
    } catch (IOException e) {
      under.close();
      throw e;
    }
  }

  @Override
  public String[] getDefaultCipherSuites() {
    return sockets.getDefaultCipherSuites();
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return sockets.getSupportedCipherSuites();
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw notOverAConnection();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort) {
    throw notOverAConnection();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw notOverAConnection();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
    throw notOverAConnection();
  }

  private static UnsupportedOperationException notOverAConnection() {
    return new UnsupportedOperationException("TLS is put over a connection that has a time limit");
  }
}
