package com.voltageems.hissrv.bench;

import com.voltageems.hissrv.demo.RunFolder;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.store.sqlite.SqliteStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a window takes on the embedded store's disk, the index included: avg, min, max and count of
 * 60 samples of noise with six decimals. A day of 20 sources with 50 points each, an hour at a
 * time.
 */
public final class DiskBench {
  private static final int SOURCES = 20;
  private static final int POINTS = 50;
  private static final int HOURS = 24;
  private static final long SEED = 42;
  private static final Instant DAY = Instant.parse("2026-01-01T00:00:00Z");

  private final Random random = new Random(SEED);

  /**
   * What was measured.
   *
   * @param bytesPerWindow of one point id, when all is sealed
   * @param sealedValuesPerSecondPerCore field values compressed per second of CPU
   */
  public record Result(double bytesPerWindow, double sealedValuesPerSecondPerCore) {}

  /** Measures in a folder of its own. */
  public Result run() {
    try (var folder = RunFolder.create()) {
      Path files = folder.path().resolve("store");
      var now = new AtomicLong(DAY.toEpochMilli());
      long sealNanos = 0;
      try (var store = new SqliteStore(files, () -> Instant.ofEpochMilli(now.get()))) {
        for (int hour = 0; hour < HOURS; hour++) {
          Instant start = DAY.plus(Duration.ofHours(hour));
          for (int minute = 0; minute < 60; minute++) {
            var _ = store.write(points(start.plus(Duration.ofMinutes(minute))));
          }
          now.set(start.plus(Duration.ofHours(2)).toEpochMilli());
          sealNanos +=
              ProcessCpu.of(() -> {
                int _ = store.seal();
              });
        }
      }
      long windows = 60L * HOURS * SOURCES * POINTS;
      return new Result((double) sizeOf(files) / windows, 4 * windows / (sealNanos / 1e9));
    }
  }

  private List<Point> points(Instant time) {
    var points = new ArrayList<Point>();
    for (int source = 0; source < SOURCES; source++) {
      var fields = new TreeMap<String, FieldValue>();
      for (int point = 1; point <= POINTS; point++) {
        addNoise(fields, "voltage_" + point);
      }
      var tags = Map.of("channel", Integer.toString(source), "interval", "1m");
      points.add(new Point(SeriesKey.of("telemetry", tags), time, fields));
    }
    return points;
  }

  private void addNoise(Map<String, FieldValue> fields, String name) {
    var samples = new DoubleSummaryStatistics();
    for (int i = 0; i < 60; i++) {
      samples.accept(Math.rint((230 + random.nextGaussian()) * 1e6) / 1e6);
    }
    fields.put(name + "_avg", FieldValue.of(samples.getAverage()));
    fields.put(name + "_min", FieldValue.of(samples.getMin()));
    fields.put(name + "_max", FieldValue.of(samples.getMax()));
    fields.put(name + "_count", FieldValue.of(samples.getCount()));
  }

  private static long sizeOf(Path folder) {
    try (var files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
