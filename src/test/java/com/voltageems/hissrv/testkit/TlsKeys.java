package com.voltageems.hissrv.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/**
 * A key pair with a certificate that it has signed itself, made by {@code keytool}.
 *
 * @param certificate PEM
 * @param key PEM, PKCS #8
 */
public record TlsKeys(KeyStore store, Path certificate, Path key) {
  static final String PASSWORD = "changeit";

  private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

  /**
   * Makes one.
   *
   * @param names whom the certificate is for, such as {@code ip:127.0.0.1}
   */
  public static TlsKeys make(Path folder, String name, String names)
      throws IOException, GeneralSecurityException, InterruptedException {
    Path file = folder.resolve(name + ".p12");
    var keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-storetype",
                "PKCS12",
                "-alias",
                name,
                "-dname",
                "CN=" + name,
                "-ext",
                "san=" + names,
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), US_ASCII);
    if (keytool.waitFor() != 0) {
      throw new IOException(said);
    }
    KeyStore store = KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
    byte[] key = store.getKey(name, PASSWORD.toCharArray()).getEncoded();
    return new TlsKeys(
        store,
        pem(folder, name + ".crt", "CERTIFICATE", store.getCertificate(name).getEncoded()),
        pem(folder, name + ".key", "PRIVATE KEY", key));
  }

  private static Path pem(Path folder, String file, String kind, byte[] bytes) throws IOException {
    return Files.writeString(
        folder.resolve(file),
        "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
            .formatted(kind, LINES.encodeToString(bytes)));
  }
}
