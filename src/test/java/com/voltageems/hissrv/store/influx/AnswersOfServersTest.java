package com.voltageems.hissrv.store.influx;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.ZoneOffset.UTC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.voltageems.hissrv.config.InfluxConfig;
import com.voltageems.hissrv.config.InfluxVersion;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.store.StoreException;
import com.voltageems.hissrv.store.StoreException.Kind;
import com.voltageems.hissrv.testkit.Await;
import com.voltageems.hissrv.testkit.TlsEndpoint;
import com.voltageems.hissrv.testkit.TlsKeys;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a server says, in the words InfluxDB 1.x, 2.x and 3 use, and what is made of it. */
class AnswersOfServersTest {
  private static final Point POINT =
      Point.of(
          SeriesKey.of("m", Map.of("t", "1")),
          Instant.parse("2026-11-22T12:00:00Z"),
          Map.of("v", FieldValue.of(1.5)));

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final AtomicInteger atATime = new AtomicInteger();
  private final AtomicInteger mostAtATime = new AtomicInteger();
  private volatile Duration pause = Duration.ZERO;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private int status = 204;
  private String body = "";
  private String version = "v2.7.11";
  private String retryAfter = "";

  @SuppressWarnings("NullAway.Init") // JUnit sets them
  AnswersOfServersTest() {}

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          400 | {"error":"partial write: field type conflict: input field \\"v\\" dropped=2"}                        | BAD_POINTS
          400 | {"error":"field type conflict"}                                                                    | BAD_POINTS
          400 | {"error":"partial write: unable to parse 'm v': missing field value dropped=0"}                    | BAD_POINTS
          400 | {"error":"unable to parse 'm v': missing field value"}                                             | BAD_POINTS
          400 | {"error":"partial write: points beyond retention policy dropped=2"}                                | BAD_POINTS
          422 | {"code":"unprocessable entity","message":"failure writing points to database: partial write: field type conflict"} | BAD_POINTS
          400 | {"error":"partial write of line protocol occurred","data":[{"line_number":1}]}                     | BAD_POINTS
          400 | {"code":"invalid","message":"invalid precision; valid precision units are ns, us, ms, and s"}      | REFUSED
          401 | {"code":"unauthorized","message":"unauthorized access"}                                            | FATAL
          403 | {"code":"forbidden","message":"insufficient permissions for write"}                                | FATAL
          404 | {"code":"not found","message":"bucket \\"ems\\" not found"}                                          | FATAL
          404 | {"error":"database not found: \\"ems\\""}                                                            | FATAL
          413 | {"code":"request too large","message":"cannot read data: points batch is too large"}               | TOO_LARGE
          429 | {"code":"too many requests","message":"exceeded rate limit"}                                       | RETRYABLE
          500 | {"error":"retention policy not found: month"}                                                      | FATAL
          500 | {"error":"timeout"}                                                                                | RETRYABLE
          502 | <html>Bad Gateway</html>                                                                           | RETRYABLE
          503 | {"code":"unavailable","message":"unexpected error writing points to database: timeout"}            | RETRYABLE
          302 | moved                                                                                              | FATAL
          """)
  void everyAnswerToAWriteHasItsMeaning(int given, String words, Kind kind) {
    status = given;
    body = words;

    assertThat(refusal().kind()).isEqualTo(kind);
    assertThat(refusal().getMessage())
        .startsWith("InfluxDB answered " + given)
        .doesNotContain("canary", "{");
  }

  @Test
  void aBusyServerSaysWhenToComeBack() {
    status = 429;
    retryAfter = "17";
    assertThat(refusal().retryAfter()).isEqualTo(Duration.ofSeconds(17));
    retryAfter = "Fri, 31 Dec 1999 23:59:59 GMT";
    assertThat(refusal().retryAfter()).isZero();
    retryAfter =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(UTC).plusMinutes(10));
    assertThat(refusal().retryAfter()).isBetween(Duration.ofMinutes(9), Duration.ofMinutes(10));
    for (String absurd : List.of("-1", "1e3", "99999999999999999999", "soon", "")) {
      retryAfter = absurd;
      assertThat(refusal().retryAfter()).as(absurd).isZero();
    }
  }

  @Test
  void bucketsAreWrittenWithAToken() {
    write(config(InfluxVersion.AUTO, "t 1", ""));

    assertThat(requests)
        .containsExactly(
            "GET /ping Token canary",
            "POST /api/v2/write?org=o+1&bucket=t+1&precision=ns Token canary m,t=1 v=1.5"
                + " 1795348800000000000\n");
  }

  @Test
  void aBucketsRowsAreDeletedByEqualTagsAndAnEndThatIsNotInTheRange() {
    delete(InfluxVersion.V2, Level.parse("1m").orElseThrow(), "a \"b\" \\ c");

    assertThat(requests)
        .containsExactly(
            "POST /api/v2/delete?org=o+1&bucket=ems& Token canary not encoded "
                + "{\"start\":\"2026-11-22T12:00:00Z\",\"stop\":\"2026-11-22T12:59:59.999999999Z\","
                + "\"predicate\":\"_measurement=\\\"m\\\" AND \\\"interval\\\"=\\\"1m\\\""
                + " AND \\\"t\\\"=\\\"a \\\\\\\"b\\\\\\\" \\\\\\\\ c\\\"\"}");
  }

  @Test
  void whatBucketsCanNotDeleteIsRefusedBeforeAnythingIs() {
    Level minutes = Level.parse("1m").orElseThrow();
    body = "{}";
    status = 200;
    assertThat(
            catchThrowableOfType(
                StoreException.class, () -> delete(InfluxVersion.V3, minutes, "1")))
        .hasMessageContaining("InfluxDB 3 Core can't delete")
        .extracting(StoreException::kind)
        .isEqualTo(Kind.UNSUPPORTED);
    assertThat(
            catchThrowableOfType(StoreException.class, () -> delete(InfluxVersion.V2, minutes, "")))
        .extracting(StoreException::kind)
        .isEqualTo(Kind.UNSUPPORTED);
    assertThat(requests).isEmpty();
    status = 404;
    assertThat(
            catchThrowableOfType(
                StoreException.class, () -> delete(InfluxVersion.V2, minutes, "1")))
        .extracting(StoreException::kind)
        .isEqualTo(Kind.UNSUPPORTED);
  }

  private void delete(InfluxVersion generation, Level level, String tag) {
    Instant noon = Instant.parse("2026-11-22T12:00:00Z");
    var range = new TimeRange(noon, noon.plusSeconds(3_600));
    try (var store = new InfluxStore(config(generation, "ems", ""))) {
      store.delete(List.of(new SeriesQuery("m", Map.of("t", tag), level, range)));
    }
  }

  @Test
  void databasesAreWrittenWithUserAndPassword() {
    version = "1.6.7~rc0";
    var access = new InfluxConfig.Access("", "", "", "ems", "month", "me", "canary");
    write(config(InfluxVersion.AUTO, access, Duration.ofSeconds(5)));

    assertThat(requests.getLast())
        .startsWith("POST /write?db=ems&rp=month&precision=ns Basic bWU6Y2FuYXJ5 m,t=1");
  }

  @Test
  void aServerThatDoesNotSayWhatItIsWantsAVersion() {
    version = "";
    StoreException refused = refusal();

    assertThat(refused.kind()).isEqualTo(Kind.FATAL);
    assertThat(refused).hasMessageContaining("set influxdb.version");
  }

  @Test
  void withoutCompressionLinesGoAsTheyAre() {
    var access = new InfluxConfig.Access("o", "b", "canary", "", "", "", "");
    write(new InfluxConfig(url(), InfluxVersion.V2, access, false, TIMEOUT, Optional.empty(), 1));
    assertThat(requests.getLast()).endsWith("not encoded m,t=1 v=1.5 1795348800000000000\n");
  }

  @Test
  void noMoreWritesAreOnTheirWayThanConcurrencySays() throws InterruptedException {
    var access = new InfluxConfig.Access("o", "b", "canary", "", "", "", "");
    for (int most : new int[] {1, 3}) {
      mostAtATime.set(0);
      pause = Duration.ofMillis(60);
      var config =
          new InfluxConfig(url(), InfluxVersion.V2, access, true, TIMEOUT, Optional.empty(), most);
      try (var store = new InfluxStore(config)) {
        var writers = new ArrayList<Thread>();
        for (int i = 0; i < 8; i++) {
          writers.add(Thread.startVirtualThread(() -> store.write(List.of(POINT))));
        }
        for (Thread writer : writers) {
          writer.join();
        }
      }
      assertThat(mostAtATime.get()).isEqualTo(most);
    }
  }

  @Test
  void aServerIsTrustedByTheCertificateInTheFile(@TempDir Path folder) throws Exception {
    TlsKeys keys = TlsKeys.make(folder, "influx", "ip:127.0.0.1");
    var access = new InfluxConfig.Access("o", "b", "canary", "", "", "", "");
    try (var endpoint = TlsEndpoint.start(keys, keys, server.getAddress().getPort())) {
      URI https = URI.create("https://127.0.0.1:" + endpoint.port());
      write(
          new InfluxConfig(
              https, InfluxVersion.V2, access, true, TIMEOUT, Optional.of(keys.certificate()), 1));
      assertThat(requests).hasSize(1);
      var stranger =
          new InfluxConfig(https, InfluxVersion.V2, access, true, TIMEOUT, Optional.empty(), 1);
      assertThat(catchThrowableOfType(StoreException.class, () -> write(stranger)))
          .hasMessageContaining("no answer from InfluxDB")
          .hasMessageNotContaining("canary");
      assertThat(requests).hasSize(1);
    }
  }

  @Test
  void aServerThatHangsIsGivenUp() {
    status = 0;
    var access = new InfluxConfig.Access("o", "b", "canary", "", "", "", "");
    StoreException refused =
        catchThrowableOfType(
            StoreException.class,
            () -> write(config(InfluxVersion.V2, access, Duration.ofMillis(300))));

    assertThat(refused.kind()).isEqualTo(Kind.RETRYABLE);
    assertThat(refused).hasMessageContaining("within 300 ms");
  }

  private StoreException refusal() {
    return catchThrowableOfType(
        StoreException.class, () -> write(config(InfluxVersion.AUTO, "ems", "")));
  }

  private static void write(InfluxConfig config) {
    try (var store = new InfluxStore(config)) {
      assertThat(store.write(List.of(POINT)).rejections()).isEmpty();
    }
  }

  private InfluxConfig config(InfluxVersion generation, String bucket, String database) {
    return config(
        generation,
        new InfluxConfig.Access("o 1", bucket, "canary", database, "", "", ""),
        Duration.ofSeconds(5));
  }

  private InfluxConfig config(
      InfluxVersion generation, InfluxConfig.Access access, Duration timeout) {
    return new InfluxConfig(url(), generation, access, true, timeout, Optional.empty(), 1);
  }

  private URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private void answer(HttpExchange exchange) throws IOException {
    mostAtATime.accumulateAndGet(atATime.incrementAndGet(), Math::max);
    Await.pause(pause);
    // Before the answer: with it the next request may come.
    int _ = atATime.decrementAndGet();
    reply(exchange);
  }

  private void reply(HttpExchange exchange) throws IOException {
    boolean probe = exchange.getRequestMethod().equals("GET");
    var words = new ArrayList<String>();
    words.add(exchange.getRequestMethod());
    words.add(exchange.getRequestURI().toString());
    words.add(exchange.getRequestHeaders().getFirst("Authorization"));
    if (!probe) {
      boolean isEncoded = exchange.getRequestHeaders().containsKey("Content-Encoding");
      InputStream in = exchange.getRequestBody();
      byte[] read = (isEncoded ? new GZIPInputStream(in) : in).readAllBytes();
      words.add((isEncoded ? "" : "not encoded ") + new String(read, UTF_8));
    }
    requests.add(String.join(" ", words));
    if (!version.isEmpty()) {
      exchange.getResponseHeaders().set("X-Influxdb-Version", version);
    }
    if (probe) {
      exchange.sendResponseHeaders(version.isEmpty() ? 404 : 204, -1);
    } else if (status != 0) {
      if (!retryAfter.isEmpty()) {
        exchange.getResponseHeaders().set("Retry-After", retryAfter);
      }
      byte[] bytes = body.getBytes(UTF_8);
      exchange.sendResponseHeaders(status, status == 204 ? -1 : Math.max(bytes.length, 1));
      exchange
          .getResponseBody()
          .write(status == 204 ? new byte[0] : bytes.length == 0 ? new byte[1] : bytes);
    }
    if (status != 0 || probe) {
      exchange.close();
    }
  }
}
