package com.voltageems.hissrv.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.config.ApiConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real sockets; the server waits two seconds for a head and three for a body. */
class SlowClientsTest {
  @TempDir Path folder;
  private ApiFixture api;

  @BeforeEach
  void open() {
    api = new ApiFixture(folder, new ApiConfig("127.0.0.1", 0), new SlowClients(2, 3));
  }

  @AfterEach
  void close() {
    api.close();
  }

  @Test
  void aHeadThatDripsIsCutOff() throws IOException {
    assertThat(drip("GET /health HTTP/1.1\r\nHost: localhost\r\nX-Slow: "))
        .isBetween(Duration.ofMillis(900), Duration.ofSeconds(8));
  }

  @Test
  void aRequestLineThatDripsIsCutOff() throws IOException {
    assertThat(drip("GET /")).isLessThan(Duration.ofSeconds(8));
  }

  @Test
  void whoSaysNothingIsCutOff() throws IOException {
    try (var socket = connect()) {
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void aBodyThatDripsIsCutOff() throws IOException {
    assertThat(drip("POST /validate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n"))
        .isBetween(Duration.ofMillis(1_900), Duration.ofSeconds(9));
  }

  @Test
  void whoIsDoneMayPauseBetweenRequests() throws Exception {
    try (var socket = connect()) {
      for (int i = 0; i < 2; i++) {
        String request = "GET /openapi.yaml HTTP/1.1\r\nHost: localhost\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        assertThat(socket.getInputStream().read()).isEqualTo('H');
        Thread.sleep(3_500);
        assertThat(socket.getInputStream().skip(socket.getInputStream().available())).isPositive();
      }
    }
  }

  private Socket connect() throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), api.port);
    socket.setSoTimeout(15_000);
    return socket;
  }

  /** Sends a beginning, then a byte every 200 ms; how long it was let. */
  private Duration drip(String beginning) throws IOException {
    Instant began = Instant.now();
    try (var socket = connect()) {
      OutputStream out = socket.getOutputStream();
      out.write(beginning.getBytes(StandardCharsets.US_ASCII));
      for (int i = 0; i < 100; i++) {
        out.write('x');
        out.flush();
        Thread.sleep(200);
      }
    } catch (IOException e) {
      return Duration.between(began, Instant.now());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Duration.between(began, Instant.now());
  }
}
