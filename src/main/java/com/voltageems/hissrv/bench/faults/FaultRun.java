package com.voltageems.hissrv.bench.faults;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/** One round: a fixed log flows while faults strike it, one seed one script. */
final class FaultRun implements AutoCloseable {
  private static final long START = 1_772_366_400L;
  private static final int STEPS_TO_CLOSE_ALL = 66;

  private final long seed;
  private final BooleanSupplier stopped;
  private final SampleLog log;
  private final Timeline timeline = new Timeline(START);
  private final List<Violation> violations = new ArrayList<>();
  private final Rig rig;
  private final Strikes strikes;
  private final Flow flow;

  FaultRun(Path folder, long seed, boolean influx, BooleanSupplier stopped) {
    this.seed = seed;
    this.stopped = stopped;
    log = new SampleLog(seed);
    rig = new Rig(folder, log, timeline, influx);
    strikes = new Strikes(rig, timeline, new SplittableRandom(seed));
    flow = new Flow(rig, timeline);
  }

  /**
   * What a round showed.
   *
   * @param unfelt faults of the store that no write met
   * @param windows of all sources and levels that were looked at
   * @param unexcused those that no fault excuses
   */
  record Outcome(
      int faults, int unfelt, long windows, long unexcused, List<Violation> violations) {}

  /**
   * @param count how many faults
   * @param progress is told how many there were
   * @throws CancellationException when stopped
   */
  Outcome run(int count, IntConsumer progress) {
    try {
      while (strikes.count() < count) {
        if (stopped.getAsBoolean()) {
          throw new CancellationException("stopped");
        }
        rig.steps(strikes.between(0, 14));
        strikes.strike();
        progress.accept(strikes.count());
        if (!flows()) {
          break;
        }
      }
      return reckon();
    } catch (Rig.Stuck e) {
      violated(String.valueOf(e.getMessage()));
      return outcome(0, 0);
    }
  }

  /** The processes it breaks. */
  Rig rig() {
    return rig;
  }

  @Override
  public void close() {
    rig.close();
  }

  private boolean flows() {
    Optional<String> trouble = flow.trouble();
    trouble.ifPresent(this::violated);
    return trouble.isEmpty();
  }

  private Outcome reckon() {
    rig.steps(STEPS_TO_CLOSE_ALL);
    if (flows() && !rig.stopService()) {
      violated("it does not stop");
    }
    rig.killService();
    var reckoning = new Reckoning(log, timeline);
    try (var store = rig.store()) {
      reckoning.reckon(store, rig.data());
    }
    reckoning.violations().forEach(this::violated);
    return outcome(reckoning.windows(), reckoning.unexcused());
  }

  private Outcome outcome(long windows, long unexcused) {
    return new Outcome(strikes.count(), strikes.unfelt(), windows, unexcused, violations);
  }

  private void violated(String what) {
    violations.add(new Violation(seed, strikes.count(), strikes.last(), what));
  }
}
