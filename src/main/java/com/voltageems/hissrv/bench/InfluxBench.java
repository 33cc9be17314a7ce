package com.voltageems.hissrv.bench;

import com.voltageems.hissrv.bench.faults.PrivateInflux;
import com.voltageems.hissrv.config.InfluxConfig;
import com.voltageems.hissrv.config.InfluxVersion;
import com.voltageems.hissrv.config.PerformanceConfig;
import com.voltageems.hissrv.deliver.Deliverer;
import com.voltageems.hissrv.demo.RunFolder;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.outbox.Intake;
import com.voltageems.hissrv.outbox.Outbox;
import com.voltageems.hissrv.outbox.WriteBuffer;
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
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * What a real InfluxDB takes end to end, from the outbox to the acknowledgement that lets the
 * outbox forget, against the same lines, encoded beforehand, posted one after the other by a plain
 * loop. Not compressed, alternating, each time at times of their own.
 */
public final class InfluxBench {
  private static final int POINTS = 1_000;
  private static final int FIELDS = 50;
  private static final int BATCHES = 10;
  private static final int WARM_UP = 3;
  private static final int ROUNDS = 7;
  private static final long SEED = 42;
  static final String DATABASE = "bench";

  private final HttpClient http = HttpClient.newHttpClient();
  private int written;

  /**
   * What was measured.
   *
   * @param valuesPerSecond from the outbox, the median of the rounds
   * @param plainValuesPerSecond by the plain loop, likewise
   * @param ratio the median of the rounds' own ratios
   */
  public record Result(double valuesPerSecond, double plainValuesPerSecond, double ratio) {}

  /** Takes about a minute. */
  public Result run() {
    try (var folder = RunFolder.create();
        var influx = PrivateInflux.start(folder.path());
        var store = new InfluxStore(config(influx.url()));
        var outbox = new Outbox(folder.path().resolve("outbox.db"), InstantSource.system())) {
      makeDatabase(influx.url());
      var deliverer =
          new Deliverer(
              outbox,
              store,
              PerformanceConfig.defaults(),
              new WriteBuffer(PerformanceConfig.defaults().writeBufferSize()),
              new Metrics());
      for (int round = 0; round < WARM_UP; round++) {
        double _ = delivered(outbox, deliverer);
        double _ = posted(influx.url());
      }
      var ours = new ArrayList<Double>();
      var plain = new ArrayList<Double>();
      var ratios = new ArrayList<Double>();
      for (int round = 0; round < ROUNDS; round++) {
        boolean first = round % 2 == 0;
        double one = first ? delivered(outbox, deliverer) : posted(influx.url());
        double other = first ? posted(influx.url()) : delivered(outbox, deliverer);
        ours.add(first ? one : other);
        plain.add(first ? other : one);
        ratios.add(ours.getLast() / plain.getLast());
      }
      return new Result(median(ours), median(plain), median(ratios));
    }
  }

  private double delivered(Outbox outbox, Deliverer deliverer) {
    for (int batch = 0; batch < BATCHES; batch++) {
      var intake = new Intake();
      for (Point point : minute()) {
        intake.deliver("bench", point);
      }
      outbox.append(intake);
    }
    long begun = System.nanoTime();
    Deliverer.Progress progress = deliverer.deliver();
    long nanos = System.nanoTime() - begun;
    if (progress.delivered() != BATCHES * POINTS) {
      throw new IllegalStateException("not everything was delivered: " + progress);
    }
    return rate(nanos);
  }

  private double posted(URI url) {
    var lines = new LineProtocol();
    long nanos = 0;
    for (int batch = 0; batch < BATCHES; batch++) {
      lines.clear();
      minute().forEach(lines::add);
      byte[] body = lines.toBytes();
      long begun = System.nanoTime();
      post(url, body);
      nanos += System.nanoTime() - begun;
    }
    return rate(nanos);
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

  /** The next minute of a site: other values each time. */
  private List<Point> minute() {
    var random = new Random(SEED + written);
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
    return points;
  }

  private static double rate(long nanos) {
    return (double) BATCHES * POINTS * FIELDS * 1e9 / nanos;
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  /** Makes the database that this and other benchmarks write to. */
  static void makeDatabase(URI url) {
    try (var setup = new InfluxSetup(config(url), Optional.empty())) {
      var _ = setup.run(true);
    }
  }

  private static InfluxConfig config(URI url) {
    return new InfluxConfig(
        url,
        InfluxVersion.V1,
        new InfluxConfig.Access("", "", "", DATABASE, "", "", ""),
        false,
        Duration.ofSeconds(60),
        Optional.empty(),
        InfluxConfig.CONCURRENCY);
  }
}
