package com.voltageems.hissrv.bench;

import com.sun.management.ThreadMXBean;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.store.lines.LineProtocol;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * What writing line protocol costs: points of random full-precision doubles, encoded again and
 * again on one thread.
 */
public final class EncoderBench {
  private static final int POINTS = 1_000;
  private static final int FIELDS = 50;
  private static final int WARM_UP = 200;
  private static final int ROUNDS = 200;
  private static final int MEASUREMENTS = 5;
  private static final long SEED = 42;
  private static final double NANOS_PER_SECOND = 1e9;

  /**
   * What was measured.
   *
   * @param valuesPerSecondPerCore field values per second of CPU, the median of some runs
   * @param allocatedBytesPerPoint the most of any run
   */
  public record Result(double valuesPerSecondPerCore, double allocatedBytesPerPoint) {}

  /** Takes some seconds. */
  public Result run() {
    List<Point> points = points();
    var lines = new LineProtocol();
    encode(points, lines, WARM_UP);
    var rates = new ArrayList<Double>();
    double allocated = 0;
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int i = 0; i < MEASUREMENTS; i++) {
      long bytes = threads.getCurrentThreadAllocatedBytes();
      long cpu = threads.getCurrentThreadCpuTime();
      encode(points, lines, ROUNDS);
      long nanos = threads.getCurrentThreadCpuTime() - cpu;
      bytes = threads.getCurrentThreadAllocatedBytes() - bytes;
      rates.add((double) POINTS * FIELDS * ROUNDS * NANOS_PER_SECOND / nanos);
      allocated = Math.max(allocated, (double) bytes / (POINTS * ROUNDS));
    }
    rates.sort(null);
    return new Result(rates.get(MEASUREMENTS / 2), allocated);
  }

  private static void encode(List<Point> points, LineProtocol lines, int rounds) {
    for (int round = 0; round < rounds; round++) {
      lines.clear();
      for (int i = 0; i < POINTS; i++) {
        if (lines.add(points.get(i)) != null) {
          throw new IllegalStateException("a plain point was refused");
        }
      }
    }
  }

  private static List<Point> points() {
    var random = new Random(SEED);
    Instant start = Instant.parse("2026-01-01T00:00:00Z");
    var points = new ArrayList<Point>();
    for (int i = 0; i < POINTS; i++) {
      var fields = new TreeMap<String, FieldValue>();
      for (int field = 0; field < FIELDS; field++) {
        fields.put("point_" + field + "_avg", FieldValue.of(random.nextDouble() * 1_000));
      }
      points.add(
          Point.of(
              SeriesKey.of("telemetry", Map.of("channel", "" + (1_000 + i), "interval", "1m")),
              start.plusSeconds(60L * (i % 10)),
              fields));
    }
    return points;
  }
}
