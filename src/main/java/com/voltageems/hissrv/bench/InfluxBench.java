package com.voltageems.hissrv.bench;

import com.voltageems.hissrv.bench.faults.PrivateInflux;
import com.voltageems.hissrv.config.InfluxConfig;
import com.voltageems.hissrv.config.InfluxVersion;
import com.voltageems.hissrv.demo.RunFolder;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.store.influx.InfluxSetup;
import com.voltageems.hissrv.store.influx.InfluxStore;
import com.voltageems.hissrv.store.lines.LineProtocol;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * What a real InfluxDB takes through the adapter, from points to acknowledgement, against the same
 * lines, encoded beforehand, posted by a plain loop. Both one request at a time, not compressed,
 * alternating, each time at times of their own.
 */
public final class InfluxBench {
  private static final int POINTS = 1_000;
  private static final int FIELDS = 50;
  private static final int BATCHES = 10;
  private static final int ROUNDS = 5;
  private static final long SEED = 42;
  private static final String DATABASE = "bench";

  private final HttpClient http = HttpClient.newHttpClient();
  private int written;

  /**
   * What was measured.
   *
   * @param valuesPerSecond through the adapter, the median of the rounds
   * @param plainValuesPerSecond by the plain loop, likewise
   * @param ratio the median of the rounds' own ratios
   */
  public record Result(double valuesPerSecond, double plainValuesPerSecond, double ratio) {}

  /** Takes about a minute. */
  public Result run() {
    try (var folder = RunFolder.create();
        var influx = PrivateInflux.start(folder.path());
        var store = new InfluxStore(config(influx.url()))) {
      try (var setup = new InfluxSetup(config(influx.url()), Optional.empty())) {
        var _ = setup.run(true);
      }
      double _ = byStore(store);
      double _ = byPlainLoop(influx.url());
      var ours = new ArrayList<Double>();
      var plain = new ArrayList<Double>();
      var ratios = new ArrayList<Double>();
      for (int round = 0; round < ROUNDS; round++) {
        boolean first = round % 2 == 0;
        double one = first ? byStore(store) : byPlainLoop(influx.url());
        double other = first ? byPlainLoop(influx.url()) : byStore(store);
        ours.add(first ? one : other);
        plain.add(first ? other : one);
        ratios.add(ours.getLast() / plain.getLast());
      }
      return new Result(median(ours), median(plain), median(ratios));
    }
  }

  private double byStore(InfluxStore store) {
    List<List<Point>> batches = batches();
    long begun = System.nanoTime();
    for (List<Point> batch : batches) {
      if (!store.write(batch).rejections().isEmpty()) {
        throw new IllegalStateException("a plain point was refused");
      }
    }
    return rate(begun);
  }

  private double byPlainLoop(URI url) {
    var bodies = new ArrayList<byte[]>();
    for (List<Point> batch : batches()) {
      var lines = new LineProtocol();
      batch.forEach(lines::add);
      bodies.add(lines.toBytes());
    }
    long begun = System.nanoTime();
    bodies.forEach(body -> post(url, body));
    return rate(begun);
  }

  private void post(URI url, byte[] body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/write?db=" + DATABASE + "&precision=ns"))
            .POST(BodyPublishers.ofByteArray(body))
            .build();
    try {
      int status = http.send(request, BodyHandlers.discarding()).statusCode();
      if (status != 204) {
        throw new IllegalStateException("InfluxDB answered " + status);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The next minutes of a site: the same values each time. */
  private List<List<Point>> batches() {
    var random = new Random(SEED);
    var batches = new ArrayList<List<Point>>();
    for (int batch = 0; batch < BATCHES; batch++) {
      Instant minute = Instant.parse("2026-01-01T00:00:00Z").plusSeconds(60L * written++);
      var points = new ArrayList<Point>();
      for (int i = 0; i < POINTS; i++) {
        var fields = new TreeMap<String, FieldValue>();
        for (int field = 0; field < FIELDS; field++) {
          fields.put("point_" + field + "_avg", FieldValue.of(random.nextDouble() * 1_000));
        }
        points.add(
            Point.of(
                SeriesKey.of("telemetry", Map.of("channel", "" + (1_000 + i), "interval", "1m")),
                minute,
                fields));
      }
      batches.add(points);
    }
    return batches;
  }

  private static double rate(long begun) {
    return (double) BATCHES * POINTS * FIELDS * 1e9 / (System.nanoTime() - begun);
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  private static InfluxConfig config(URI url) {
    return new InfluxConfig(
        url,
        InfluxVersion.V1,
        new InfluxConfig.Access("", "", "", DATABASE, "", "", ""),
        false,
        Duration.ofSeconds(60),
        Optional.empty(),
        1);
  }
}
