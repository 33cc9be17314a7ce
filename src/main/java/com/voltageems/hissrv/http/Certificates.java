package com.voltageems.hissrv.http;

import com.voltageems.hissrv.config.ApiTls;
import com.voltageems.hissrv.config.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Objects;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What HTTPS is spoken with; taken up anew when the files change, connections that are go on. */
final class Certificates {
  private static final Logger LOG = LoggerFactory.getLogger(Certificates.class);
  private static final String SETTING = "api.tls";

  private final ApiTls files;
  private final SslContextFactory.Server context = new SslContextFactory.Server();
  private @Nullable Object applied;
  private @Nullable Object seen;

  /**
   * Reads the files.
   *
   * @throws ApiException saying which of them does not hold what it should
   */
  Certificates(ApiTls files) {
    this.files = files;
    applied = fingerprint();
    seen = applied;
    try {
      take(context, Pem.pair(files.certificate(), files.key(), SETTING));
    } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
      throw new ApiException("api.tls can't be used: " + e.getMessage(), e);
    }
  }

  SslContextFactory.Server context() {
    return context;
  }

  /** To be called again and again. A pair that is not usable, or half of one, changes nothing. */
  synchronized void reloadIfChanged() {
    Object now = fingerprint();
    boolean isCalm = now != null && now.equals(seen);
    seen = now;
    if (!isCalm || Objects.equals(now, applied)) {
      return;
    }
    applied = now;
    try {
      KeyStore pair = Pem.pair(files.certificate(), files.key(), SETTING);
      context.reload(same -> take(same, pair));
      LOG.info("{} is taken up anew", files.certificate());
    } catch (Exception e) {
      LOG.error("the certificate goes on as it was: {}", e.getMessage());
    }
  }

  private static void take(SslContextFactory context, KeyStore pair) {
    context.setKeyStore(pair);
    context.setKeyStorePassword(Pem.NO_PASSWORD);
    context.setKeyManagerPassword(Pem.NO_PASSWORD);
  }

  /** Changes whenever one of the files may have; null while one is missing. */
  private @Nullable Object fingerprint() {
    try {
      return List.of(fingerprint(files.certificate()), fingerprint(files.key()));
    } catch (IOException e) {
      LOG.debug("no certificate", e);
      return null;
    }
  }

  private static Object fingerprint(Path path) throws IOException {
    var file = Files.readAttributes(path, BasicFileAttributes.class);
    return List.of(file.size(), file.lastModifiedTime(), String.valueOf(file.fileKey()));
  }
}
