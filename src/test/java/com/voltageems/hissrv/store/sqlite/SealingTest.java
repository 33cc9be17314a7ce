package com.voltageems.hissrv.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.testkit.ManualClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SealingTest {
  private static final Instant DAY = Instant.parse("2026-11-22T00:00:00Z");
  private static final Level MINUTES = Level.parse("1m").orElseThrow();
  private static final TimeRange DAY_RANGE = new TimeRange(DAY, DAY.plus(Duration.ofDays(1)));

  @TempDir Path folder;
  private ManualClock clock;
  private SqliteStore store;

  @BeforeEach
  void open() {
    clock = new ManualClock(DAY);
    store = new SqliteStore(folder, clock);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void anHourIsSealedTenMinutesAfterItsEnd() {
    store.write(minute(0, 3, 1));
    store.write(minute(60, 3, 1));
    clock.set(DAY.plus(Duration.ofMinutes(69)));
    assertThat(store.seal()).isZero();
    clock.set(DAY.plus(Duration.ofMinutes(70)));
    assertThat(store.seal()).isEqualTo(3);
    assertThat(store.seal()).isZero();
    clock.set(DAY.plus(Duration.ofMinutes(130)));
    assertThat(store.seal()).isEqualTo(3);
  }

  @Test
  void aSealedHourStillAcceptsRevisions() {
    store.write(minute(0, 3, 1));
    clock.advance(Duration.ofDays(2));
    assertThat(store.seal()).isEqualTo(3);
    store.write(minute(0, 1, 2));
    store.write(minute(5, 1, 3));
    assertThat(valuesOf("0")).containsExactly(2L, 3L);
    assertThat(store.seal()).isEqualTo(1);
    assertThat(valuesOf("0")).containsExactly(2L, 3L);
    assertThat(valuesOf("1")).containsExactly(1L);
  }

  @Test
  void readersAndWritersNeverNoticeIt() throws InterruptedException {
    int series = 700;
    for (int m = 0; m < 20; m++) {
      store.write(minute(m, series, 1));
    }
    clock.advance(Duration.ofDays(2));
    var failure = new AtomicReference<Throwable>();
    var stop = new AtomicBoolean();
    List<Thread> threads =
        List.of(
            thread(failure, stop, this::readAll),
            thread(failure, stop, this::readOne),
            thread(failure, stop, () -> store.write(minute(7, series, 1))),
            thread(
                failure,
                stop,
                () -> {
                  int _ = store.seal();
                }));
    Thread.sleep(1_500);
    stop.set(true);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failure.get()).isNull();
    readAll();
    while (store.seal() > 0) {}
    readAll();
  }

  @Test
  void aWrittenLateRowIsNotLostWhenItsHourIsBeingSealed() {
    for (int round = 0; round < 15; round++) {
      store.write(minute(1, 20, round));
      clock.advance(Duration.ofDays(2));
      long value = 1_000L + round;
      Thread writer =
          Thread.ofPlatform()
              .start(() -> {
                store.write(minute(1, 20, value));
                store.write(minute(2 + (int) value % 50, 20, value));
              });
      int _ = store.seal();
      join(writer);
      assertThat(valuesOf("7")).as("round %d", round).contains(value).startsWith(value);
    }
  }

  @Test
  void aDeletedRowDoesNotComeBackWhenItsHourIsBeingSealed() {
    var minutes = new SeriesQuery("telemetry", Map.of(), MINUTES, DAY_RANGE);
    for (int round = 0; round < 15; round++) {
      for (int m = 0; m < 60; m += 3) {
        store.write(minute(m, 60, round));
      }
      clock.advance(Duration.ofDays(2));
      Thread sealer =
          Thread.ofPlatform()
              .start(() -> {
                int _ = store.seal();
              });
      store.delete(List.of(minutes));
      join(sealer);
      assertThat(valuesOf("7")).as("round %d", round).isEmpty();
    }
  }

  /** The goal is 24 bytes for avg, min, max and count of 60 samples with six decimals of noise. */
  @Test
  void aWindowTakesFewBytesOnDisk() {
    int series = 60;
    int hours = 24;
    var random = new Random(1);
    for (int hour = 0; hour < hours; hour++) {
      var points = new ArrayList<Point>();
      for (int m = 0; m < 60; m++) {
        points.addAll(noise(DAY.plus(Duration.ofMinutes(hour * 60L + m)), series, random));
      }
      store.write(points);
      clock.set(DAY.plus(Duration.ofMinutes((hour + 1) * 60L + 10)));
      assertThat(store.seal()).isEqualTo(series);
    }
    store.close();

    double bytes = (double) sizeOf(folder) / (series * hours * 60);
    assertThat(bytes).as("bytes per sealed window").isLessThan(24);
  }

  @Test
  void aPeriodWrittenAtOnceShrinksWhenItIsSealed() {
    int series = 60;
    var random = new Random(1);
    for (int hour = 0; hour < 6; hour++) {
      var points = new ArrayList<Point>();
      for (int m = 0; m < 60; m++) {
        points.addAll(noise(DAY.plus(Duration.ofMinutes(hour * 60L + m)), series, random));
      }
      store.write(points);
    }
    clock.advance(Duration.ofDays(2));
    assertThat(store.seal()).isEqualTo(6 * series);
    store.close();

    assertThat((double) sizeOf(folder) / (series * 6 * 60)).isLessThan(24);
  }

  private static List<Point> noise(Instant time, int series, Random random) {
    var points = new ArrayList<Point>();
    for (int i = 0; i < series; i++) {
      double[] samples = new double[60];
      for (int s = 0; s < samples.length; s++) {
        samples[s] = Math.rint((230 + random.nextGaussian()) * 1e6) / 1e6;
      }
      var statistics = Arrays.stream(samples).summaryStatistics();
      points.add(
          Point.of(
              key(i),
              time,
              Map.of(
                  "voltage_avg", FieldValue.of(statistics.getAverage()),
                  "voltage_min", FieldValue.of(statistics.getMin()),
                  "voltage_max", FieldValue.of(statistics.getMax()),
                  "voltage_count", FieldValue.of(statistics.getCount()))));
    }
    return points;
  }

  private static long sizeOf(Path folder) {
    try (var files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void readAll() {
    var seen = new HashMap<String, Integer>();
    var range = new TimeRange(DAY, DAY.plus(Duration.ofHours(1)));
    store.query(
        new SeriesQuery("telemetry", Map.of(), MINUTES, range),
        row -> seen.merge(row.time() + " " + row.tags(), 1, Integer::sum));
    assertThat(seen).hasSize(700 * 20).values().allMatch(times -> times == 1);
  }

  private void readOne() {
    assertThat(valuesOf("13")).hasSize(20);
  }

  private List<Long> valuesOf(String channel) {
    var values = new ArrayList<Long>();
    var range = new TimeRange(DAY, DAY.plus(Duration.ofDays(1)));
    store.query(
        new SeriesQuery("telemetry", Map.of("channel", channel), MINUTES, range),
        row -> {
          if (row.fields().get("v") instanceof FieldValue.IntegerValue(long value)) {
            values.add(value);
          }
        });
    return values;
  }

  private static List<Point> minute(int minute, int series, long value) {
    Instant time = DAY.plusSeconds(60L * minute);
    return IntStream.range(0, series)
        .mapToObj(i -> Point.of(key(i), time, Map.of("v", FieldValue.of(value))))
        .toList();
  }

  private static SeriesKey key(int channel) {
    return SeriesKey.of("telemetry", Map.of("channel", String.valueOf(channel), "interval", "1m"));
  }

  private static Thread thread(
      AtomicReference<Throwable> failure, AtomicBoolean stop, Runnable work) {
    return Thread.ofPlatform()
        .start(() -> {
          try {
            while (!stop.get()) {
              work.run();
            }
          } catch (Throwable e) {
            failure.set(e);
          }
        });
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
