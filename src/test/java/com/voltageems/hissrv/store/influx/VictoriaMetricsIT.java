package com.voltageems.hissrv.store.influx;

import static java.net.URLEncoder.encode;
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
import com.voltageems.hissrv.testkit.LocalVictoria;
import java.io.IOException;
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
  private static final JsonMapper JSON = new JsonMapper();

  @TempDir static Path folder;
  private static LocalVictoria server;

  private final Instant minute = Instant.now().truncatedTo(ChronoUnit.MINUTES);

  @BeforeAll
  static void start() throws IOException {
    server = LocalVictoria.start(folder);
  }

  @AfterAll
  static void stop() {
    server.close();
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
            server.url(),
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
    String target = "/api/v1/export?match[]=".replace("[]", "%5B%5D") + encode(match, UTF_8);
    Await.until(
        "it can be read", Duration.ofSeconds(30), () -> !server.flushed().get(target).isBlank());
    return JSON.readTree(server.get(target));
  }
}
