package com.voltageems.hissrv.config;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is in PEM files that settings name. Throws {@link IllegalArgumentException} that names the
 * setting and the file where it does not hold what it should.
 */
public final class Pem {
  /** Of key stores in memory alone. */
  public static final String NO_PASSWORD = "";

  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

  private Pem() {}

  /** All certificates of a file, in its order. */
  public static Certificate[] certificates(Path file, String setting)
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

  /** A private key (PKCS #8) of any algorithm that TLS knows. */
  public static PrivateKey key(Path file, String setting)
      throws GeneralSecurityException, IOException {
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
        ("%s: %s holds no private key in PKCS #8 without a password (BEGIN PRIVATE KEY);"
                + " openssl pkcs8 -topk8 -nocrypt makes one")
            .formatted(setting, file));
  }

  /** A key store of nothing but these two, in which they belong together. */
  public static KeyStore pair(Path certificate, Path key, String setting)
      throws GeneralSecurityException, IOException {
    Certificate[] chain = certificates(certificate, setting + ".cert");
    PrivateKey ours = key(key, setting + ".key");
    if (!belongTogether(ours, chain[0].getPublicKey())) {
      throw new IllegalArgumentException(
          "%s: %s is not the key to the first certificate of %s"
              .formatted(setting, key, certificate));
    }
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("ours", ours, NO_PASSWORD.toCharArray(), chain);
    return store;
  }

  private static boolean belongTogether(PrivateKey key, PublicKey other)
      throws GeneralSecurityException {
    if (!key.getAlgorithm().equals(other.getAlgorithm())) {
      return false;
    }
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> key.getAlgorithm();
        };
    byte[] text = {1};
    var signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    signature.update(text);
    byte[] signed = signature.sign();
    signature.initVerify(other);
    signature.update(text);
    return signature.verify(signed);
  }
}
