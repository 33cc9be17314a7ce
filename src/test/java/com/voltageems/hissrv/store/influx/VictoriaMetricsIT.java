package com.voltageems.hissrv.store.influx;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.voltageems.hissrv.config.InfluxConfig;
import com.voltageems.hissrv.config.InfluxVersion;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.testkit.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The write half, on a real VictoriaMetrics of Debian's: it takes {@code /api/v2/write}. */
class VictoriaMetricsIT {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir static Path folder;
  private static Process server;
  private static URI url;

  private final Instant minute = Instant.now().truncatedTo(ChronoUnit.MINUTES);

  @BeforeAll
  static void start() throws IOException {
    int port;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    url = URI.create("http://127.0.0.1:" + port);
    server =
        new ProcessBuilder(
                "victoria-metrics",
                "-httpListenAddr=127.0.0.1:" + port,
                "-storageDataPath=" + folder.resolve("data"),
                "-memory.allowedBytes=64MB",
                "-retentionPeriod=100y")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("victoria.log").toFile())
            .start();
    Await.until("VictoriaMetrics answers", Duration.ofSeconds(30), VictoriaMetricsIT::answers);
  }

  @AfterAll
  static void stop() {
    server.destroyForcibly();
  }

  @Test
  void whatIsWrittenWithAndWithoutCompressionIsReadBack() throws Exception {
    for (boolean gzip : new boolean[] {true, false}) {
      String channel = "compressed=" + gzip;
      var points = new ArrayList<Point>();
      for (int n = 0; n < 500; n++) {
        points.add(point("telemetry", channel, minute.minusSeconds(60L * n), n + 0.1));
      }
      write(gzip, points);

      JsonNode series = exported("telemetry_v", channel);
      assertThat(series.path("metric").path("interval").asText()).isEqualTo("1m");
      assertThat(series.path("values")).hasSize(500);
      for (int i = 0; i < 500; i++) {
        long age = (minute.toEpochMilli() - series.path("timestamps").path(i).asLong()) / 60_000;
        assertThat(series.path("values").path(i).asDouble()).isEqualTo(age + 0.1);
      }
    }
  }

  @Test
  void namesThatLineProtocolEscapesArriveAsTheyAre() throws Exception {
    String name = "电压 a,b=c\"d";
    write(true, List.of(point("names", name, minute, 1.5)));

    assertThat(exported("names_v", name).path("values").path(0).asDouble()).isEqualTo(1.5);
  }

  private static Point point(String measurement, String channel, Instant time, double value) {
    return Point.of(
        SeriesKey.of(measurement, new TreeMap<>(Map.of("channel", channel, "interval", "1m"))),
        time,
        Map.of("v", FieldValue.of(value)));
  }

  private static void write(boolean gzip, List<Point> points) {
    var config =
        new InfluxConfig(
            url,
            InfluxVersion.V2,
            new InfluxConfig.Access("any", "any", "", "", "", "", ""),
            gzip,
            Duration.ofSeconds(10),
            Optional.empty(),
            2);
    try (var store = new InfluxStore(config)) {
      assertThat(store.write(points).rejections()).isEmpty();
    }
  }

  /** What was taken in shows after a moment. */
  private static JsonNode exported(String metric, String channel) throws Exception {
    String match =
        "{__name__=\"%s\",channel=\"%s\"}".formatted(metric, channel.replace("\"", "\\\""));
    String target = "/api/v1/export?match[]=".replace("[]", "%5B%5D");
    Await.until(
        "it can be read",
        Duration.ofSeconds(30),
        () ->
            get("/internal/force_flush").isBlank()
                && !get(target + URLEncoder.encode(match, UTF_8)).isBlank());
    return JSON.readTree(get(target + URLEncoder.encode(match, UTF_8)));
  }

  private static boolean answers() {
    if (!server.isAlive()) {
      throw new AssertionError("VictoriaMetrics ended with exit code " + server.exitValue());
    }
    return get("/health").contains("OK");
  }

  private static String get(String target) {
    try {
      HttpRequest request = HttpRequest.newBuilder(URI.create(url + target)).build();
      return HTTP.send(request, BodyHandlers.ofString()).body();
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
