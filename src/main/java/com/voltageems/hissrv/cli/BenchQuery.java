package com.voltageems.hissrv.cli;

import com.voltageems.hissrv.bench.QueryBench;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code bench query}: what asking costs, beside writing. */
@Command(
    name = "query",
    exitCodeList = "1:below a goal, or failed",
    footer = {"", "Examples:", "  hissrv bench query", "  hissrv bench query --json"},
    description = {
      "What asking costs, beside writing.",
      "Questions over HTTP to a history of 10,000 series for two days and 200 for thirty, at 1m, and a",
      "year at 1d, while 10,000 points are sampled and stored and fifty readers ask. Takes some minutes",
      "and a gigabyte in the temporary folder, on a Redis of its own; Linux only."
    })
final class BenchQuery implements Callable<Integer> {
  private static final double MOST_DAY_MILLIS = 10;
  private static final double MOST_YEAR_MILLIS = 50;
  private static final double MOST_LATEST_MILLIS = 20;
  private static final double MOST_BYTES = 24;
  private static final double LEAST_ROWS = 300_000;
  private static final double MOST_FIXTURE_SECONDS = 300;
  private static final long MOST_RESIDENT = 256L << 20;

  @ParentCommand private BenchCommand bench;

  @SuppressWarnings("NullAway.Init") // picocli sets it
  BenchQuery() {}

  @Override
  public Integer call() {
    var query = new QueryBench(InstantSource.system());
    OnShutdown.run(query::stop, bench.main.ended);
    QueryBench.Result found = query.run(System.err);
    Map<String, Object> result = bench.main.result;
    result.put("day_of_one_point_p99_ms", found.dayMillis());
    result.put("year_of_one_point_p99_ms", found.yearMillis());
    result.put("latest_1000_ms", found.latestMillis());
    result.put("bytes_per_window", found.bytesPerWindow());
    result.put("export_rows_per_second", found.exportedRowsPerSecond());
    result.put("fixture_seconds", found.fixtureSeconds());
    result.put("resident_bytes", found.residentBytes());
    result.put("most_resident_bytes", found.mostResidentBytes());
    result.put("readers_answered", found.readersAsked());
    System.out.printf(
        Locale.ROOT,
        "a day of a point %.1f ms, a year %.1f ms (p99), the newest of 1,000 %.1f ms, %.1f bytes a"
            + " window, %,.0f rows/s exported, %d MiB at most%n",
        found.dayMillis(),
        found.yearMillis(),
        found.latestMillis(),
        found.bytesPerWindow(),
        found.exportedRowsPerSecond(),
        found.mostResidentBytes() >> 20);
    boolean met =
        found.dayMillis() <= MOST_DAY_MILLIS
            && found.yearMillis() <= MOST_YEAR_MILLIS
            && found.latestMillis() <= MOST_LATEST_MILLIS
            && found.bytesPerWindow() <= MOST_BYTES
            && found.exportedRowsPerSecond() >= LEAST_ROWS
            && found.fixtureSeconds() <= MOST_FIXTURE_SECONDS
            && found.mostResidentBytes() <= MOST_RESIDENT;
    System.out.printf(
        Locale.ROOT,
        "goals: %.0f ms, %.0f ms, %.0f ms, %.0f bytes, %,.0f rows/s, %d MiB: %s%n",
        MOST_DAY_MILLIS,
        MOST_YEAR_MILLIS,
        MOST_LATEST_MILLIS,
        MOST_BYTES,
        LEAST_ROWS,
        MOST_RESIDENT >> 20,
        met ? "met" : "not met");
    return met ? 0 : 1;
  }
}
