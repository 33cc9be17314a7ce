package com.voltageems.hissrv.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoopbackOnlyTest {
  @TempDir static Path folder;
  private static ApiFixture api;

  @BeforeAll
  static void open() {
    api = new ApiFixture(folder);
  }

  @AfterAll
  static void close() {
    api.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "localhost:8082",
        "LOCALHOST",
        "127.0.0.1",
        "127.0.0.1:1",
        "127.1.2.3",
        "[::1]",
        "[::1]:8082"
      })
  void syncAnswersToThisMachine(String host) {
    assertThat(sync("Host: " + host).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "192.168.1.5:8082",
        "1270.0.0.1",
        "[::2]",
        "0.0.0.0"
      })
  void aNameThatOnlyPointsHereIsRefused(String host) {
    var answer = sync("Host: " + host);

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.problem()).isEqualTo("loopback-only");
    assertThat(answer.json().path("detail").asText())
        .contains(host)
        .contains("curl -X POST http://localhost:" + api.server.port() + "/sync");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Forwarded: for=127.0.0.1",
        "X-Forwarded-For: 127.0.0.1",
        "x-forwarded-proto: http",
        "X-Forwarded-Whatever: x",
        "X-Real-IP: 127.0.0.1",
        "Via: 1.1 proxy"
      })
  void whatCameThroughAProxyIsRefused(String header) {
    var answer = sync("Host: localhost", header);

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.json().path("detail").asText())
        .containsIgnoringCase(header.substring(0, header.indexOf(':')));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example",
        "null",
        "http://localhost.evil.example",
        "file://",
        "http://127.0.0.1@evil.example",
        ""
      })
  void aPageOfAnotherHostIsRefused(String origin) {
    var answer = sync("Host: localhost", "Origin: " + origin);

    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.problem()).isEqualTo("loopback-only");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://localhost:8082", "http://127.0.0.1:8082", "https://[::1]"})
  void aPageOfThisMachineIsNot(String origin) {
    assertThat(sync("Host: localhost", "Origin: " + origin).status()).isEqualTo(200);
  }

  @Test
  void noHostAtAllIsRefused() {
    assertThat(api.raw("POST /sync HTTP/1.0", "", "").status()).isEqualTo(403);
  }

  @Test
  void twoHostsAreRefused() {
    assertThat(sync("Host: localhost", "Host: evil.example").status()).isIn(400, 403);
  }

  @Test
  void anAbsoluteAddressDoesNotHideTheHost() {
    assertThat(
            api.raw(
                    "POST http://evil.example/sync HTTP/1.1",
                    "Host: localhost",
                    "Connection: close",
                    "",
                    "")
                .status())
        .isIn(400, 403);
  }

  @Test
  void readingAnswersToAnyone() {
    assertThat(
            api.raw(
                    "GET /health HTTP/1.1",
                    "Host: evil.example",
                    "Via: 1.1 proxy",
                    "Connection: close",
                    "",
                    "")
                .status())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1,true",
    "127.9.9.9,true",
    "::1,true",
    "[::1],true",
    "[0:0:0:0:0:0:0:1],true",
    "::ffff:127.0.0.1,true",
    "10.0.0.1,false",
    "192.168.1.1,false",
    "::ffff:10.0.0.1,false",
    "fe80::1,false",
    "localhost,false",
    "'',false",
    "[,false"
  })
  void anAddressIsLoopbackOrNot(String address, boolean loopback) {
    assertThat(LoopbackOnly.isLoopback(address)).isEqualTo(loopback);
  }

  private static ApiFixture.Answer sync(String... headers) {
    String[] lines = new String[headers.length + 4];
    lines[0] = "POST /sync HTTP/1.1";
    System.arraycopy(headers, 0, lines, 1, headers.length);
    lines[headers.length + 1] = "Connection: close";
    lines[headers.length + 2] = "";
    lines[headers.length + 3] = "";
    return api.raw(lines);
  }
}
