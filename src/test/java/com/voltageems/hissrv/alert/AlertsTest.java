package com.voltageems.hissrv.alert;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.voltageems.hissrv.alert.AlertState.Status;
import com.voltageems.hissrv.config.AlertCondition;
import com.voltageems.hissrv.config.AlertConfig;
import com.voltageems.hissrv.config.AlertConfig.Severity;
import com.voltageems.hissrv.config.AlertConfig.Webhook;
import com.voltageems.hissrv.config.AlertVariable;
import com.voltageems.hissrv.testkit.Await;
import com.voltageems.hissrv.testkit.ManualClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AlertsTest {
  private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
  private static final String SECRET = "canary-of-the-key";

  private record Received(String body, String signature, String delivery) {}

  private final ManualClock clock = new ManualClock(START);
  private final Map<AlertVariable, Double> readings = new EnumMap<>(AlertVariable.class);
  private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
  private final AtomicInteger refusals = new AtomicInteger();
  private HttpServer server;
  private Alerts alerts;

  @BeforeEach
  void listen() throws IOException {
    server = serve(0);
    alerts = alerts(List.of());
  }

  @AfterEach
  void close() {
    alerts.close();
    server.stop(0);
  }

  @Test
  void countsWithinTheWindowFireAndResolveWhenItHasPassed() throws Exception {
    alerts = alerts(List.of(rule("failed_count > 100", Duration.ZERO, hook(null, null))));
    failed(1_000);
    assertThat(state().status()).isEqualTo(Status.OK);
    clock.advance(Duration.ofSeconds(1));
    failed(1_100);
    assertThat(state().status()).isEqualTo(Status.OK);
    clock.advance(Duration.ofSeconds(1));
    failed(1_101);

    assertThat(state().status()).isEqualTo(Status.FIRING);
    assertThat(next().body())
        .contains("\"name\":\"many\"", "\"status\":\"firing\"", "\"severity\":\"warning\"")
        .contains("\"values\":{\"failed_count\":101.0}");

    clock.advance(Duration.ofMinutes(6));
    failed(1_101);
    assertThat(state().status()).isEqualTo(Status.OK);
    assertThat(next().body())
        .contains("\"status\":\"resolved\"", "\"since\":\"2026-11-23T10:00:02Z\"");
  }

  @Test
  void firesOnlyWhenItHasHeldLongEnough() throws Exception {
    alerts = alerts(List.of(rule("queue_size >= 10", Duration.ofSeconds(30), hook(null, null))));
    queue(10);
    clock.advance(Duration.ofSeconds(29));
    queue(10);
    assertThat(state().status()).isEqualTo(Status.PENDING);
    queue(9);
    queue(10);
    clock.advance(Duration.ofSeconds(29));
    queue(10);
    assertThat(state().status()).isEqualTo(Status.PENDING);
    assertThat(received).isEmpty();

    clock.advance(Duration.ofSeconds(1));
    queue(10);
    assertThat(state().status()).isEqualTo(Status.FIRING);
    assertThat(next().body()).contains("firing");
  }

  @Test
  void whatIsNotKnownNeitherFiresNorResolves() throws Exception {
    alerts = alerts(List.of(rule("queue_size > 1", Duration.ZERO, hook(null, null))));
    alerts.evaluate();
    assertThat(state().status()).isEqualTo(Status.UNKNOWN);
    assertThat(state().unknown()).containsExactly("queue_size");
    queue(2);
    assertThat(next().body()).contains("firing");

    readings.clear();
    alerts.evaluate();
    assertThat(state().status()).isEqualTo(Status.FIRING);
    assertThat(state().unknown()).containsExactly("queue_size");
  }

  @Test
  void aDivisionByZeroIsNotKnown() {
    alerts = alerts(List.of(rule("1 / queue_size > 1", Duration.ZERO, null)));
    queue(0);
    assertThat(state().status()).isEqualTo(Status.UNKNOWN);
    assertThat(state().unknown()).containsExactly("condition");
  }

  @Test
  void theBodyIsSignedAndMadeFromTheTemplate() throws Exception {
    String template = "{\"text\":\"{{name}} is {{ status }}: {{condition}}\"}";
    alerts = alerts(List.of(rule("queue_size > 1", Duration.ZERO, hook(template, SECRET))));
    queue(2);

    Received one = next();
    assertThat(one.body()).isEqualTo("{\"text\":\"many is firing: queue_size > 1\"}");
    var mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    assertThat(one.signature())
        .isEqualTo(
            "sha256="
                + HexFormat.of()
                    .formatHex(mac.doFinal(one.body().getBytes(StandardCharsets.UTF_8))));
    assertThat(hook(template, SECRET).toString() + alerts.state()).doesNotContain(SECRET, "/hook");
  }

  @Test
  void anErrorOfTheServerIsTriedAgainAsTheSameMessage() throws Exception {
    refusals.set(2);
    alerts = alerts(List.of(rule("queue_size > 1", Duration.ZERO, hook(null, null))));
    queue(2);

    Received first = next();
    assertThat(next()).isEqualTo(first);
    assertThat(next()).isEqualTo(first);
    assertThat(received.poll(200, TimeUnit.MILLISECONDS)).isNull();
    assertThat(state().undelivered()).isZero();
    assertThat(state().lastError()).isNull();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aReceiverThatNeverComesToAnEndIsGivenTheTimeoutAndAskedAgain(boolean answersHalf)
      throws Exception {
    try (var hanging = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      var asked = new CopyOnWriteArrayList<Socket>();
      Thread.startVirtualThread(() -> hang(hanging, answersHalf, asked));
      var hook = new Webhook(url(hanging.getLocalPort()), null, null, Duration.ofMillis(300));
      alerts = alerts(List.of(rule("queue_size > 1", Duration.ZERO, hook)));
      queue(2);
      Await.until("it is asked again", Duration.ofSeconds(10), () -> asked.size() > 1);
      assertThat(state().lastError()).startsWith("the webhook can't be reached");
      assertThat(state().undelivered()).isEqualTo(1);
    }
  }

  private static void hang(ServerSocket door, boolean answersHalf, List<Socket> asked) {
    try {
      while (!door.isClosed()) {
        Socket socket = door.accept();
        asked.add(socket);
        if (answersHalf) {
          socket
              .getOutputStream()
              .write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhal".getBytes(US_ASCII));
        }
      }
    } catch (IOException e) {
      assertThat(door.isClosed()).isTrue();
    }
  }

  @Test
  void aWebhookThatCanNotBeReachedIsTriedUntilItCan() throws Exception {
    int port;
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    var nowhere = new Webhook(url(port), null, null, Duration.ofSeconds(2));
    alerts = alerts(List.of(rule("queue_size > 1", Duration.ZERO, nowhere)));
    queue(2);
    long patience = 500;
    while (state().lastError() == null && patience-- > 0) {
      Thread.sleep(10);
    }
    assertThat(state().lastError()).startsWith("the webhook can't be reached");
    assertThat(state().undelivered()).isEqualTo(1);

    server.stop(0);
    server = serve(port);
    assertThat(next().body()).contains("firing");
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void aRedirectIsNotFollowed(int status) {
    var elsewhere = new AtomicInteger();
    server.createContext(
        "/secrets",
        exchange -> {
          elsewhere.incrementAndGet();
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.createContext(
        "/moved",
        exchange -> {
          int port = server.getAddress().getPort();
          exchange.getResponseHeaders().add("Location", "http://127.0.0.1:" + port + "/secrets");
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    URI moved = url(server.getAddress().getPort()).resolve("/moved");
    alerts =
        alerts(
            List.of(
                rule(
                    "queue_size > 1",
                    Duration.ZERO,
                    new Webhook(moved, null, null, Duration.ofSeconds(5)))));
    queue(2);

    Await.until("it is given up", Duration.ofSeconds(30), () -> state().undelivered() == 0);
    assertThat(state().lastError()).isEqualTo("the webhook answered " + status + ": given up");
    assertThat(elsewhere).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "169.254.169.254",
        "::ffff:169.254.169.254",
        "fe80::1",
        "febf::a9fe:a9fe",
        "fd00:ec2::254",
        "100.100.100.200"
      })
  void aNameThatLeadsToSecretsIsNotConnectedTo(String address) {
    var asked = new CopyOnWriteArrayList<String>();
    int port = server.getAddress().getPort();
    var named =
        new Webhook(
            URI.create("http://alerts.test:" + port + "/hook"), null, null, Duration.ofSeconds(5));
    alerts =
        alerts(
            List.of(rule("queue_size > 1", Duration.ZERO, named)),
            host -> {
              asked.add(host);
              return new InetAddress[] {
                InetAddress.getLoopbackAddress(), InetAddress.ofLiteral(address)
              };
            });
    queue(2);

    Await.until("it is given up", Duration.ofSeconds(30), () -> state().undelivered() == 0);
    assertThat(asked).containsExactly("alerts.test");
    assertThat(state().lastError()).contains("link-local").endsWith("given up");
    assertThat(received).isEmpty();
  }

  /** The ways in which numbers are read as an address; the JDK's own lookup. */
  @Test
  void anAddressInAnotherSpellingIsNoWayAround() {
    var hook =
        new Webhook(URI.create("http://2852039166/latest"), null, null, Duration.ofSeconds(5));
    alerts = alerts(List.of(rule("queue_size > 1", Duration.ZERO, hook)));
    queue(2);

    Await.until("it is given up", Duration.ofSeconds(30), () -> state().undelivered() == 0);
    assertThat(state().lastError()).contains("link-local");
  }

  @Test
  void unchangedRulesKeepTheirStateAndRemovedOnesAreResolved() throws Exception {
    AlertConfig kept = rule("queue_size > 1", Duration.ZERO, hook(null, null));
    AlertConfig gone =
        new AlertConfig(
            "gone",
            AlertCondition.of("queue_size > 1"),
            Duration.ofMinutes(5),
            Duration.ZERO,
            Severity.CRITICAL,
            hook(null, null));
    alerts = alerts(List.of(gone, kept));
    queue(2);
    assertThat(List.of(next().body(), next().body())).allMatch(body -> body.contains("firing"));
    clock.advance(Duration.ofMinutes(1));

    alerts.reconfigure(List.of(rule("queue_size > 1", Duration.ZERO, hook(null, null))));

    assertThat(state().status()).isEqualTo(Status.FIRING);
    assertThat(state().since()).isEqualTo(START);
    assertThat(next().body()).contains("\"name\":\"gone\"", "\"status\":\"resolved\"");
    queue(2);
    assertThat(received.poll(200, TimeUnit.MILLISECONDS)).isNull();
  }

  private Alerts alerts(List<AlertConfig> configs) {
    return alerts(configs, InetAddress::getAllByName);
  }

  private Alerts alerts(List<AlertConfig> configs, Courier.Lookup lookup) {
    return new Alerts(configs, () -> readings, clock, Duration.ofMillis(20), lookup);
  }

  private static AlertConfig rule(String condition, Duration holds, @Nullable Webhook webhook) {
    return new AlertConfig(
        "many",
        AlertCondition.of(condition),
        Duration.ofMinutes(5),
        holds,
        Severity.WARNING,
        webhook);
  }

  private Webhook hook(@Nullable String template, @Nullable String secret) {
    return new Webhook(url(server.getAddress().getPort()), template, secret, Duration.ofSeconds(5));
  }

  private static URI url(int port) {
    return URI.create("http://127.0.0.1:" + port + "/hook");
  }

  private AlertState state() {
    return alerts.state().getFirst();
  }

  private void failed(double total) {
    readings.put(AlertVariable.FAILED_COUNT, total);
    alerts.evaluate();
  }

  private void queue(double size) {
    readings.put(AlertVariable.QUEUE_SIZE, size);
    alerts.evaluate();
  }

  private Received next() throws InterruptedException {
    Received one = received.poll(10, TimeUnit.SECONDS);
    assertThat(one).as("a message within ten seconds").isNotNull();
    return one;
  }

  private HttpServer serve(int port) throws IOException {
    var http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10);
    http.createContext("/hook", this::receive);
    http.start();
    return http;
  }

  private void receive(HttpExchange exchange) throws IOException {
    var headers = exchange.getRequestHeaders();
    String signature = headers.getFirst("X-HisSrv-Signature");
    received.add(
        new Received(
            new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
            signature == null ? "" : signature,
            headers.getFirst("X-HisSrv-Delivery")));
    exchange.sendResponseHeaders(
        refusals.getAndUpdate(n -> Math.max(0, n - 1)) > 0 ? 500 : 204, -1);
    exchange.close();
  }
}
