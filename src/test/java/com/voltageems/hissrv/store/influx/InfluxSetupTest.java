package com.voltageems.hissrv.store.influx;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.voltageems.hissrv.config.InfluxConfig;
import com.voltageems.hissrv.config.InfluxVersion;
import com.voltageems.hissrv.store.StoreException;
import com.voltageems.hissrv.store.influx.SetupStep.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against the words of InfluxDB 2.x and 3. */
class InfluxSetupTest {
  private static final String GET_BUCKET = "GET /api/v2/buckets?org=voltage&name=ems&";
  private static final String GET_MAPPINGS = "GET /api/v2/dbrps?orgID=0a&bucketID=0b&";
  private static final String BUCKET = "{\"id\":\"0b\",\"orgID\":\"0a\",\"name\":\"ems\",";
  private static final String MONTH =
      "\"retentionRules\":[{\"type\":\"expire\",\"everySeconds\":2592000}]}";
  private static final String MAPPED =
      "{\"content\":[{\"id\":\"0c\",\"database\":\"ems\",\"retention_policy\":\"autogen\",\"virtual\":true}]}";

  private final List<String> changes = new CopyOnWriteArrayList<>();
  private final Map<String, String> answers = new HashMap<>();
  private HttpServer server;
  private String version = "v2.7.12";

  @SuppressWarnings("NullAway.Init") // JUnit sets them
  InfluxSetupTest() {}

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void aBucketThatIsThereIsLeftAsItIs() {
    answers.put(GET_BUCKET, "200 {\"buckets\":[" + BUCKET + MONTH + "]}");
    answers.put(GET_MAPPINGS, "200 " + MAPPED);

    assertThat(run(Duration.ofDays(30), true))
        .containsExactly(
            new SetupStep(Outcome.FOUND, "bucket \"ems\" of \"voltage\", kept 30d"),
            new SetupStep(Outcome.FOUND, "database \"ems\" for InfluxQL, mapped to the bucket"));
    assertThat(run(Duration.ofDays(365), true).getFirst().outcome()).isEqualTo(Outcome.DIFFERS);
    assertThat(run(Duration.ofDays(7), true).getFirst().outcome()).isEqualTo(Outcome.FOUND);
    assertThat(changes).isEmpty();
  }

  @Test
  void aBucketIsMadeAndMappedWhereNobodyDidThat() {
    answers.put(
        GET_BUCKET, "404 {\"code\":\"not found\",\"message\":\"bucket \\\"ems\\\" not found\"}");
    answers.put(
        "GET /api/v2/orgs?org=voltage&", "200 {\"orgs\":[{\"id\":\"0a\",\"name\":\"voltage\"}]}");
    answers.put("POST /api/v2/buckets", "201 " + BUCKET + MONTH);
    answers.put(GET_MAPPINGS, "200 {\"content\":[]}");
    answers.put("POST /api/v2/dbrps", "201 {\"id\":\"0c\"}");

    assertThat(run(Duration.ofDays(30), false))
        .extracting(SetupStep::outcome)
        .containsExactly(Outcome.MISSING);
    assertThat(changes).isEmpty();
    assertThat(run(Duration.ofDays(30), true))
        .extracting(SetupStep::outcome)
        .containsExactly(Outcome.CREATED, Outcome.CREATED);
    assertThat(changes.get(0))
        .contains("\"orgID\":\"0a\"", "\"name\":\"ems\"", "\"everySeconds\":2592000");
    assertThat(changes.get(1))
        .contains("\"bucketID\":\"0b\"", "\"database\":\"ems\"", "\"default\":true");
  }

  @Test
  void aTokenWithoutTheRightIsToldWhatItCanNotDo() {
    answers.put(GET_BUCKET, "200 {\"buckets\":[]}");
    answers.put("GET /api/v2/orgs?org=voltage&", "200 {\"orgs\":[{\"id\":\"0a\"}]}");
    answers.put(
        "POST /api/v2/buckets",
        "401 {\"code\":\"unauthorized\",\"message\":\"write:orgs/0a/buckets is unauthorized\"}");

    assertRefused(
        "can't create the bucket \"ems\" of \"voltage\"", "write:orgs/0a/buckets is unauthorized");
    answers.put(
        "GET /api/v2/orgs?org=voltage&",
        "404 {\"code\":\"not found\",\"message\":\"organization name \\\"voltage\\\" not found\"}");
    assertRefused("there is no organisation \"voltage\", or the token may not see it");
  }

  @Test
  void aServerThatIsTooOldIsToldSo() {
    answers.put(GET_BUCKET, "200 {\"buckets\":[" + BUCKET + MONTH + "]}");
    assertRefused("too old, 2.1 or newer");
    version = "0.13.0";
    assertRefused("InfluxDB 0.13.0", "is too old: 1.6 or newer");
  }

  @Test
  void aDatabaseOfThreeIsMadeWithItsRetention() {
    version = "3.9.6";
    answers.put(
        "GET /api/v3/configure/database?format=json", "200 [{\"iox::database\":\"other\"}]");
    answers.put("POST /api/v3/configure/database", "200 ");

    assertThat(run(Duration.ofDays(30), true))
        .containsExactly(new SetupStep(Outcome.CREATED, "database \"ems\", kept 30d"));
    assertThat(changes)
        .containsExactly(
            "POST /api/v3/configure/database {\"db\":\"ems\",\"retention_period\":\"30d\"}");
    answers.put("GET /api/v3/configure/database?format=json", "200 [{\"iox::database\":\"ems\"}]");
    assertThat(run(Duration.ofDays(30), true))
        .containsExactly(new SetupStep(Outcome.FOUND, "database \"ems\""));
  }

  private void assertRefused(String... words) {
    StoreException refused =
        catchThrowableOfType(StoreException.class, () -> run(Duration.ofDays(30), true));
    assertThat(refused.kind()).isEqualTo(StoreException.Kind.FATAL);
    assertThat(refused).hasMessageNotContaining("canary");
    assertThat(refused.getMessage()).contains(words);
  }

  private List<SetupStep> run(Duration retention, boolean makes) {
    var config =
        new InfluxConfig(
            URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
            InfluxVersion.AUTO,
            new InfluxConfig.Access("voltage", "ems", "canary", "", "", "", ""),
            true,
            Duration.ofSeconds(5),
            Optional.empty(),
            1);
    try (var setup = new InfluxSetup(config, Optional.of(retention))) {
      return setup.run(makes);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    String asked = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    if (exchange.getRequestMethod().equals("POST")) {
      changes.add(asked + " " + body);
    }
    exchange.getResponseHeaders().set("X-Influxdb-Version", version);
    String[] given =
        asked.equals("GET /ping")
            ? new String[] {"204", ""}
            : answers.getOrDefault(asked, "404 {\"message\":\"path not found\"}").split(" ", 2);
    byte[] bytes = given[1].getBytes(UTF_8);
    exchange.sendResponseHeaders(Integer.parseInt(given[0]), bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
