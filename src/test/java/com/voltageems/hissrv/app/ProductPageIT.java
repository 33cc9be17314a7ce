package com.voltageems.hissrv.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.aggregate.Functions;
import com.voltageems.hissrv.config.ConfigSource;
import com.voltageems.hissrv.config.LiveConfig;
import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.store.Row;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.testkit.LocalInflux;
import com.voltageems.hissrv.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** The product page's YAML blocks as one file: nothing but addresses is another. */
class ProductPageIT {
  private static final Instant START = Instant.parse("2026-11-01T10:00:00Z");
  private static final Path TOGETHER = Path.of("src/test/resources/product-page.yml");

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(START);

  @Test
  void theBlocksPutTogetherStartTheServiceAndItsHistoryIsInInfluxDb() throws IOException {
    try (var server = PrivateRedis.start(folder);
        var influx = LocalInflux.start(folder, "");
        var neighbour = RedisClient.create(server.url())) {
      String _ = influx.ask("CREATE DATABASE ems");
      var environment =
          Map.of(
              "INFLUXDB_TOKEN",
              "secret",
              "HISSRV_REDIS_URL",
              server.url(),
              "HISSRV_INFLUXDB_URL",
              influx.url().toString(),
              "HISSRV_STORE_PATH",
              folder.resolve("data").toString(),
              "HISSRV_API_HOST",
              "127.0.0.1",
              "HISSRV_API_PORT",
              "0");
      var live =
          new LiveConfig(new ConfigSource(TOGETHER, environment, Functions.builtIn()), clock);
      try (var service = HisSrv.replay(live, clock)) {
        for (int second = 0; second < 300; second++) {
          clock.set(START.plusSeconds(second));
          String quality = second < 150 ? "good" : "bad";
          neighbour.hset("comsrv:1001:m", Map.of("1", "" + second, "quality", quality));
          neighbour.hset("modsrv:battery:measurement", "soc", "" + second / 10.0);
          service.aggregation().sample();
        }
        clock.set(START.plusSeconds(400));
        var report = service.sync();
        assertThat(report.problems()).isEmpty();
        assertThat(report.quarantined()).isZero();

        List<Row> minutes = rows(service, "telemetry", "1m", Map.of("channel", "1001"));
        assertThat(minutes)
            .filteredOn(row -> !row.tags().containsKey("aggregation"))
            .extracting(row -> row.fields().get("voltage_count"))
            .containsExactly(FieldValue.of(60), FieldValue.of(60), FieldValue.of(30));
        assertThat(minutes)
            .filteredOn(row -> "1m_avg".equals(row.tags().get("aggregation")))
            .extracting(row -> row.fields().get("voltage_mean"))
            .containsExactly(FieldValue.of(29.5), FieldValue.of(89.5), FieldValue.of(134.5));
        assertThat(rows(service, "telemetry", "5m", Map.of("aggregation", "5m_max")))
            .extracting(row -> row.fields().get("voltage_max"))
            .containsExactly(FieldValue.of(149.0));
        assertThat(rows(service, "model_data", "5m", Map.of("model", "battery")))
            .extracting(row -> row.fields().get("soc_count"))
            .containsExactly(FieldValue.of(300));
      }
      assertThat(influx.ask("SELECT count(voltage_avg) FROM ems..telemetry"))
          .contains("[\"1970-01-01T00:00:00Z\",4]");
    }
  }

  private static List<Row> rows(
      HisSrv service, String measurement, String level, Map<String, String> tags) {
    var rows = new ArrayList<Row>();
    var range = new TimeRange(START, START.plusSeconds(600));
    service
        .store()
        .query(
            new SeriesQuery(measurement, tags, Level.parse(level).orElseThrow(), range), rows::add);
    return rows;
  }
}
