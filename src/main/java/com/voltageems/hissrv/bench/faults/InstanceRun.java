package com.voltageems.hissrv.bench.faults;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/** One round of several instances, one seed one script. */
final class InstanceRun implements AutoCloseable {
  private static final long START = 1_772_366_400L;
  private static final int STEPS_TO_CLOSE_ALL = 66;

  private final long seed;
  private final BooleanSupplier stopped;
  private final SampleLog log;
  private final Visits visits;
  private final List<Violation> violations = new ArrayList<>();
  private final Instances instances;
  private final InstanceStrikes strikes;
  private final InstanceFlow flow;

  InstanceRun(Path folder, long seed, RedisUnderTest redis, int count, BooleanSupplier stopped) {
    this.seed = seed;
    this.stopped = stopped;
    log = new SampleLog(seed, SampleLog.OF_SEVERAL);
    visits = new Visits(START, log.sources());
    instances = new Instances(folder, log, visits, redis, count);
    strikes = new InstanceStrikes(instances, visits, new SplittableRandom(seed));
    flow = new InstanceFlow(instances, log, visits);
  }

  /**
   * What a round showed.
   *
   * @param windows of all sources and levels that were looked at
   * @param whole those of them that had every sample
   * @param lowered those that missed some, or perhaps
   * @param empty those that nobody sampled
   */
  record Outcome(
      int faults,
      long windows,
      long whole,
      long lowered,
      long empty,
      List<Duration> takeOvers,
      List<Duration> failOvers,
      List<Violation> violations) {}

  /**
   * @param count how many faults
   * @param progress is told how many there were
   * @throws CancellationException when stopped
   */
  Outcome run(int count, IntConsumer progress) {
    var reckoning = new InstanceReckoning(log, visits);
    try {
      instances.steps(1);
      while (strikes.count() < count) {
        if (stopped.getAsBoolean()) {
          throw new CancellationException("stopped");
        }
        long from = visits.now();
        instances.steps(strikes.between(0, 14));
        strikes.strike();
        progress.accept(strikes.count());
        Optional<String> trouble = flow.trouble();
        if (instances.redis().hasForgotten()) {
          // A machine that is very busy: a server that did not answer in time.
          visits.forgotten(from);
        }
        if (trouble.isPresent()) {
          violated(trouble.get());
          break;
        }
      }
      reckon(reckoning);
    } catch (Rig.Stuck e) {
      violated(String.valueOf(e.getMessage()));
    }
    return new Outcome(
        strikes.count(),
        reckoning.windows(),
        reckoning.whole(),
        reckoning.lowered(),
        reckoning.empty(),
        strikes.takeOvers(),
        strikes.failOvers(),
        violations);
  }

  private void reckon(InstanceReckoning reckoning) {
    instances.steps(STEPS_TO_CLOSE_ALL);
    flow.trouble().ifPresent(this::violated);
    var ledger = new LedgerReckoning(log, visits);
    ledger.ask(instances.all(), visits.now(), reckoning.violations());
    instances.stop().forEach(name -> violated(name + " does not stop"));
    try (var store = instances.influx().behind()) {
      reckoning.reckon(store, ledger);
      reckoning.closedOnce(instances.direct());
    }
    reckoning.violations().forEach(this::violated);
  }

  private void violated(String what) {
    violations.add(new Violation(seed, strikes.count(), strikes.last(), what));
  }

  @Override
  public void close() {
    instances.close();
  }
}
