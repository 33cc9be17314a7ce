package com.voltageems.hissrv.cli;

import com.voltageems.hissrv.bench.SamplingBench;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Benchmarks with goals. */
@Command(
    name = "bench",
    description = "Measures against goals; the exit code is 1 below a goal.",
    subcommands = BenchCommand.Sampling.class)
final class BenchCommand implements Runnable {
  @ParentCommand private Main main;
  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets them
  BenchCommand() {}

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which benchmark? There is: sampling");
  }

  /** What sampling and closing cost Redis. */
  @Command(
      name = "sampling",
      description = {
        "Redis CPU of sampling and closing, as a ratio to a pipelined HGETALL of the same hashes,",
        "and the worst PING of a second client. Takes some minutes on a Redis of its own."
      })
  static final class Sampling implements Callable<Integer> {
    private static final double MOST_TIMES_THE_FLOOR = 10;

    @ParentCommand private BenchCommand bench;

    @SuppressWarnings("NullAway.Init") // picocli sets it
    Sampling() {}

    @Override
    public Integer call() {
      var smallLoad = new SamplingBench(200, 50);
      var largeLoad = new SamplingBench(1_000, 100);
      OnShutdown.run(
          () -> {
            smallLoad.stop();
            largeLoad.stop();
          },
          bench.main.ended);
      var small = smallLoad.run(System.err);
      var large = largeLoad.run(System.err);
      double ratio = Math.max(small.ratioToFloor(), large.ratioToFloor());
      double rate = Math.min(small.pointsPerSecondPerCore(), large.pointsPerSecondPerCore());
      double ping = Math.max(small.worstPingMillisMedian(), large.worstPingMillisMedian());
      bench.main.result.put("ratio_to_floor", ratio);
      bench.main.result.put("points_per_second_per_core", rate);
      bench.main.result.put("worst_ping_ms_median", ping);
      System.out.printf(
          Locale.ROOT,
          "%.2f times the floor (goal: at most %.0f), %.2f M points/s per core,"
              + " median worst PING %.2f ms%n",
          ratio,
          MOST_TIMES_THE_FLOOR,
          rate / 1e6,
          ping);
      return ratio <= MOST_TIMES_THE_FLOOR ? 0 : 1;
    }
  }
}
