package com.voltageems.hissrv.bench.faults;

import com.voltageems.hissrv.demo.RunFolder;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Breaks what can break while a fixed log of samples flows, then compares what arrived with the
 * log: nothing may be missing, doubled or wrong, and all must flow again by itself after each
 * fault. Repeatable by its seed, but for the moment within milliseconds at which a fault strikes.
 */
public final class FaultBench {
  /** A round has processes and files of its own. */
  private static final int FAULTS_PER_ROUND = 100;

  private final boolean influx;
  private volatile boolean stopped;

  /**
   * @param influx whether history goes to a real InfluxDB behind a faulty proxy, else to the
   *     embedded store
   */
  public FaultBench(boolean influx) {
    this.influx = influx;
  }

  /**
   * What was shown.
   *
   * @param unfelt faults of the store that ended before a write met them
   * @param windows of all sources and levels that were compared
   * @param unexcused those of them that the script does not excuse
   */
  public record Result(
      int faults, int unfelt, long windows, long unexcused, List<Violation> violations) {
    /** Copies the list. */
    public Result {
      violations = List.copyOf(violations);
    }

    /** Of the windows compared; 1 when there are none. */
    public double unexcusedShare() {
      return windows == 0 ? 1 : (double) unexcused / windows;
    }
  }

  /** Asks {@link #run} to end early, with an exception. */
  public void stop() {
    stopped = true;
  }

  /**
   * Strikes so many times, in rounds whose seeds follow each other.
   *
   * @throws java.util.concurrent.CancellationException when stopped
   */
  public Result run(long seed, int count, PrintStream progress) {
    int faults = 0;
    int unfelt = 0;
    long windows = 0;
    long unexcused = 0;
    var violations = new ArrayList<Violation>();
    for (long round = seed; faults < count; round++) {
      int before = faults;
      int some = Math.min(FAULTS_PER_ROUND, count - faults);
      FaultRun.Outcome outcome;
      try (var folder = RunFolder.create();
          var run = new FaultRun(folder.path(), round, influx, () -> stopped)) {
        outcome =
            run.run(some, struck -> progress.printf("\r%d of %d faults", before + struck, count));
      }
      faults += outcome.faults();
      unfelt += outcome.unfelt();
      windows += outcome.windows();
      unexcused += outcome.unexcused();
      violations.addAll(outcome.violations());
      progress.printf(
          "\rseed %d: %d faults, %d windows, %d of them excused by nothing, %d violations%n",
          round,
          outcome.faults(),
          outcome.windows(),
          outcome.unexcused(),
          outcome.violations().size());
      outcome.violations().forEach(violation -> progress.println("  " + violation));
      if (outcome.faults() < some) {
        break;
      }
    }
    return new Result(faults, unfelt, windows, unexcused, violations);
  }
}
