package com.voltageems.hissrv.cli;

import com.voltageems.hissrv.bench.faults.FaultBench;
import com.voltageems.hissrv.bench.faults.FaultBench.Result;
import com.voltageems.hissrv.config.StoreType;
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
      "  hissrv bench faults --store influxdb --count 20"
    },
    description = {
      "Whether anything is lost, whatever breaks.",
      "Breaks what can break while a fixed log of samples flows: HisSrv is killed, Redis is killed, the",
      "store refuses, hangs and breaks off, the disk is full, a log's tail is torn, the process is",
      "frozen, the clock is set. Then compares what arrived with the log. The exit code is 1 when",
      "anything is missing, doubled or wrong, or did not flow again within 30 s. About 3 s a fault, on",
      "a Redis of its own; Linux only."
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
      names = "--count",
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

  @SuppressWarnings("NullAway.Init") // picocli sets them
  BenchFaults() {}

  @Override
  public Integer call() {
    if (count < 1) {
      throw new ParameterException(
          spec.commandLine(), "Invalid value for option '--count': at least 1");
    }
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
    bench.main.result.put("seed", seed);
    bench.main.result.put("faults", result.faults());
    bench.main.result.put("violations", result.violations().size());
    bench.main.result.put("unfelt", result.unfelt());
    bench.main.result.put("windows", result.windows());
    bench.main.result.put("unexcused_share", result.unexcusedShare());
    bench.main.result.put(
        "details", result.violations().stream().map(violation -> violation.toString()).toList());
    return result.violations().isEmpty() && result.faults() >= count && enough ? 0 : 1;
  }
}
