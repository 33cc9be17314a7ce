package com.voltageems.hissrv.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.voltageems.hissrv.config.RedisTls;
import com.voltageems.hissrv.config.RedisTls.Verify;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

  /** A key store in memory alone. */
  private static final char[] NO_PASSWORD = new char[0];

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
    KeyStore store = emptyStore();
    Certificate[] chain = certificates(tls.certificate(), "redis.tls.cert");
    store.setKeyEntry("ours", key(tls.key()), NO_PASSWORD, chain);
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
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
    for (Certificate trusted : certificates(tls.ca(), "redis.tls.ca")) {
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

  private static Certificate[] certificates(Path file, String setting)
      throws GeneralSecurityException, IOException {
    var in = new ByteArrayInputStream(Files.readAllBytes(file));
    Certificate[] found =
        CertificateFactory.getInstance("X.509")
            .generateCertificates(in)
            .toArray(Certificate[]::new);
    if (found.length == 0) {
      throw new IllegalArgumentException(setting + ": " + file + " holds no certificate (PEM)");
    }
    return found;
  }

  private static PrivateKey key(Path file) throws GeneralSecurityException, IOException {
    Matcher pem = KEY.matcher(Files.readString(file, US_ASCII));
    if (pem.find()) {
      var bytes = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1)));
      for (String algorithm : ALGORITHMS) {
        try {
          return KeyFactory.getInstance(algorithm).generatePrivate(bytes);
        } catch (InvalidKeySpecException _) {
          // It is one of another algorithm.
        }
      }
    }
    throw new IllegalArgumentException(
        ("redis.tls.key: %s holds no private key in PKCS #8 without a password (BEGIN PRIVATE KEY);"
                + " openssl pkcs8 -topk8 -nocrypt makes one")
            .formatted(file));
  }
}
