package com.voltageems.hissrv.store.influx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import com.voltageems.hissrv.config.InfluxConfig;
import com.voltageems.hissrv.config.InfluxVersion;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.store.StoreException;
import com.voltageems.hissrv.store.StoreException.Kind;
import com.voltageems.hissrv.testkit.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two addresses that answer as they are told. */
class AddressesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Point POINT =
      Point.of(
          SeriesKey.of("m", Map.of()),
          Instant.parse("2026-11-22T12:00:00Z"),
          Map.of("v", FieldValue.of(1.5)));

  /** Hangs for ever. */
  private static final int SILENT = 0;

  private Told first;
  private Told second;
  private InfluxStore store;

  @SuppressWarnings("NullAway.Init") // JUnit sets them
  AddressesTest() {}

  private static final class Told {
    private final HttpServer server;
    private final AtomicInteger writes = new AtomicInteger();
    private volatile int status = 204;
    private volatile int ping = 204;
    private volatile String retryAfter = "";

    Told() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.createContext(
          "/",
          exchange -> {
            boolean isPing = exchange.getRequestURI().getPath().equals("/ping");
            if (!isPing) {
              writes.incrementAndGet();
              byte[] _ = exchange.getRequestBody().readAllBytes();
            }
            if (!retryAfter.isEmpty()) {
              exchange.getResponseHeaders().set("Retry-After", retryAfter);
            }
            int answer = isPing ? ping : status;
            if (answer != SILENT) {
              exchange.sendResponseHeaders(answer, -1);
              exchange.close();
            }
          });
      server.start();
    }

    URI url() {
      return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }
  }

  @BeforeEach
  void open() throws IOException {
    first = new Told();
    second = new Told();
    store = store(Duration.ofSeconds(10));
  }

  private InfluxStore store(Duration timeout) {
    return new InfluxStore(
        new InfluxConfig(
            List.of(first.url(), second.url()),
            InfluxVersion.V1,
            new InfluxConfig.Access("", "", "", "d", "", "", ""),
            true,
            timeout,
            Optional.empty(),
            4));
  }

  @AfterEach
  void close() {
    store.close();
    first.server.stop(0);
    second.server.stop(0);
  }

  @Test
  void theFirstServesAsLongAsItIsWell() {
    write();
    write();
    assertThat(first.writes).hasValue(2);
    assertThat(second.writes).hasValue(0);
    assertThat(store.addresses())
        .containsExactly(
            new AddressState(first.url(), true, null), new AddressState(second.url(), false, null));
  }

  @Test
  void afterAnErrorOfTheServerTheNextServesUntilTheFirstAnswersAPing() {
    first.status = 500;
    first.ping = 500;
    write();
    write();
    assertThat(first.writes).hasValue(1);
    assertThat(second.writes).hasValue(2);
    assertThat(store.addresses())
        .containsExactly(
            new AddressState(first.url(), false, "it answered 500"),
            new AddressState(second.url(), true, null));

    first.status = 204;
    first.ping = 204;
    Await.until(
        "the first serves again",
        PATIENCE,
        () -> {
          write();
          return store.addresses().getFirst().serving();
        });
  }

  @Test
  void oneThatHangsIsLeftWhenItsTimeIsOver() {
    try (var impatient = store(Duration.ofMillis(300))) {
      first.status = SILENT;
      first.ping = SILENT;
      assertThat(impatient.write(List.of(POINT)).rejections()).isEmpty();
      assertThat(second.writes).hasValue(1);
      assertThat(impatient.addresses().getFirst().trouble()).contains("within 300 ms");
    }
  }

  @Test
  void whatARequestIsToBlameForIsNotTriedElsewhere() {
    for (Map.Entry<Integer, Kind> refusal :
        Map.of(400, Kind.REFUSED, 401, Kind.FATAL, 413, Kind.TOO_LARGE, 429, Kind.RETRYABLE)
            .entrySet()) {
      first.status = refusal.getKey();
      assertThat(refused().kind()).isEqualTo(refusal.getValue());
    }
    assertThat(second.writes).hasValue(0);
    assertThat(store.addresses().getFirst().trouble()).isNull();
  }

  @Test
  void oneThatAskedToWaitIsNotAskedAndWithAllOfThemTheSoonestCounts() {
    first.status = 503;
    first.retryAfter = "300";
    write();
    second.status = 503;
    second.retryAfter = "60";
    StoreException refused = refused();
    assertThat(refused.kind()).isEqualTo(Kind.RETRYABLE);
    assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(60));
    assertThat(first.writes).hasValue(1);

    refused = refused();
    assertThat(refused.retryAfter()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(60));
    assertThat(first.writes).hasValue(1);
    assertThat(second.writes).hasValue(2);
  }

  @Test
  void whereNoneServesEachIsAskedAndTheLastAnswerCounts() {
    first.status = 502;
    second.status = 500;
    for (int i = 1; i <= 3; i++) {
      StoreException refused = refused();
      assertThat(refused.kind()).isEqualTo(Kind.RETRYABLE);
      assertThat(first.writes).hasValue(i);
      assertThat(second.writes).hasValue(i);
    }
  }

  private void write() {
    assertThat(store.write(List.of(POINT)).rejections()).isEmpty();
  }

  private StoreException refused() {
    return catchThrowableOfType(StoreException.class, () -> store.write(List.of(POINT)));
  }
}
