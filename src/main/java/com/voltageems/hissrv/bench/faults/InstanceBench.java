package com.voltageems.hissrv.bench.faults;

import com.voltageems.hissrv.demo.RunFolder;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Several instances with leases, on one Redis and one InfluxDB, all real processes on the loopback:
 * killed, paused, cut off, destroyed with their disks, and Redis with them, while a fixed log of
 * samples flows. Nothing may be missing, doubled or wrong; each window is closed once.
 */
public final class InstanceBench {
  /** A round has processes and files of its own. */
  private static final int FAULTS_PER_ROUND = 25;

  private final RedisKind redis;
  private final int instances;
  private volatile boolean stopped;

  /**
   * @param instances how many
   */
  public InstanceBench(RedisKind redis, int instances) {
    this.redis = redis;
    this.instances = instances;
  }

  /**
   * What was shown.
   *
   * @param windows of all sources and levels that were compared
   * @param whole those that had every sample
   * @param lowered those that missed some, or perhaps
   * @param empty those that nobody sampled, between two owners
   * @param takeOvers from the loss of an instance until others had sampled all its sources
   * @param failOvers from the loss of a Redis until all sources were sampled again
   */
  public record Result(
      int faults,
      long windows,
      long whole,
      long lowered,
      long empty,
      List<Duration> takeOvers,
      List<Duration> failOvers,
      List<Violation> violations) {
    /** Copies the lists. */
    public Result {
      takeOvers = takeOvers.stream().sorted().toList();
      failOvers = failOvers.stream().sorted().toList();
      violations = List.copyOf(violations);
    }

    private static Result of(InstanceRun.Outcome one) {
      return new Result(
          one.faults(),
          one.windows(),
          one.whole(),
          one.lowered(),
          one.empty(),
          one.takeOvers(),
          one.failOvers(),
          one.violations());
    }

    private Result and(Result other) {
      return new Result(
          faults + other.faults,
          windows + other.windows,
          whole + other.whole,
          lowered + other.lowered,
          empty + other.empty,
          both(takeOvers, other.takeOvers),
          both(failOvers, other.failOvers),
          both(violations, other.violations));
    }

    private static <T> List<T> both(List<T> some, List<T> others) {
      var both = new ArrayList<>(some);
      both.addAll(others);
      return both;
    }

    @Override
    public String toString() {
      return ("%d faults, %d windows: %d whole, %d lowered, %d of nobody; take-over %s, Redis back"
              + " %s; %d violations")
          .formatted(
              faults,
              windows,
              whole,
              lowered,
              empty,
              times(takeOvers),
              times(failOvers),
              violations.size());
    }

    private static String times(List<Duration> times) {
      return times.isEmpty()
          ? "none"
          : "median %d ms, worst %d ms (of %d)"
              .formatted(median(times), times.getLast().toMillis(), times.size());
    }

    /** In milliseconds; of a list that is sorted and not empty. */
    public static long median(List<Duration> times) {
      return times.get(times.size() / 2).toMillis();
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
    var all = new Result(0, 0, 0, 0, 0, List.of(), List.of(), List.of());
    for (long round = seed; all.faults() < count; round++) {
      int before = all.faults();
      int some = Math.min(FAULTS_PER_ROUND, count - before);
      Result one;
      try (var folder = RunFolder.create();
          var run =
              new InstanceRun(
                  folder.path(), round, redis.start(folder.path()), instances, () -> stopped)) {
        one =
            Result.of(
                run.run(
                    some, struck -> progress.printf("\r%d of %d faults", before + struck, count)));
      }
      all = all.and(one);
      progress.printf("\rseed %d: %s%n", round, one);
      one.violations().forEach(violation -> progress.println("  " + violation));
      if (one.faults() < some || !one.violations().isEmpty()) {
        break;
      }
    }
    return all;
  }
}
