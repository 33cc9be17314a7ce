package com.voltageems.hissrv.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpServer;
import com.voltageems.hissrv.aggregate.Functions;
import com.voltageems.hissrv.config.ConfigSource;
import com.voltageems.hissrv.config.LiveConfig;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.testkit.Await;
import com.voltageems.hissrv.testkit.ManualClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** Rules of a whole service, told to a real receiver. */
class AlertsIT {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(START);
  private final List<Message> received = new CopyOnWriteArrayList<>();
  private PrivateRedis redis;
  private HttpServer receiver;

  private record Message(String signature, String body) {
    JsonNode json() {
      try {
        return new JsonMapper().readTree(body);
      } catch (IOException e) {
        throw new AssertionError(body, e);
      }
    }
  }

  @BeforeEach
  void start() throws IOException {
    redis = PrivateRedis.start(folder);
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/webhook",
        exchange -> {
          String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
          String signature = exchange.getRequestHeaders().getFirst("X-HisSrv-Signature");
          received.add(new Message(String.valueOf(signature), body));
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    receiver.start();
  }

  @AfterEach
  void stop() {
    receiver.stop(0);
    redis.close();
  }

  private LiveConfig config(String alerts) throws IOException {
    return new LiveConfig(new ConfigSource(write(alerts), Map.of(), Functions.builtIn()), clock);
  }

  private Path write(String alerts) throws IOException {
    return Files.writeString(
        folder.resolve("hissrv.yml"),
        """
        redis: {url: "%s"}
        store: {path: "%s"}
        api: {host: "127.0.0.1", port: 0}
        alerts: %s
        """
            .formatted(redis.url(), folder.resolve("data"), alerts));
  }

  /** The product page's rule, signed. */
  private String syncFailure() {
    return """

      - name: sync_failure
        condition: "failed_count > 100"
        action: webhook
        url: "http://127.0.0.1:%d/webhook"
        secret: canary
    """
        .formatted(receiver.getAddress().getPort());
  }

  private void setAside(HisSrv service, int entries) {
    try (var neighbour = RedisClient.create(redis.url());
        var pipeline = neighbour.pipelined()) {
      for (int i = 0; i < entries; i++) {
        pipeline.lpush("archive:pending", "{\"timestamp\": \"yesterday\", \"n\": " + i + "}");
      }
      pipeline.sync();
    }
    assertThat(service.sync().quarantined()).isEqualTo(entries);
  }

  private void pass(HisSrv service, Duration time) {
    clock.set(clock.instant().plus(time));
    service.alerts().evaluate();
  }

  private static String status(HisSrv service) {
    return String.valueOf(
        new ServiceOperations(service, InstantSource.system()).status().more().get("alerts"));
  }

  @Test
  void moreThanAHundredFailuresAreToldSignedAndResolvedWhenTheWindowHasPassed()
      throws IOException, GeneralSecurityException {
    LiveConfig live = config(syncFailure());
    try (var service = HisSrv.replay(live, clock)) {
      service.alerts().evaluate();
      setAside(service, 100);
      pass(service, Duration.ofSeconds(1));
      assertThat(status(service)).contains("name=sync_failure", "status=ok");
      setAside(service, 1);
      pass(service, Duration.ofSeconds(1));
      Await.until("it is told", PATIENCE, () -> received.size() == 1);
      assertThat(status(service)).contains("status=firing");
      Message firing = received.getFirst();
      assertThat(firing.json().path("name").asText()).isEqualTo("sync_failure");
      assertThat(firing.json().path("status").asText()).isEqualTo("firing");
      assertThat(firing.signature()).isEqualTo("sha256=" + hmac("canary", firing.body()));
      for (int minute = 0; minute < 6; minute++) {
        pass(service, Duration.ofMinutes(1));
      }
      Await.until("it is resolved", PATIENCE, () -> received.size() == 2);
      assertThat(received.getLast().json().path("status").asText()).isEqualTo("resolved");
      assertThat(status(service) + live.written() + live.settings() + live.history())
          .doesNotContain("canary");
    }
  }

  @Test
  void aReloadKeepsWhatIsTheSameAndResolvesWhatIsGone() throws IOException {
    LiveConfig live = config(syncFailure());
    try (var service = HisSrv.replay(live, clock)) {
      service.alerts().evaluate();
      setAside(service, 200);
      pass(service, Duration.ofSeconds(1));
      Await.until("it is told", PATIENCE, () -> received.size() == 1);
      String other = "  - {name: store, condition: \"store_up == 0\", action: log}\n";
      write(syncFailure() + other);
      live.reload("test");
      pass(service, Duration.ofSeconds(1));
      assertThat(status(service)).contains("status=firing", "name=store");
      write("\n" + other);
      live.reload("test");
      Await.until("it is resolved", PATIENCE, () -> received.size() == 2);
      assertThat(received.getLast().json().path("status").asText()).isEqualTo("resolved");
      pass(service, Duration.ofSeconds(1));
      assertThat(status(service)).doesNotContain("sync_failure").contains("status=ok");
    }
  }

  @Test
  void redisThatIsGoneIsTold() throws IOException {
    String rule =
        """

          - name: redis
            condition: "redis_up == 0 || down_components > 0"
            for: 2s
            severity: critical
            action: webhook
            url: "http://127.0.0.1:%d/webhook"
        """
            .formatted(receiver.getAddress().getPort());
    try (var service = HisSrv.replay(config(rule), clock)) {
      pass(service, Duration.ofSeconds(1));
      redis.close();
      pass(service, Duration.ofSeconds(1));
      assertThat(status(service)).contains("status=pending");
      pass(service, Duration.ofSeconds(3));
      Await.until("it is told", PATIENCE, () -> received.size() == 1);
      assertThat(received.getFirst().json().path("severity").asText()).isEqualTo("critical");
    }
  }

  private static String hmac(String secret, String body) throws GeneralSecurityException {
    var mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
    return HexFormat.of().formatHex(mac.doFinal(body.getBytes(UTF_8)));
  }
}
