package com.voltageems.hissrv.cli;

import com.voltageems.hissrv.bench.faults.FaultBench;
import com.voltageems.hissrv.bench.faults.FaultBench.Result;
import com.voltageems.hissrv.bench.faults.InstanceBench;
import com.voltageems.hissrv.bench.faults.RedisKind;
import com.voltageems.hissrv.bench.faults.Violation;
import com.voltageems.hissrv.config.StoreType;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code bench faults}: whether anything is lost, whatever breaks. */
@Command(
    name = "faults",
    exitCodeList = "1:anything is missing, doubled or wrong, or failed",
    footer = {
      "",
      "Examples:",
      "  hissrv bench faults",
      "  hissrv bench faults --seed 7 --count 10",
      "  hissrv bench faults --store influxdb --count 20",
      "  hissrv bench faults --instances 3 --redis cluster --count 25"
    },
    description = {
      "Whether anything is lost, whatever breaks.",
      "Breaks what can break while a fixed log of samples flows: HisSrv is killed, Redis is killed, the",
      "store refuses, hangs and breaks off, the disk is full, a log's tail is torn, the process is",
      "frozen, the clock is set. Then compares what arrived with the log. The exit code is 1 when",
      "anything is missing, doubled or wrong, or did not flow again within 30 s. About 3 s a fault, on",
      "a Redis of its own; Linux only.",
      "With --instances several share the sources by leases, on one InfluxDB: they are killed, paused",
      "and cut off past their leases, destroyed with their disks, and Redis fails. About 10 s a fault."
    })
final class BenchFaults implements Callable<Integer> {
  private static final double LEAST_UNEXCUSED = 0.8;

  @ParentCommand private BenchCommand bench;
  @Spec private CommandSpec spec;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "of the first round; each of 100 faults has the next (default ${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = {"--count", "--faults"},
      paramLabel = "N",
      defaultValue = "100",
      description = "how many faults (default ${DEFAULT-VALUE})")
  private int count;

  @Option(
      names = "--store",
      paramLabel = "STORE",
      defaultValue = "sqlite",
      description = {
        "sqlite, or influxdb: a real InfluxDB 1.x (influxd must be installed) behind a faulty proxy",
        "(default ${DEFAULT-VALUE})"
      })
  private StoreType store;

  @Option(
      names = "--instances",
      paramLabel = "N",
      defaultValue = "1",
      description = {
        "how many share the sources, at most 9; more than 1 needs influxd",
        "(default ${DEFAULT-VALUE})"
      })
  private int instances;

  @Option(
      names = "--redis",
      paramLabel = "KIND",
      defaultValue = "one",
      description =
          "what several instances share: one, sentinel or cluster (default ${DEFAULT-VALUE})")
  private RedisKind redis;

  @SuppressWarnings("NullAway.Init") // picocli sets them
  BenchFaults() {}

  @Override
  public Integer call() {
    if (count < 1) {
      throw new ParameterException(
          spec.commandLine(), "Invalid value for option '--count': at least 1");
    }
    if (instances < 1 || instances > 9) {
      throw new ParameterException(
          spec.commandLine(), "Invalid value for option '--instances': 1 to 9");
    }
    return instances == 1 ? ofOne() : ofSeveral();
  }

  private int ofSeveral() {
    var faults = new InstanceBench(redis, instances);
    OnShutdown.run(faults::stop, bench.main.ended);
    InstanceBench.Result result = faults.run(seed, count, System.err);
    System.out.println(result);
    result.violations().forEach(System.out::println);
    tell(seed, result.faults(), result.windows(), result.violations());
    bench.main.result.put("instances", instances);
    bench.main.result.put("redis", redis.name().toLowerCase(Locale.ROOT));
    bench.main.result.put("whole", result.whole());
    bench.main.result.put("lowered", result.lowered());
    bench.main.result.put("sampled_by_nobody", result.empty());
    tell("take_over", result.takeOvers());
    tell("redis_back", result.failOvers());
    return result.violations().isEmpty() && result.faults() >= count ? 0 : 1;
  }

  private void tell(String what, List<Duration> times) {
    if (!times.isEmpty()) {
      bench.main.result.put(what + "_median_ms", InstanceBench.Result.median(times));
      bench.main.result.put(what + "_worst_ms", times.getLast().toMillis());
    }
  }

  private void tell(long seed, int faults, long windows, List<Violation> violations) {
    bench.main.result.put("seed", seed);
    bench.main.result.put("faults", faults);
    bench.main.result.put("violations", violations.size());
    bench.main.result.put("windows", windows);
    bench.main.result.put(
        "details", violations.stream().map(violation -> violation.toString()).toList());
  }

  private int ofOne() {
    var faults = new FaultBench(store == StoreType.INFLUXDB);
    OnShutdown.run(faults::stop, bench.main.ended);
    Result result = faults.run(seed, count, System.err);
    boolean enough = result.unexcusedShare() >= LEAST_UNEXCUSED;
    System.out.printf(
        Locale.ROOT,
        "%d faults, %d windows compared, %.0f %% of them excused by nothing%s: %d violations%n",
        result.faults(),
        result.windows(),
        100 * result.unexcusedShare(),
        enough ? "" : " (too few)",
        result.violations().size());
    result.violations().forEach(System.out::println);
    tell(seed, result.faults(), result.windows(), result.violations());
    bench.main.result.put("unfelt", result.unfelt());
    bench.main.result.put("unexcused_share", result.unexcusedShare());
    return result.violations().isEmpty() && result.faults() >= count && enough ? 0 : 1;
  }
}
