package com.voltageems.hissrv.store.influx;

import com.voltageems.hissrv.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** The JDK's trusted certificates and a site's own. */
final class TrustedCertificates {
  private TrustedCertificates() {}

  /**
   * A context for TLS.
   *
   * @throws StoreException fatal, when the file holds no certificates
   */
  static SSLContext with(Path pem) {
    try (InputStream in = Files.newInputStream(pem)) {
      KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
      all.load(null, null);
      int n = 0;
      for (Certificate own : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        all.setCertificateEntry("own-" + n++, own);
      }
      if (n == 0) {
        throw StoreException.fatal("influxdb.ca_file " + pem + " holds no certificate", null);
      }
      for (TrustManager manager : managers(null)) {
        if (manager instanceof X509TrustManager jdk) {
          for (X509Certificate known : jdk.getAcceptedIssuers()) {
            all.setCertificateEntry("jdk-" + n++, known);
          }
        }
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers(all), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw StoreException.fatal(
          "influxdb.ca_file " + pem + " can't be used: " + e.getMessage(), e);
    }
  }

  private static TrustManager[] managers(@Nullable KeyStore of) throws GeneralSecurityException {
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(of);
    return factory.getTrustManagers();
  }
}
