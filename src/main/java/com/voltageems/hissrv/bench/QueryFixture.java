package com.voltageems.hissrv.bench;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.store.WriteResult;
import com.voltageems.hissrv.store.sqlite.SeriesStretch;
import com.voltageems.hissrv.store.sqlite.SqliteStore;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A history to ask: 10,000 series for two days and 200 for thirty, at 1m, and those 200 for a year
 * at 1d, all sealed; and the newest minutes of the 10,000, which are not yet. A window has the
 * statistics of 60 samples of noise with six decimals.
 */
final class QueryFixture {
  static final String WIDE = "wide";
  static final String LONG = "long";
  static final int WIDE_SERIES = 10_000;
  static final int LONG_SERIES = 200;
  static final int WIDE_DAYS = 2;
  static final int LONG_DAYS = 30;
  static final int YEAR = 365;

  private static final int POOL = 20_000;
  private static final int SAMPLES = 60;
  private static final int SERIES_AT_ONCE = 250;
  private static final int MINUTES = 60;
  private static final int NEWEST = 5;

  private final Random random = new Random(7);
  private final FieldValue[][] pool = new FieldValue[POOL][];
  private final Instant now;
  private final Instant end;
  private long windows;

  /**
   * @param now its history ends with the whole hour that is over by two
   */
  QueryFixture(Instant now) {
    this.now = now;
    end = now.truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(2));
    for (int i = 0; i < POOL; i++) {
      pool[i] = window();
    }
  }

  private FieldValue[] window() {
    double[] samples =
        random.doubles(SAMPLES, 220, 240).map(value -> Math.rint(value * 1e6) / 1e6).toArray();
    return new FieldValue[] {
      FieldValue.of(Arrays.stream(samples).sum() / SAMPLES),
      FieldValue.of((long) SAMPLES),
      FieldValue.of(Arrays.stream(samples).max().orElseThrow()),
      FieldValue.of(Arrays.stream(samples).min().orElseThrow())
    };
  }

  /** The first moment after it. */
  Instant end() {
    return end;
  }

  /** Windows at 1m that were written. */
  long windows() {
    return windows;
  }

  /** Writes the hours, oldest first, as sealing would; then the year. */
  void write(SqliteStore store, Consumer<Instant> progress) {
    Instant wide = end.minus(Duration.ofDays(WIDE_DAYS));
    for (Instant hour = end.minus(Duration.ofDays(LONG_DAYS));
        hour.isBefore(end);
        hour = hour.plus(Duration.ofHours(1))) {
      progress.accept(hour);
      if (!hour.isBefore(wide)) {
        writeHour(store, WIDE, WIDE_SERIES, hour);
      }
      writeHour(store, LONG, LONG_SERIES, hour);
    }
    writeYear(store);
    writeNewest(store);
  }

  /** The minutes just over, as they come: hot, not sealed yet. */
  private void writeNewest(SqliteStore store) {
    for (int minute = NEWEST; minute > 0; minute--) {
      Instant time = now.truncatedTo(ChronoUnit.MINUTES).minus(Duration.ofMinutes(minute));
      for (int from = 0; from < WIDE_SERIES; from += SERIES_AT_ONCE) {
        var points = new ArrayList<Point>();
        for (int channel = from; channel < from + SERIES_AT_ONCE; channel++) {
          FieldValue[] window = pool[random.nextInt(POOL)];
          var fields =
              Map.of(
                  "v_avg", window[0], "v_count", window[1], "v_max", window[2], "v_min", window[3]);
          points.add(Point.of(series(WIDE, channel, "1m"), time, fields));
        }
        WriteResult _ = store.write(points);
      }
    }
  }

  private void writeHour(SqliteStore store, String measurement, int series, Instant hour) {
    var times = times(hour, Duration.ofMinutes(1), MINUTES);
    for (int from = 0; from < series; from += SERIES_AT_ONCE) {
      var stretches = new ArrayList<SeriesStretch>();
      for (int channel = from; channel < Math.min(series, from + SERIES_AT_ONCE); channel++) {
        stretches.add(stretch(measurement, channel, "1m", times));
        windows += MINUTES;
      }
      store.load(stretches);
    }
  }

  /** In blocks of a hundred days, from the year's first; see the store's layout. */
  private void writeYear(SqliteStore store) {
    Instant today = end.truncatedTo(ChronoUnit.DAYS);
    Instant day = today.minus(Duration.ofDays(YEAR));
    while (day.isBefore(today)) {
      int ofYear = day.atZone(ZoneOffset.UTC).getDayOfYear() - 1;
      int inYear = day.atZone(ZoneOffset.UTC).toLocalDate().lengthOfYear();
      int days = Math.min(100 - ofYear % 100, inYear - ofYear);
      days = (int) Math.min(days, ChronoUnit.DAYS.between(day, today));
      var times = times(day, Duration.ofDays(1), days);
      var stretches = new ArrayList<SeriesStretch>();
      for (int channel = 0; channel < LONG_SERIES; channel++) {
        stretches.add(stretch(LONG, channel, "1d", times));
      }
      store.load(stretches);
      day = day.plus(Duration.ofDays(days));
    }
  }

  private static List<Instant> times(Instant first, Duration step, int count) {
    var times = new ArrayList<Instant>(count);
    for (int i = 0; i < count; i++) {
      times.add(first.plus(step.multipliedBy(i)));
    }
    return times;
  }

  private SeriesStretch stretch(
      String measurement, int channel, String level, List<Instant> times) {
    var columns = new ArrayList<List<FieldValue>>();
    for (int field = 0; field < 4; field++) {
      columns.add(new ArrayList<>(times.size()));
    }
    for (int i = 0; i < times.size(); i++) {
      FieldValue[] window = pool[random.nextInt(POOL)];
      for (int field = 0; field < 4; field++) {
        columns.get(field).add(window[field]);
      }
    }
    return new SeriesStretch(
        series(measurement, channel, level),
        times,
        new TreeMap<>(
            Map.of(
                "v_avg", columns.get(0),
                "v_count", columns.get(1),
                "v_max", columns.get(2),
                "v_min", columns.get(3))));
  }

  static SeriesKey series(String measurement, int channel, String level) {
    return SeriesKey.of(
        measurement, Map.of("channel", Integer.toString(channel), "interval", level));
  }

  static Level minutes() {
    return Level.parse("1m").orElseThrow();
  }
}
