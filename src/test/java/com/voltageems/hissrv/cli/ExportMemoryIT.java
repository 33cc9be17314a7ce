package com.voltageems.hissrv.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.store.sqlite.SqliteStore;
import com.voltageems.hissrv.testkit.Api;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files much larger than the heap the service ships with. It ends with the first OutOfMemoryError.
 */
class ExportMemoryIT {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final int SERIES = 20;
  private static final int MINUTES = 4_000;
  private static final String NOTE = " a note that somebody made".repeat(45);
  private static final long HEAP = 84L << 20;
  private static final String EXPORT =
      "/export?measurement=t&start=2026-01-01T00:00:00Z&stop=2026-02-01T00:00:00Z&format=";

  @TempDir Path folder;

  @Test
  void rowsPassThroughTheHeapAndAreNotHeldThere() throws Exception {
    fill();
    int port = HisSrvProcess.freePort();
    Path config =
        Files.writeString(
            folder.resolve("hissrv.yml"),
            """
            redis: {url: "redis://127.0.0.1:1"}
            store: {type: sqlite, path: data}
            api: {host: 127.0.0.1, port: %d}
            """
                .formatted(port));
    try (var service = HisSrvProcess.start(folder, "run", "--config", config.toString());
        var api = new Api(port);
        var client = HttpClient.newHttpClient()) {
      api.awaitUp(Duration.ofSeconds(30));

      var parquet = client.sendAsync(request(port, "parquet"), BodyHandlers.ofInputStream());
      var csv = client.sendAsync(request(port, "csv"), BodyHandlers.ofInputStream());
      var read = CompletableFuture.supplyAsync(() -> read(parquet.join()));
      Read lines = read(csv.join());

      assertThat(lines.bytes()).as("bytes of CSV").isGreaterThan(HEAP);
      assertThat(lines.lines()).isEqualTo(1 + SERIES * MINUTES);
      assertThat(read.join().end()).as("what a whole Parquet file ends with").isEqualTo("PAR1");
      assertThat(service.isAlive()).as(service.errors()).isTrue();
    }
  }

  private static HttpRequest request(int port, String format) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + EXPORT + format)).build();
  }

  /**
   * What came.
   *
   * @param end the last four bytes
   */
  private record Read(long bytes, int lines, String end) {}

  private static Read read(HttpResponse<InputStream> response) {
    assertThat(response.statusCode()).isEqualTo(200);
    long bytes = 0;
    int lines = 0;
    String end = "";
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = response.body()) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        bytes += n;
        for (int i = 0; i < n; i++) {
          lines += buffer[i] == '\n' ? 1 : 0;
        }
        end += new String(buffer, Math.max(0, n - 4), Math.min(4, n), ISO_8859_1);
        end = end.substring(Math.max(0, end.length() - 4));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Read(bytes, lines, end);
  }

  private void fill() {
    var series = new ArrayList<SeriesKey>();
    for (int i = 0; i < SERIES; i++) {
      series.add(SeriesKey.of("t", Map.of("channel", "" + i, "interval", "1m")));
    }
    try (var store =
        new SqliteStore(folder.resolve("data").resolve("store"), InstantSource.system())) {
      var points = new ArrayList<Point>();
      for (int minute = 0; minute < MINUTES; minute++) {
        for (SeriesKey one : series) {
          var fields = new TreeMap<String, FieldValue>();
          fields.put("v", FieldValue.of(minute / 7.0));
          fields.put("note", FieldValue.of(minute + NOTE));
          points.add(new Point(one, START.plusSeconds(60L * minute), fields));
        }
        if (points.size() >= 5_000 || minute == MINUTES - 1) {
          var _ = store.write(points);
          points.clear();
        }
      }
    }
  }
}
