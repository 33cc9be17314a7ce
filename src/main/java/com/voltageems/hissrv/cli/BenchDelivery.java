package com.voltageems.hissrv.cli;

import com.voltageems.hissrv.bench.DeliveryBench;
import com.voltageems.hissrv.bench.DeliveryBench.Target;
import com.voltageems.hissrv.bench.DiskBench;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code bench delivery}: what the way from Redis to the store costs. */
@Command(
    name = "delivery",
    exitCodeList = "1:below a goal, or failed",
    footer = {"", "Examples:", "  hissrv bench delivery", "  hissrv bench delivery --json"},
    description = {
      "What the way from Redis to the store costs.",
      "Field values per second of CPU from archives in Redis through mapping and the fsynced outbox",
      "to the store, and each stage's share: to a store that keeps nothing, and to the embedded one;",
      "and the bytes on disk per window. Takes about two minutes on a Redis of its own."
    })
final class BenchDelivery implements Callable<Integer> {
  private static final double LEAST_VALUES_PER_SECOND = 300_000;
  private static final double LEAST_VALUES_PER_SECOND_TO_SQLITE = 150_000;
  private static final double MOST_BYTES_PER_WINDOW = 24;

  @ParentCommand private BenchCommand bench;

  @SuppressWarnings("NullAway.Init") // picocli sets it
  BenchDelivery() {}

  @Override
  public Integer call() {
    var stages = new LinkedHashMap<String, Map<String, Double>>();
    DeliveryBench.Result toNull = run(Target.NULL, stages);
    DeliveryBench.Result toSqlite = run(Target.SQLITE, stages);
    DiskBench.Result disk = new DiskBench().run();
    System.out.printf(
        Locale.ROOT,
        "%.1f bytes on disk per window; sealing: %.0f values/s per core%n",
        disk.bytesPerWindow(),
        disk.sealedValuesPerSecondPerCore());
    Map<String, Object> result = bench.main.result;
    result.put("values_per_second_per_core", toNull.valuesPerSecondPerCore());
    result.put("sqlite_values_per_second_per_core", toSqlite.valuesPerSecondPerCore());
    result.put("stages", stages);
    result.put("bytes_per_window", disk.bytesPerWindow());
    result.put("sealed_values_per_second_per_core", disk.sealedValuesPerSecondPerCore());
    boolean met =
        toNull.valuesPerSecondPerCore() >= LEAST_VALUES_PER_SECOND
            && toSqlite.valuesPerSecondPerCore() >= LEAST_VALUES_PER_SECOND_TO_SQLITE
            && disk.bytesPerWindow() <= MOST_BYTES_PER_WINDOW;
    System.out.printf(
        Locale.ROOT,
        "goals: at least %.0f values/s per core to nowhere, %.0f to SQLite, at most %.0f bytes per"
            + " window: %s%n",
        LEAST_VALUES_PER_SECOND,
        LEAST_VALUES_PER_SECOND_TO_SQLITE,
        MOST_BYTES_PER_WINDOW,
        met ? "met" : "not met");
    return met ? 0 : 1;
  }

  private DeliveryBench.Result run(Target target, Map<String, Map<String, Double>> stages) {
    var delivery = new DeliveryBench(target);
    OnShutdown.run(delivery::stop, bench.main.ended);
    DeliveryBench.Result result = delivery.run(System.err);
    String name = target.name().toLowerCase(Locale.ROOT);
    stages.put(name, result.shares());
    System.out.printf(
        Locale.ROOT,
        "to %-7s %8.0f values/s per core: %s%n",
        name,
        result.valuesPerSecondPerCore(),
        result.shares().entrySet().stream()
            .map(share ->
                String.format(Locale.ROOT, "%s %.0f %%", share.getKey(), 100 * share.getValue()))
            .collect(Collectors.joining(", ")));
    return result;
  }
}
