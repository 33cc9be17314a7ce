package com.voltageems.hissrv.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.voltageems.hissrv.config.ApiConfig;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorsTest {
  @TempDir Path folder;
  private ApiFixture api;

  @BeforeEach
  void open() {
    api = new ApiFixture(folder);
  }

  @AfterEach
  void close() {
    api.close();
  }

  @Test
  void anUnknownPathNamesTheNearest() {
    var answer = api.get("/helth");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.problem()).isEqualTo("unknown-path");
    assertThat(answer.json().at("/nearest/0").asText()).isEqualTo("/health");
    assertThat(api.get("/completely/else").json().has("nearest")).isFalse();
    assertThat(api.send("POST", "/synch").json().at("/nearest/0").asText()).isEqualTo("/sync");
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/sync,POST",
    "HEAD,/sync,POST",
    "POST,/query,'GET, HEAD'",
    "DELETE,/health,'GET, HEAD'",
    "PUT,/,'GET, HEAD'",
    "OPTIONS,/status,'GET, HEAD'",
    "PATCH,/openapi.yaml,'GET, HEAD'",
    "FROB,/health,'GET, HEAD'"
  })
  void aWrongMethodIsToldTheRightOnes(String method, String path, String allowed) {
    var answer = api.send(method, path);

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("allow")).isEqualTo(allowed);
    if (!method.equals("HEAD")) {
      assertThat(answer.problem()).isEqualTo("wrong-method");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/health", "/status", "/query?measurement=telemetry", "/openapi.yaml"})
  void headWorksWhereGetDoes(String path) {
    api.store("telemetry", Map.of("channel", "1001"), 1, 1.0);

    var head = api.send("HEAD", path);

    assertThat(head.status()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(head.header("content-type")).isEqualTo(api.get(path).header("content-type"));
  }

  @Test
  void headSaysWhatGetWouldRefuse() {
    assertThat(api.send("HEAD", "/query?measurement=telemetry").status()).isEqualTo(404);
    assertThat(api.send("HEAD", "/nowhere").status()).isEqualTo(404);
  }

  @Test
  void anUnexpectedFailureKeepsItsInsidesToItself() {
    api.operations.failWith(new IllegalStateException("password=hunter2"));

    var answer = api.get("/status");

    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.problem()).isEqualTo("unexpected");
    assertThat(answer.body()).doesNotContain("hunter2").doesNotContain("Exception");
    assertThat(answer.json().path("detail").asText()).contains(answer.json().path("id").asText());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/health", "/nowhere", "/metrics", "/query", "/openapi.yaml"})
  void everyAnswerCarriesTheSafetyHeaders(String path) {
    var answer = api.get(path);

    assertThat(answer.header("x-content-type-options")).isEqualTo("nosniff");
    assertThat(answer.header("cache-control")).isEqualTo("no-store");
    assertThat(answer.header("content-type")).contains("charset=utf-8");
    assertThat(answer.headers()).doesNotContainKeys("server", "x-powered-by", "set-cookie");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /health HTTP/9.9",
        "GET /a%2Fb/../c HTTP/1.1",
        "GET /%zz HTTP/1.1",
        "NONSENSE",
      })
  void whatIsNotHttpGetsAProblemToo(String requestLine) {
    var answer = api.raw(requestLine, "Host: localhost", "Connection: close", "", "");

    assertThat(answer.status()).isBetween(400, 505);
    assertThat(answer.header("content-type")).startsWith("application/problem+json");
    assertThat(answer.body()).doesNotContainIgnoringCase("jetty").doesNotContain("<html");
    assertThat(answer.head()).doesNotContainIgnoringCase("jetty");
  }

  @Test
  void tooLongAHeaderIsRefused() {
    var answer =
        api.raw("GET /health HTTP/1.1", "Host: localhost", "X-Long: " + "x".repeat(20_000), "", "");

    assertThat(answer.status()).isEqualTo(431);
    assertThat(answer.header("content-type")).startsWith("application/problem+json");
  }

  @Test
  void aBodyThatIsSaidToBeTooLargeIsRefusedUnread() {
    var answer =
        api.raw("POST /sync HTTP/1.1", "Host: localhost", "Content-Length: 1000000000", "", "");

    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.problem()).isEqualTo("body-too-large");
  }

  @Test
  void aBodyThatTurnsOutTooLargeIsRefused() {
    String chunk = "10001\r\n" + "x".repeat(0x10001) + "\r\n0\r\n";
    var answer =
        api.raw(
            "POST /sync HTTP/1.1",
            "Host: localhost",
            "Transfer-Encoding: chunked",
            "Connection: close",
            "",
            chunk,
            "");

    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.problem()).isEqualTo("body-too-large");
  }

  @Test
  void theMethodCantBeOverridden() {
    var answer = api.send("GET", "/sync", "X-HTTP-Method-Override", "POST");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.problem()).isEqualTo("method-override");
  }

  @Test
  void aPortInUseIsNamed() {
    var config = new ApiConfig("127.0.0.1", api.server.port());
    try (var second = api.serverAt(config)) {
      assertThatThrownBy(second::start)
          .isInstanceOf(ApiException.class)
          .hasMessage(
              "can't listen on 127.0.0.1:%d: another process uses this port; stop it or set api.port to another",
              api.server.port());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.1", "no-such-host.invalid"})
  void aHostThatIsNotOursIsNamed(String host) {
    try (var second = api.serverAt(new ApiConfig(host, 0))) {
      assertThatThrownBy(second::start)
          .isInstanceOf(ApiException.class)
          .hasMessageStartingWith("can't listen on " + host + ":0: ")
          .hasMessageContaining("set api.host");
    }
  }
}
