package com.voltageems.hissrv.http;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes the connections of an address that has as many as it may: no client takes all there are
 * from the others. A proxy is one address.
 */
final class Crowds implements Connection.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Crowds.class);

  private final int most;
  private final Map<String, Integer> byAddress = new ConcurrentHashMap<>();
  private final Map<Connection, String> counted = new ConcurrentHashMap<>();

  /**
   * @param most connections of one address
   */
  Crowds(int most) {
    this.most = most;
  }

  @Override
  public void onOpened(Connection connection) {
    if (connection instanceof HttpConnection http
        && http.getEndPoint().getRemoteSocketAddress() instanceof InetSocketAddress from) {
      String address = from.getAddress().getHostAddress();
      counted.put(connection, address);
      if (byAddress.merge(address, 1, Integer::sum) > most) {
        LOG.debug("closed a connection of {}: it has {} already", address, most);
        http.getEndPoint().close();
      }
    }
  }

  @Override
  public void onClosed(Connection connection) {
    String address = counted.remove(connection);
    if (address != null) {
      byAddress.computeIfPresent(address, (_, n) -> n == 1 ? null : n - 1);
    }
  }
}
