package com.voltageems.hissrv.cli;

import com.voltageems.hissrv.bench.EncoderBench;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code bench encoder}: what writing line protocol costs. */
@Command(
    name = "encoder",
    exitCodeList = "1:below a goal, or failed",
    footer = {"", "Examples:", "  hissrv bench encoder"},
    description = {
      "What writing line protocol costs.",
      "Field values per second of CPU written as InfluxDB's line protocol, random full-precision",
      "doubles, 50 to a point, and what that allocates. Takes some seconds."
    })
final class BenchEncoder implements Callable<Integer> {
  private static final double LEAST_VALUES_PER_SECOND = 5e6;
  private static final double BYTES_PER_POINT_BELOW = 1;

  @ParentCommand private BenchCommand bench;

  @SuppressWarnings("NullAway.Init") // picocli sets it
  BenchEncoder() {}

  @Override
  public Integer call() {
    EncoderBench.Result result = new EncoderBench().run();
    bench.main.result.put("values_per_second_per_core", result.valuesPerSecondPerCore());
    bench.main.result.put("allocated_bytes_per_point", result.allocatedBytesPerPoint());
    boolean met =
        result.valuesPerSecondPerCore() >= LEAST_VALUES_PER_SECOND
            && result.allocatedBytesPerPoint() < BYTES_PER_POINT_BELOW;
    System.out.printf(
        Locale.ROOT,
        "%.2f M values/s per core, %.3f bytes allocated per point; goals: at least %.0f M, below"
            + " %.0f: %s%n",
        result.valuesPerSecondPerCore() / 1e6,
        result.allocatedBytesPerPoint(),
        LEAST_VALUES_PER_SECOND / 1e6,
        BYTES_PER_POINT_BELOW,
        met ? "met" : "not met");
    return met ? 0 : 1;
  }
}
