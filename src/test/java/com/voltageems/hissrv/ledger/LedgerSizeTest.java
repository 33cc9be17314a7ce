package com.voltageems.hissrv.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.lease.Held;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 10,000 points are 200 sources of 50 points; the ledger knows sources and windows, not points. */
class LedgerSizeTest {
  private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
  private static final Level MINUTE = Level.parse("1m").orElseThrow();
  private static final Level FIVE = Level.parse("5m").orElseThrow();
  private static final int SOURCES = 200;
  private static final int DAYS = 3;
  private static final long SEED = 4;

  @TempDir Path folder;

  @Test
  void daysWithoutGapsCostNothing() throws IOException {
    long day = bytesAfter(SOURCES, 1, 0);
    long all = bytesAfter(SOURCES, 2, 0);

    System.out.printf("%d sources without a gap: %d bytes, however long%n", SOURCES, all);
    assertThat(all).isEqualTo(day).isLessThan(64 << 10);
  }

  @Test
  void aGapCostsAFewDozenBytes() throws IOException {
    int each = 20;
    int few = SOURCES / 10;
    long broken = bytesAfter(few, DAYS, each);
    double perGap = broken / (double) (few * DAYS * each);

    System.out.printf(
        "seed %d: %.0f bytes a gap; two a day of each of %d sources: %.1f MB a year%n",
        SEED, perGap, SOURCES, perGap * SOURCES * 365 * 2 / 1e6);
    assertThat(perGap).isLessThan(120);
  }

  /** Every ten minutes a sweep is late, or Redis is: that is one run, not one of each source. */
  @Test
  void aLateSampleOfAllSourcesCostsNoMoreThanOfOne() throws IOException {
    long few = bytesOfLateSweeps(2);
    long many = bytesOfLateSweeps(2 * SOURCES);
    long late = DAYS * 144L;
    System.out.printf(
        "%d late sweeps of 2 and %d sources: %d, %d bytes%n", late, 2 * SOURCES, few, many);
    assertThat(many - few).isLessThan(late * SOURCES);
  }

  private long bytesOfLateSweeps(int sources) throws IOException {
    var clock = new ManualClock(START);
    Path file = folder.resolve("late-%d.db".formatted(sources));
    var seen = new HashMap<String, Sighting>();
    for (int n = 0; n < sources; n++) {
      seen.put("comsrv:" + (1_000 + n) + ":m", Sighting.SAMPLED);
    }
    try (var ledger = new Ledger(file, List.of(MINUTE), Level::windowAt, _ -> true, clock)) {
      ledger.flush();
      for (int sweep = 0; sweep < DAYS * 1_440 * 3; sweep++) {
        var missing = new HashMap<String, Long>();
        if (sweep % 30 == 29) {
          long last = clock.millis() - 10_000;
          clock.advance(Duration.ofSeconds(6));
          seen.keySet().forEach(source -> missing.put(source, last));
        }
        ledger.observe(new Observation.Swept(clock.millis(), 10_000, seen, missing, Held.ALL));
        clock.advance(Duration.ofSeconds(missing.isEmpty() ? 10 : 4));
        if (sweep % 30 == 29) {
          ledger.flush();
        }
      }
    }
    return Files.size(file);
  }

  /** Every source has so many gaps of 10 minutes a day, at its own times. */
  private long bytesAfter(int sources, int days, int gapsADay) throws IOException {
    var random = new Random(SEED);
    var clock = new ManualClock(START);
    Path file = folder.resolve("ledger-%d-%d-%d.db".formatted(sources, days, gapsADay));
    var levels = List.of(MINUTE, FIVE);
    try (var ledger = new Ledger(file, levels, Level::windowAt, _ -> true, clock)) {
      ledger.flush();
      int[] absentUntil = new int[sources];
      for (int minute = 0; minute < days * 1_440; minute++) {
        long start = START.getEpochSecond() + 60L * minute;
        Map<String, Sighting> seen = new HashMap<>();
        var delivered = new ArrayList<SourceWindow>();
        for (int n = 0; n < sources; n++) {
          if (gapsADay > 0 && random.nextInt(1_440 / gapsADay) == 0) {
            absentUntil[n] = minute + 10;
          }
          if (minute >= absentUntil[n]) {
            String source = "comsrv:" + (1_000 + n) + ":m";
            seen.put(source, Sighting.SAMPLED);
            delivered.add(new SourceWindow(source, MINUTE, start));
            if (minute % 5 == 4) {
              delivered.add(new SourceWindow(source, FIVE, start - 240));
            }
          }
        }
        ledger.observe(new Observation.Swept(clock.millis(), seen));
        clock.advance(Duration.ofMinutes(1));
        ledger.collected(delivered);
        ledger.delivered(delivered);
        if (minute % 10 == 9) {
          ledger.flush();
        }
      }
    }
    return Files.size(file);
  }
}
