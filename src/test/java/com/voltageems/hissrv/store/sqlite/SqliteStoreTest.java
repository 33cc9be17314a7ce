package com.voltageems.hissrv.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.store.FreeStoreContract;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.Row;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SqliteStoreTest extends FreeStoreContract {
  @TempDir Path folder;

  @Override
  protected HistoryStore open() {
    return new SqliteStore(folder.resolve("store"), new ManualClock(NOON));
  }

  /** Files of a few days are looked for by name, of many they are listed. */
  @Test
  void aRangeOfAnyLengthFindsEveryDayInItThatHasRows() {
    var days = List.of(0, 1, 3, 15, 16, 17, 18, 40);
    for (int day : days) {
      write(point("1", noonOf(day), Map.of("v", FieldValue.of((long) day))));
    }
    for (int first = 0; first < 20; first++) {
      for (int last = first; last < 42; last++) {
        var range = new TimeRange(noonOf(first), noonOf(last).plusNanos(1));
        assertThat(rows(new SeriesQuery("telemetry", Map.of(), MINUTES, range)))
            .extracting(Row::time)
            .containsExactlyElementsOf(
                days.stream().map(SqliteStoreTest::noonOf).filter(range::contains).toList());
      }
    }
  }

  private static Instant noonOf(int day) {
    return NOON.minus(Duration.ofDays(60 - day));
  }
}
