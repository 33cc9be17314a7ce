package com.voltageems.hissrv.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.voltageems.hissrv.config.ApiAccess;
import com.voltageems.hissrv.config.ApiConfig;
import com.voltageems.hissrv.config.ApiTls;
import com.voltageems.hissrv.testkit.Await;
import com.voltageems.hissrv.testkit.TlsKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransportTest {
  private static final String PAGE = "https://dashboard.example";

  @TempDir Path folder;

  @Test
  void aNewCertificateIsTakenUpAndHalfOfOneIsNot() throws Exception {
    TlsKeys first = TlsKeys.make(folder, "first", "ip:127.0.0.1");
    TlsKeys second = TlsKeys.make(folder, "second", "ip:127.0.0.1");
    Path certificate = Files.copy(first.certificate(), folder.resolve("tls.crt"));
    Path key = Files.copy(first.key(), folder.resolve("tls.key"));
    var tls = Optional.of(new ApiTls(certificate, key));
    var config = new ApiConfig("127.0.0.1", 0, tls, ApiAccess.defaults());

    try (var api = new ApiFixture(folder, config)) {
      assertThat(shown(api.port)).isEqualTo("CN=first");

      Files.copy(second.certificate(), certificate, StandardCopyOption.REPLACE_EXISTING);
      api.server.reloadCertificates();
      api.server.reloadCertificates();
      assertThat(shown(api.port)).as("the key is another's").isEqualTo("CN=first");

      Files.copy(second.key(), key, StandardCopyOption.REPLACE_EXISTING);
      Await.until(
          "the new certificate is shown",
          Duration.ofSeconds(10),
          () -> {
            api.server.reloadCertificates();
            return shown(api.port).equals("CN=second");
          });
    }
  }

  @Test
  void aPairThatDoesNotFitStopsTheStart() throws Exception {
    TlsKeys first = TlsKeys.make(folder, "first", "ip:127.0.0.1");
    TlsKeys second = TlsKeys.make(folder, "second", "ip:127.0.0.1");
    var tls = Optional.of(new ApiTls(first.certificate(), second.key()));
    try (var api = new ApiFixture(folder)) {
      assertThatThrownBy(
              () -> api.serverAt(new ApiConfig("127.0.0.1", 0, tls, ApiAccess.defaults())))
          .isInstanceOf(ApiException.class)
          .hasMessageContaining("is not the key to the first certificate of");
    }
  }

  @Test
  void aPageThatIsNamedMayReadAndAsksBefore() {
    var access = new ApiAccess(List.of(), false, List.of(PAGE), List.of());
    var config = new ApiConfig("127.0.0.1", 0, Optional.empty(), access);
    try (var api = new ApiFixture(folder, config)) {
      var asked =
          api.raw(
              "OPTIONS /query HTTP/1.1",
              "Host: localhost",
              "Origin: " + PAGE,
              "Access-Control-Request-Method: GET",
              "Access-Control-Request-Headers: authorization",
              "Connection: close",
              "",
              "");
      assertThat(asked.status()).isEqualTo(204);
      assertThat(asked.header("access-control-allow-origin")).isEqualTo(PAGE);
      assertThat(asked.header("access-control-allow-headers")).contains("Authorization");
      assertThat(asked.headers()).doesNotContainKey("access-control-allow-credentials");

      var read = from(api, PAGE);
      assertThat(read.header("access-control-allow-origin")).isEqualTo(PAGE);
      assertThat(read.header("vary")).contains("Origin");
      assertThat(from(api, "https://evil.example").headers())
          .doesNotContainKey("access-control-allow-origin");
    }
  }

  @Test
  void noPageOfAnotherHostMayReadUnlessNamed() {
    try (var api = new ApiFixture(folder)) {
      assertThat(from(api, PAGE).headers()).doesNotContainKey("access-control-allow-origin");
      assertThat(from(api, "null").headers()).doesNotContainKey("access-control-allow-origin");
    }
  }

  private static ApiFixture.Answer from(ApiFixture api, String origin) {
    return api.raw(
        "GET /status HTTP/1.1",
        "Host: localhost",
        "Origin: " + origin,
        "Connection: close",
        "",
        "");
  }

  /** Whose certificate a client is shown. */
  private static String shown(int port) {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Anybody()}, null);
      try (var socket =
          (SSLSocket)
              context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
        socket.startHandshake();
        var certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
        return certificate.getSubjectX500Principal().getName();
      }
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class Anybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
