package com.voltageems.hissrv.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.voltageems.hissrv.config.RedisTls;
import com.voltageems.hissrv.config.RedisTls.Verify;
import com.voltageems.hissrv.config.RedisUrl;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.util.JedisURIHelper;

/**
 * Why a server can't be talked to, where neither side says so by itself: a plain server waits for
 * the end of a line that TLS never sends; a TLS server hangs up on plain words; and one that
 * refuses our certificate in TLS 1.3 does so after the handshake, and hangs up while we are already
 * speaking. So here we say hardly a word, and listen.
 */
final class Tongue {
  /** On top of what it took to fail: to connect, and again to answer. */
  private static final int MILLIS = 500;

  private static final byte[] PING = "PING\r\n".getBytes(US_ASCII);
  private static final RedisTls WITH_ANYONE = new RedisTls(null, null, null, Verify.NONE);

  private Tongue() {}

  /** Asks the servers one after the other; empty when none says more. Throws nothing. */
  static Optional<String> trouble(RedisUrl place, RedisTls tls) {
    return place.servers().stream()
        .map(JedisURIHelper::getHostAndPort)
        .flatMap(
            server -> (place.tls() ? encrypted(place, server, tls) : plain(place, server)).stream())
        .findFirst();
  }

  private static Optional<String> encrypted(RedisUrl place, HostAndPort server, RedisTls tls) {
    try (var socket = connected(server)) {
      socket.getOutputStream().write(PING);
      int first = socket.getInputStream().read();
      if (first == '+' || first == '-') {
        String scheme = scheme(place).replace("rediss", "redis");
        return Optional.of("the server does not speak TLS: write " + scheme);
      }
    } catch (IOException _) {
      // It hangs up on plain words.
    }
    try (var socket = connected(server)) {
      SSLSocket ours = over(socket, server, tls);
      ours.startHandshake();
      int _ = ours.getInputStream().read();
    } catch (SSLException e) {
      return Optional.of(Refusal.inWords(e));
    } catch (IOException _) {
      // It waits for a command: all is well as far as this.
    }
    return Optional.empty();
  }

  private static Optional<String> plain(RedisUrl place, HostAndPort server) {
    boolean tls = false;
    try (var socket = connected(server)) {
      over(socket, server, WITH_ANYONE).startHandshake();
      tls = true;
    } catch (SSLHandshakeException e) {
      // It has refused us in TLS; with a cause it has just hung up.
      tls = e.getCause() == null;
    } catch (IOException _) {
      // It knows no TLS, or is away.
    }
    String scheme = scheme(place).replace("redis", "rediss");
    return tls ? Optional.of("the server speaks TLS: write " + scheme) : Optional.empty();
  }

  private static String scheme(RedisUrl place) {
    String url = place.shown();
    return url.substring(0, url.indexOf("//") + 2);
  }

  private static Socket connected(HostAndPort server) throws IOException {
    var socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), MILLIS);
      socket.setSoTimeout(MILLIS);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** Needs no closing but that of the socket under it, which waits for nobody. */
  private static SSLSocket over(Socket socket, HostAndPort server, RedisTls tls)
      throws IOException {
    var encrypted =
        (SSLSocket)
            Tls.sockets(tls).createSocket(socket, server.getHost(), server.getPort(), false);
    encrypted.setSSLParameters(Tls.parameters(tls));
    return encrypted;
  }
}
