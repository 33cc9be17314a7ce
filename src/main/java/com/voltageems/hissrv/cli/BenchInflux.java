package com.voltageems.hissrv.cli;

import com.voltageems.hissrv.bench.InfluxBench;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code bench influx}: what delivery costs beside InfluxDB itself. */
@Command(
    name = "influx",
    exitCodeList = "1:below a goal, or failed",
    footer = {"", "Examples:", "  hissrv bench influx --json"},
    description = {
      "What the adapter costs beside InfluxDB itself.",
      "Values per second from the outbox into a real InfluxDB 1.x (influxd must be installed), until the",
      "outbox may forget them, against the same lines, encoded beforehand, posted by a plain HTTP loop.",
      "About a minute."
    })
final class BenchInflux implements Callable<Integer> {
  private static final double LEAST_RATIO = 0.9;

  @ParentCommand private BenchCommand bench;

  @SuppressWarnings("NullAway.Init") // picocli sets it
  BenchInflux() {}

  @Override
  public Integer call() {
    InfluxBench.Result result = new InfluxBench().run();
    bench.main.result.put("values_per_second", result.valuesPerSecond());
    bench.main.result.put("plain_http_values_per_second", result.plainValuesPerSecond());
    bench.main.result.put("ratio_to_plain_http", result.ratio());
    boolean met = result.ratio() >= LEAST_RATIO;
    System.out.printf(
        Locale.ROOT,
        "%.0f values/s, by plain HTTP %.0f: %.2f of it; goal: at least %.1f: %s%n",
        result.valuesPerSecond(),
        result.plainValuesPerSecond(),
        result.ratio(),
        LEAST_RATIO,
        met ? "met" : "not met");
    return met ? 0 : 1;
  }
}
