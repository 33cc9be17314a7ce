package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.store.SeriesQuery;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** Deletes stretch after stretch of {@link RelentlessWriter}'s, says the number of each. */
final class RelentlessDeleter {
  private static final Duration STRETCH = Duration.ofMinutes(25);

  private RelentlessDeleter() {}

  static void main(String[] args) {
    InstantSource clock = () -> RelentlessWriter.START.plus(Duration.ofDays(100));
    var store = new SqliteStore(Path.of(args[0]), clock);
    for (int stretch = Integer.parseInt(args[1]); ; stretch++) {
      store.delete(
          List.of(
              new SeriesQuery("telemetry", Map.of(), RelentlessWriter.LEVEL, rangeOf(stretch))));
      System.out.println(stretch);
    }
  }

  static TimeRange rangeOf(int stretch) {
    Instant start = RelentlessWriter.START.plus(STRETCH.multipliedBy(stretch));
    return new TimeRange(start, start.plus(STRETCH));
  }
}
