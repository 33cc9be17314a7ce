package com.voltageems.hissrv.cli;

import com.voltageems.hissrv.bench.SamplingBench;
import com.voltageems.hissrv.bench.SamplingBench.Load;
import com.voltageems.hissrv.bench.SamplingBench.Result;
import com.voltageems.hissrv.model.Statistic;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code bench sampling}: what sampling and closing cost Redis. */
@Command(
    name = "sampling",
    exitCodeList = "1:below a goal, or failed",
    footer = {"", "Examples:", "  hissrv bench sampling", "  hissrv bench sampling --json"},
    description = {
      "What sampling and closing cost Redis.",
      "Redis CPU of sampling and closing, as a ratio to a pipelined HGETALL of the same hashes,",
      "and the worst PING of a second client: for 200 x 50 and 1000 x 100 points, of which the",
      "worse counts, then with times of values (:ts) and with every statistic. Takes some minutes",
      "on a Redis of its own: the server that is installed here, as a site has it, else the bundled",
      "one, which is measured once in any case."
    })
final class BenchSampling implements Callable<Integer> {
  private static final double MOST_TIMES_THE_FLOOR = 5;
  private static final double LEAST_POINTS_PER_SECOND = 1.5e6;
  private static final double MOST_PING_MILLIS = 2;

  private static final Set<Statistic> EVERY = EnumSet.complementOf(EnumSet.of(Statistic.INCREASE));

  @ParentCommand private BenchCommand bench;

  @SuppressWarnings("NullAway.Init") // picocli sets it
  BenchSampling() {}

  @Override
  public Integer call() {
    Result small = run("200 x 50", new Load(200, 50, Statistic.USUAL, false));
    Result large = run("1000 x 100", new Load(1_000, 100, Statistic.USUAL, false));
    report("with_timestamps", run("200 x 50, :ts", new Load(200, 50, Statistic.USUAL, true)));
    report("every_statistic", run("200 x 50, every statistic", new Load(200, 50, EVERY, false)));
    var bundled = new Load(200, 50, Statistic.USUAL, false);
    report("bundled_server", run("200 x 50, bundled server", bundled, true));
    var worse =
        new Result(
            small.server(),
            Math.max(small.ratioToFloor(), large.ratioToFloor()),
            Math.min(small.pointsPerSecondPerCore(), large.pointsPerSecondPerCore()),
            Math.max(small.worstPingMillisMedian(), large.worstPingMillisMedian()),
            Math.max(small.longestCallMillisMedian(), large.longestCallMillisMedian()));
    bench.main.result.putAll(figures(worse));
    System.out.printf(
        Locale.ROOT,
        "goals: at most %.0f times the floor, at least %.1f M points/s per core, at most %.0f ms:"
            + " %s%n",
        MOST_TIMES_THE_FLOOR,
        LEAST_POINTS_PER_SECOND / 1e6,
        MOST_PING_MILLIS,
        meetsGoals(worse) ? "met" : "not met");
    return meetsGoals(worse) ? 0 : 1;
  }

  private static boolean meetsGoals(Result result) {
    return result.ratioToFloor() <= MOST_TIMES_THE_FLOOR
        && result.pointsPerSecondPerCore() >= LEAST_POINTS_PER_SECOND
        && result.worstPingMillisMedian() <= MOST_PING_MILLIS;
  }

  private Result run(String name, Load load) {
    return run(name, load, false);
  }

  private Result run(String name, Load load, boolean bundled) {
    var sampling = new SamplingBench(load, bundled);
    OnShutdown.run(sampling::stop, bench.main.ended);
    Result result = sampling.run(System.err);
    System.out.printf(
        Locale.ROOT,
        "%-26s %5.2f times the floor, %.2f M points/s per core, median worst PING %.2f ms,"
            + " longest call %.2f ms (%s)%n",
        name,
        result.ratioToFloor(),
        result.pointsPerSecondPerCore() / 1e6,
        result.worstPingMillisMedian(),
        result.longestCallMillisMedian(),
        result.server());
    return result;
  }

  private void report(String name, Result result) {
    bench.main.result.put(name, figures(result));
  }

  private static Map<String, Object> figures(Result result) {
    var figures = new LinkedHashMap<String, Object>();
    figures.put("server", result.server());
    figures.put("ratio_to_floor", result.ratioToFloor());
    figures.put("points_per_second_per_core", result.pointsPerSecondPerCore());
    figures.put("worst_ping_ms_median", result.worstPingMillisMedian());
    figures.put("longest_call_ms_median", result.longestCallMillisMedian());
    return figures;
  }
}
