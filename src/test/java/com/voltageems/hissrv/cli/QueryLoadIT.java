package com.voltageems.hissrv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.demo.PrivateRedis;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.store.sqlite.SqliteStore;
import com.voltageems.hissrv.testkit.Api;
import com.voltageems.hissrv.testkit.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service with the heap it ships with, and clients that ask for much and take nothing. */
class QueryLoadIT {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final int ROWS = 40_000;
  private static final int CLIENTS = 60;
  private static final String QUERY =
      "/query?measurement=telemetry&start=2026-01-01T00:00:00Z&stop=2026-02-01T00:00:00Z";

  @TempDir Path folder;

  @Test
  void clientsThatNeverReadCostNeitherTheProcessNorTheOthersTheirAnswers() throws IOException {
    fill();
    int port = HisSrvProcess.freePort();
    try (var redis = PrivateRedis.start(folder);
        var api = new Api(port)) {
      Path config = Files.writeString(folder.resolve("hissrv.yml"), config(redis.url(), port));
      try (var service = HisSrvProcess.start(folder, "run", "--config", config.toString())) {
        api.awaitUp(Duration.ofSeconds(30));
        var clients = new ArrayList<Socket>();
        for (int i = 0; i < CLIENTS; i++) {
          var client = new Socket(InetAddress.getLoopbackAddress(), port);
          String request = "GET " + QUERY + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
          client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
          clients.add(client);
        }
        for (int i = 0; i < 30; i++) {
          assertThat(service.isAlive()).as("alive; it said %s", service.output()).isTrue();
          assertThat(api.get("/health")).as("/health").isPresent();
          Await.pause(Duration.ofMillis(300));
        }
        for (Socket client : clients) {
          client.close();
        }
        Await.until(
            "queries are answered", Duration.ofMinutes(1), () -> api.get(QUERY).isPresent());
        service.signal("TERM");
        assertThat(service.awaitExit()).isEqualTo(143);
      }
    }
  }

  private void fill() {
    var random = new Random(1);
    var series = SeriesKey.of("telemetry", Map.of("channel", "1", "interval", "1m"));
    try (var store =
        new SqliteStore(folder.resolve("data").resolve("store"), InstantSource.system())) {
      var points = new ArrayList<Point>();
      for (int row = 0; row < ROWS; row++) {
        var fields = new TreeMap<String, FieldValue>();
        for (String field : List.of("voltage", "current", "power", "energy")) {
          for (String statistic : List.of("avg", "min", "max")) {
            fields.put(field + "_" + statistic, FieldValue.of(random.nextGaussian()));
          }
        }
        points.add(new Point(series, START.plusSeconds(60L * row), fields));
        if (points.size() == 5_000) {
          var _ = store.write(points);
          points.clear();
        }
      }
    }
  }

  private static String config(String redisUrl, int port) {
    return """
    redis: {url: "%s"}
    store: {type: sqlite, path: data}
    api: {host: 127.0.0.1, port: %d}
    """
        .formatted(redisUrl, port);
  }
}
