package com.voltageems.hissrv.cli;

import com.voltageems.hissrv.bench.OutageBench;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;

/** {@code bench outage}: memory and catching up when the store was away for hours. */
@Command(
    name = "outage",
    exitCodeList = "1:below a goal, or failed",
    footer = {"", "Examples:", "  hissrv bench outage", "  hissrv bench outage --minutes 30"},
    description = {
      "Memory and catching up when the store was away for hours.",
      "Two hours without a store at 10,000 points: the memory of a service started as this one, how",
      "much faster than real time it catches up, and whether fresh windows wait meanwhile. Takes some",
      "minutes on a Redis of its own; Linux only."
    })
final class BenchOutage implements Callable<Integer> {
  private static final long MOST_RESIDENT = 256L << 20;
  private static final double LEAST_TIMES_REAL_TIME = 50;

  /** Ticks of collecting and of the bench itself. */
  private static final long MOST_DELAY_MILLIS = 2_000;

  @ParentCommand private BenchCommand bench;

  @Option(
      names = "--minutes",
      defaultValue = "120",
      paramLabel = "N",
      description = "How long the store is away; ${DEFAULT-VALUE} when not given.")
  private int minutes;

  @SuppressWarnings("NullAway.Init") // picocli sets them
  BenchOutage() {}

  @Override
  public Integer call() {
    if (minutes < 5 || minutes % 5 != 0) {
      throw new ParameterException(
          bench.spec.commandLine(), "--minutes: " + minutes + " is no multiple of 5");
    }
    var outage = new OutageBench(minutes, InstantSource.system());
    OnShutdown.run(outage::stop, bench.main.ended);
    OutageBench.Result found = outage.run(System.err);
    long delay = found.longestFreshMillis() - found.longestUndisturbedMillis();
    System.out.printf(
        Locale.ROOT,
        "%d minutes away: %.0f MiB resident at most, %.0f times real time to catch up, fresh windows"
            + " %d ms later than before%n",
        minutes,
        found.mostResidentBytes() / 1024.0 / 1024,
        found.timesRealTime(),
        Math.max(0, delay));
    Map<String, Object> result = bench.main.result;
    result.put("minutes", minutes);
    result.put("most_resident_bytes", found.mostResidentBytes());
    result.put("times_real_time", found.timesRealTime());
    result.put("resumed_ms", found.resumedMillis());
    result.put("fresh_ms", found.longestFreshMillis());
    result.put("fresh_undisturbed_ms", found.longestUndisturbedMillis());
    boolean met =
        found.mostResidentBytes() <= MOST_RESIDENT
            && found.timesRealTime() >= LEAST_TIMES_REAL_TIME
            && delay <= MOST_DELAY_MILLIS;
    System.out.printf(
        Locale.ROOT,
        "goals: at most %d MiB, at least %.0f times, at most %d ms later: %s%n",
        MOST_RESIDENT >> 20,
        LEAST_TIMES_REAL_TIME,
        MOST_DELAY_MILLIS,
        met ? "met" : "not met");
    return met ? 0 : 1;
  }
}
