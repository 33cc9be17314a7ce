package com.voltageems.hissrv.cli;

import com.voltageems.hissrv.bench.InstancesBench;
import com.voltageems.hissrv.bench.InstancesBench.Round;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code bench instances}: what a second and a third one bring. */
@Command(
    name = "instances",
    exitCodeList = "1:below a goal, or failed",
    footer = {"", "Examples:", "  hissrv bench instances", "  hissrv bench instances --json"},
    description = {
      "What a second and a third instance bring.",
      "Three instances with leases on a Redis and an InfluxDB of their own, each limited to 0.3 of a",
      "core, while more windows wait in Redis than they can carry; then two, then one. Takes five",
      "minutes; needs influxd (package influxdb); Linux only."
    })
final class BenchInstances implements Callable<Integer> {
  /** Of what one samples. */
  private static final double LEAST_WITH_TWO = 1.5;

  private static final double LEAST_WITH_THREE = 2;

  @ParentCommand private BenchCommand bench;

  @SuppressWarnings("NullAway.Init") // picocli sets them
  BenchInstances() {}

  @Override
  public Integer call() {
    var instances = new InstancesBench(InstantSource.system());
    OnShutdown.run(instances::stop, bench.main.ended);
    List<Round> rounds = instances.run(System.err);
    Map<String, Object> result = bench.main.result;
    for (Round round : rounds) {
      String prefix = "instances_" + round.instances() + "_";
      result.put(prefix + "values_per_second", round.valuesPerSecond());
      result.put(prefix + "cores_each", round.coresEach());
      result.put(prefix + "redis_cores", round.redisCores());
      result.put(prefix + "influx_cores", round.influxCores());
      result.put(prefix + "least_waiting", round.leastWaiting());
    }
    double two = rounds.get(1).valuesPerSecond() / rounds.get(0).valuesPerSecond();
    double three = rounds.get(2).valuesPerSecond() / rounds.get(0).valuesPerSecond();
    result.put("two_to_one", two);
    result.put("three_to_one", three);
    System.out.printf(
        Locale.ROOT,
        "one instance at %.1f of a core: %,.0f values/s; two %.2f times as much, three %.2f times%n"
            + "shared by all with three: InfluxDB %.2f cores, Redis %.2f of its one%n",
        InstancesBench.SHARE,
        rounds.get(0).valuesPerSecond(),
        two,
        three,
        rounds.get(2).influxCores(),
        rounds.get(2).redisCores());
    boolean met =
        rounds.stream().allMatch(round -> round.leastWaiting() > 0)
            && two >= LEAST_WITH_TWO
            && three >= LEAST_WITH_THREE;
    System.out.printf(
        Locale.ROOT,
        "goals: more than they can carry, %.1f times, %.1f times: %s%n",
        LEAST_WITH_TWO,
        LEAST_WITH_THREE,
        met ? "met" : "not met");
    return met ? 0 : 1;
  }
}
