package com.voltageems.hissrv.demo;

import static java.net.URLEncoder.encode;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.voltageems.hissrv.aggregate.Functions;
import com.voltageems.hissrv.app.HisSrv;
import com.voltageems.hissrv.config.Config;
import com.voltageems.hissrv.config.ConfigLoader;
import com.voltageems.hissrv.testkit.Await;
import com.voltageems.hissrv.testkit.LocalInflux;
import com.voltageems.hissrv.testkit.LocalVictoria;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/**
 * Every question of the dashboards for Grafana, asked of a real InfluxDB that holds what HisSrv
 * wrote, and of a real server of PromQL that scraped a running HisSrv.
 */
class GrafanaIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PAST = Duration.ofMinutes(40);
  private static final String DATABASE = "ems";
  private static final Pattern METRIC = Pattern.compile("\\bhissrv_[a-z0-9_]+");
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir static Path folder;
  private static LocalInflux influx;
  private static LocalVictoria victoria;
  private static PrivateRedis redis;
  private static Instant end;

  /** What /metrics said at the end, after good and bad things had happened. */
  private static String metrics;

  @BeforeAll
  static void aPlantIsRecordedAndSomeThingsGoWrong() throws IOException {
    influx = LocalInflux.start(folder, "");
    victoria = LocalVictoria.start(folder);
    redis = PrivateRedis.start(folder);
    String _ = influx.ask("CREATE DATABASE " + DATABASE);
    Config config = config();
    end = Instant.now();
    try (var plant = new LivePlant(new Plant(ZoneOffset.UTC), redis.url(), InstantSource.system());
        var client = RedisClient.create(redis.url())) {
      new Backfill(config, plant, client)
          .run(end.minus(PAST), end, Progress.on(System.out, "Recording"), () -> false);
      client.hset("comsrv:1099:m", Map.of("1", "no number", "2", "1.5"));
      plant.start();
      try (HisSrv service = HisSrv.live(config, InstantSource.system())) {
        service.start();
        metrics = afterSomeTrouble(client, service.port());
      }
    }
  }

  private static String afterSomeTrouble(RedisClient client, int port) throws IOException {
    influx.close();
    client.lpush("archive:pending", document("tariff", "1.5"));
    Await.until(
        "a delivery fails, a value is no number",
        PATIENCE,
        () ->
            scrape(port).contains("\nhissrv_failed_deliveries_total")
                && scrape(port).contains("\nhissrv_junk_values_total"));
    influx.startAgain();
    Await.until(
        "it is delivered", PATIENCE, () -> scrape(port).contains("\nhissrv_points_pending 0"));
    return scrape(port);
  }

  @AfterAll
  static void stop() {
    redis.close();
    victoria.close();
    influx.close();
  }

  @Test
  void everyMetricOfAPanelIsThere() {
    var named = new TreeSet<String>();
    for (var question : new GrafanaBoard("service").questions("expr")) {
      Matcher matcher = METRIC.matcher(question.text());
      while (matcher.find()) {
        named.add(matcher.group());
      }
    }
    var served = new TreeSet<String>();
    metrics
        .lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(line -> served.add(line.split("[{ ]", 2)[0]));

    assertThat(named).hasSizeGreaterThan(20);
    assertThat(served).containsAll(named);
  }

  @Test
  void everyExpressionOfAPanelHasAnAnswer() throws IOException {
    for (int minute = 9; minute >= 0; minute--) {
      String _ =
          victoria.post(
              "/api/v1/import/prometheus?extra_label=instance%3Dhissrv:8082&timestamp="
                  + end.minus(Duration.ofMinutes(minute)).toEpochMilli(),
              metrics);
    }
    JsonNode instances =
        JSON.readTree(victoria.flushed().get("/api/v1/label/instance/values")).path("data");
    assertThat(instances).hasToString("[\"hissrv:8082\"]");
    Map<String, String> values = Map.of("instance", "hissrv:8082", "__rate_interval", "5m");

    for (var question : new GrafanaBoard("service").questions("expr")) {
      JsonNode answer =
          JSON.readTree(
              victoria.get(
                  "/api/v1/query?time=%d&query=%s"
                      .formatted(
                          end.getEpochSecond(),
                          encode(GrafanaBoard.filled(question.text(), values), UTF_8))));
      assertThat(answer.path("status").asText())
          .as("%s: %s", question.where(), answer)
          .isEqualTo("success");
      assertThat(answer.path("data").path("result"))
          .as("%s: %s", question.where(), question.text())
          .isNotEmpty();
    }
  }

  @Test
  void everyQueryOfAPanelAnswersRows() throws IOException {
    var board = new GrafanaBoard("telemetry");
    Map<String, String> values = new HashMap<>();
    values.put("timeFilter", "time >= %dms".formatted(end.minus(PAST).toEpochMilli()));
    for (JsonNode variable : board.variables()) {
      values.put(variable.path("name").asText(), chosen(variable, values));
    }
    assertThat(values)
        .containsEntry("level", "1m")
        .containsEntry("channel", "(1001|1002|1003|1004|1005|1006)")
        .containsEntry("point", "voltage")
        .containsEntry("counter", "energy")
        .containsEntry("model", "(plant)")
        .containsKey("quantity");

    for (var question : board.questions("query")) {
      JsonNode series = ask(GrafanaBoard.filled(question.text(), values));
      assertThat(series).as("%s: %s", question.where(), question.text()).isNotEmpty();
      assertThat(series.findValues("values").toString())
          .as("%s: %s", question.where(), question.text())
          .containsPattern(",-?[0-9.]+[]]");
    }
  }

  @Test
  void averagesAreThoseOfTheSamplesNotOfWindows() throws IOException {
    influx.write(
        DATABASE,
        """
        telemetry,channel=few,interval=1m p_avg=10,p_count=59i 1769680000000000000
        telemetry,channel=few,interval=1m p_avg=70,p_count=1i 1769680060000000000
        """);
    String average = new GrafanaBoard("telemetry").questions("query").getFirst().text();

    JsonNode series =
        ask(
            GrafanaBoard.filled(
                average,
                Map.of(
                    "timeFilter", "time >= 1769679900s AND time < 1769680200s",
                    "level", "1m",
                    "channel", "(few)",
                    "point", "p",
                    "bucket", "1h")));
    assertThat(series.findValues("values").toString()).contains(",11]");
  }

  /** The value that Grafana would begin with; of several values all. */
  private static String chosen(JsonNode variable, Map<String, String> known) throws IOException {
    String current = variable.path("current").path("value").asText();
    if (!variable.path("type").asText().equals("query")) {
      return current;
    }
    boolean keys = variable.path("query").asText().startsWith("SHOW FIELD");
    var found = new ArrayList<String>();
    String regex = variable.path("regex").asText().replaceAll("^/|/$", "");
    for (JsonNode series : ask(GrafanaBoard.filled(variable.path("query").asText(), known))) {
      for (JsonNode row : series.path("values")) {
        Matcher matcher =
            Pattern.compile(regex.isEmpty() ? "(.*)" : regex)
                .matcher(row.get(keys ? 0 : 1).asText());
        if (matcher.find()) {
          found.add(matcher.group(1));
        }
      }
    }
    assertThat(found).as(variable.path("query").asText()).isNotEmpty();
    if (variable.path("multi").asBoolean()) {
      List<String> sorted = found.stream().filter(value -> !value.equals("few")).sorted().toList();
      return "(" + String.join("|", sorted) + ")";
    }
    return found.contains(current) ? current : found.stream().sorted().findFirst().orElseThrow();
  }

  private static JsonNode ask(String query) throws IOException {
    JsonNode answer = JSON.readTree(influx.ask(query, "&epoch=ms&db=" + DATABASE));
    JsonNode result = answer.path("results").path(0);
    assertThat(result.path("error").asText("")).as(query).isEmpty();
    return result.path("series");
  }

  private static String document(String measurement, String value) {
    return "{\"timestamp\":%d,\"measurement\":\"%s\",\"fields\":{\"v\":%s}}"
        .formatted(Instant.now().toEpochMilli(), measurement, value);
  }

  private static String scrape(int port) {
    try (var client = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"));
      return client.send(request.build(), BodyHandlers.ofString()).body();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The demo's, with an InfluxDB. */
  private static Config config() throws IOException {
    Path data = folder.resolve("hissrv");
    Path file = folder.resolve("hissrv.yml");
    try (var demo = Demo.class.getResourceAsStream("/demo.yml")) {
      assertThat(demo).isNotNull();
      Files.writeString(
          file,
          new String(demo.readAllBytes(), UTF_8).replace("type: sqlite", "type: influxdb")
              + "\ninfluxdb: {url: \"%s\", database: \"%s\"}\n".formatted(influx.url(), DATABASE));
    }
    return ConfigLoader.load(
        file,
        Map.of(
            "HISSRV_DEMO_REDIS_URL", redis.url(),
            "HISSRV_DEMO_DATA", data.toString(),
            "HISSRV_DEMO_PORT", "0"),
        Functions.builtIn());
  }
}
