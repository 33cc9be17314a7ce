package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.store.StoreException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes batch after batch, says the number of each that was acknowledged, and seals meanwhile. */
final class RelentlessWriter {
  static final Instant START = Instant.parse("2026-11-22T00:00:00Z");
  static final Level LEVEL = Level.parse("1m").orElseThrow();
  static final int SERIES = 40;

  private RelentlessWriter() {}

  static void main(String[] args) {
    InstantSource clock = () -> START.plus(Duration.ofDays(100));
    var store = new SqliteStore(Path.of(args[0]), clock);
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          while (true) {
            try {
              int _ = store.seal();
            } catch (StoreException e) {
              System.err.println("not sealing: " + e.getMessage());
            }
          }
        });
    for (int batch = Integer.parseInt(args[1]); ; batch++) {
      try {
        store.write(points(batch));
      } catch (StoreException e) {
        System.out.println((e.retryable() ? "retryable " : "fatal ") + e.getMessage());
        System.exit(0);
      }
      System.out.println(batch);
    }
  }

  /** A minute of every series; every third batch revises the one before. */
  static List<Point> points(int batch) {
    var points = new ArrayList<Point>();
    for (int series = 0; series < SERIES; series++) {
      var key =
          SeriesKey.of("telemetry", Map.of("channel", String.valueOf(series), "interval", "1m"));
      int minute = batch % 3 == 2 ? batch - 1 : batch;
      points.add(
          Point.of(
              key,
              START.plusSeconds(60L * minute),
              Map.of(
                  "v" + batch % 3,
                  FieldValue.of((long) batch),
                  "x" + batch % 3,
                  FieldValue.of(batch * 0.123456 + series),
                  "text",
                  FieldValue.of("batch " + minute + " ".repeat(500)))));
    }
    return points;
  }
}
