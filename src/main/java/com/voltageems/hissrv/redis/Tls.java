package com.voltageems.hissrv.redis;

import com.voltageems.hissrv.config.Pem;
import com.voltageems.hissrv.config.RedisTls;
import com.voltageems.hissrv.config.RedisTls.Verify;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** What {@code rediss} connections are made with. */
final class Tls {
  private Tls() {}

  /**
   * Reads the files.
   *
   * @throws IllegalArgumentException saying which of them does not hold what it should
   */
  static SSLSocketFactory sockets(RedisTls tls) {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(ours(tls), theirs(tls), null);
      return context.getSocketFactory();
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException("redis.tls can't be used: " + e.getMessage(), e);
    }
  }

  /** What is asked of the host's name. */
  static SSLParameters parameters(RedisTls tls) {
    var parameters = new SSLParameters();
    if (tls.verify() == Verify.FULL) {
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }
    return parameters;
  }

  private static KeyManager @Nullable [] ours(RedisTls tls)
      throws GeneralSecurityException, IOException {
    if (tls.certificate() == null || tls.key() == null) {
      return null;
    }
    KeyStore store = Pem.pair(tls.certificate(), tls.key(), "redis.tls");
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, Pem.NO_PASSWORD.toCharArray());
    return factory.getKeyManagers();
  }

  private static TrustManager @Nullable [] theirs(RedisTls tls)
      throws GeneralSecurityException, IOException {
    if (tls.verify() == Verify.NONE) {
      return new TrustManager[] {new TrustsAll()};
    }
    if (tls.ca() == null) {
      return null;
    }
    KeyStore store = emptyStore();
    int number = 0;
    for (Certificate trusted : Pem.certificates(tls.ca(), "redis.tls.ca")) {
      store.setCertificateEntry("ca" + number++, trusted);
    }
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }
}
