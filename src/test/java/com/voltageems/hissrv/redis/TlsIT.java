package com.voltageems.hissrv.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.voltageems.hissrv.config.RedisConfig;
import com.voltageems.hissrv.config.RedisLogin;
import com.voltageems.hissrv.config.RedisTls;
import com.voltageems.hissrv.config.RedisTls.Verify;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.model.CheckResult;
import com.voltageems.hissrv.testkit.TlsEndpoint;
import com.voltageems.hissrv.testkit.TlsKeys;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedded server speaks no TLS: an endpoint in front of it does. */
class TlsIT {
  /** Less than a server may take to answer, twice over: it is waited for once. */
  private static final long ENOUGH_MILLIS = 5_500;

  @TempDir static Path folder;
  private static PrivateRedis server;
  private static TlsKeys here;
  private static TlsKeys elsewhere;
  private static TlsKeys ours;

  @BeforeAll
  static void start() throws Exception {
    server = PrivateRedis.start(folder);
    here = TlsKeys.make(folder, "here", "ip:127.0.0.1");
    elsewhere = TlsKeys.make(folder, "elsewhere", "dns:elsewhere.example");
    ours = TlsKeys.make(folder, "hissrv", "dns:hissrv.example");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static RedisConnection through(String scheme, int port, RedisTls tls) {
    return new RedisConnection(
        new RedisConfig(scheme + "://127.0.0.1:" + port, tls, RedisLogin.NONE, List.of()));
  }

  private static RedisTls trusting(TlsKeys keys, Verify verify) {
    return new RedisTls(keys.certificate(), null, null, verify);
  }

  private static String said(TlsEndpoint endpoint, RedisTls tls) {
    try (var redis = through("rediss", endpoint.port(), tls)) {
      CheckResult how = redis.check();
      return how.ok() ? "ok" : how.message();
    }
  }

  @Test
  void whoTheServerIsIsAskedAsMuchAsIsWanted() {
    try (var right = TlsEndpoint.start(here, here, server.port());
        var other = TlsEndpoint.start(elsewhere, elsewhere, server.port())) {
      assertThat(said(right, trusting(here, Verify.FULL))).isEqualTo("ok");
      assertThat(said(right, trusting(elsewhere, Verify.FULL)))
          .contains("not signed by whom redis.tls.ca names");
      assertThat(said(right, RedisTls.defaults())).contains("not signed by");
      assertThat(said(right, trusting(elsewhere, Verify.CA))).contains("not signed by");
      assertThat(said(other, trusting(elsewhere, Verify.FULL))).contains("for another host name");
      assertThat(said(other, trusting(elsewhere, Verify.CA))).isEqualTo("ok");
      assertThat(said(other, trusting(here, Verify.NONE))).isEqualTo("ok");
      try (var redis = through("rediss", right.port(), trusting(here, Verify.FULL))) {
        redis.push("list", List.of("x".repeat(100_000)));
        assertThat(redis.list("list")).containsExactly("x".repeat(100_000));
      }
    }
  }

  @Test
  void aServerThatWantsACertificateGetsOurs() {
    try (var endpoint = TlsEndpoint.start(here, ours, server.port())) {
      var shown = new RedisTls(here.certificate(), ours.certificate(), ours.key(), Verify.FULL);
      assertThat(said(endpoint, shown)).isEqualTo("ok");
      assertThat(said(endpoint, trusting(here, Verify.FULL))).contains("wants a certificate");
      var others =
          new RedisTls(here.certificate(), elsewhere.certificate(), elsewhere.key(), Verify.FULL);
      assertThat(said(endpoint, others)).contains("certificate");
    }
  }

  @Test
  void theSchemeThatTheServerDoesNotSpeakIsNamed() {
    try (var endpoint = TlsEndpoint.start(here, here, server.port());
        var demanding = TlsEndpoint.start(here, ours, server.port())) {
      assertThat(saidWithinTheUsualTime("redis", endpoint.port()))
          .endsWith("the server speaks TLS: write rediss://");
      assertThat(saidWithinTheUsualTime("redis+sentinel", demanding.port()))
          .endsWith("the server speaks TLS: write rediss+sentinel://");
      assertThat(saidWithinTheUsualTime("rediss", server.port()))
          .endsWith("the server does not speak TLS: write redis://");
    }
  }

  private static String saidWithinTheUsualTime(String scheme, int port) {
    String master = scheme.endsWith("sentinel") ? "/plant" : "";
    var config = new RedisConfig(scheme + "://127.0.0.1:" + port + master, List.of());
    try (var redis = new RedisConnection(config)) {
      long before = System.nanoTime();
      CheckResult how = redis.check();
      long millis = (System.nanoTime() - before) / 1_000_000;
      assertThat(how.ok()).isFalse();
      assertThat(millis).as(how.message()).isLessThan(ENOUGH_MILLIS);
      return how.message();
    }
  }

  @Test
  void filesThatHoldSomethingElseAreRefusedAtOnce() {
    var swapped = new RedisTls(null, ours.certificate(), ours.certificate(), Verify.FULL);
    assertThatThrownBy(() -> through("rediss", 1, swapped))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("redis.tls.key", "openssl pkcs8 -topk8 -nocrypt");
    var noCertificate = new RedisTls(ours.key(), null, null, Verify.FULL);
    assertThatThrownBy(() -> through("rediss", 1, noCertificate))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("redis.tls");
  }
}
