package com.voltageems.hissrv.cli;

import com.voltageems.hissrv.config.Config;
import com.voltageems.hissrv.config.InfluxConfig;
import com.voltageems.hissrv.store.influx.InfluxSetup;
import com.voltageems.hissrv.store.influx.SetupStep;
import com.voltageems.hissrv.store.influx.SetupStep.Outcome;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** The place in InfluxDB where history goes. */
@Command(
    name = "influx",
    description = "Sets InfluxDB up for history.",
    subcommands = {InfluxCommand.Init.class},
    footer = {"", "Examples:", "  hissrv influx init --dry-run"})
final class InfluxCommand implements Runnable {
  @ParentCommand private Main main;
  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets them
  InfluxCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "what about InfluxDB? There are: " + String.join(", ", spec.subcommands().keySet()));
  }

  /** Makes what is missing. */
  @Command(
      name = "init",
      description = {
        "Makes what is missing in InfluxDB.",
        "That is the bucket or database that the configuration's influxdb section names, kept as long as",
        "store.retention says of the longest level, and the name by which InfluxQL finds it. What is there",
        "stays as it is. The token or user must have the right to make it; the service needs less."
      },
      exitCodeList = {"0:all is there", "1:something is not, or failed"},
      footer = {
        "",
        "Examples:",
        "  hissrv influx init --dry-run",
        "  hissrv influx init --config /etc/hissrv/default.yml"
      })
  static final class Init implements Callable<Integer> {
    @ParentCommand private InfluxCommand influx;

    @Option(names = "--dry-run", description = "Only says what is there and what is not.")
    private boolean dryRun;

    @Option(names = "--also", description = "For the second store, which store.also names.")
    private boolean also;

    @SuppressWarnings("NullAway.Init") // picocli sets it
    Init() {}

    @Override
    public Integer call() {
      Config config = ServiceOptions.configuration(influx.main, System.getenv());
      InfluxConfig server =
          (also ? config.store().also() : config.influxdb())
              .orElseThrow(() ->
                  new ServiceException(
                      "the configuration has no " + (also ? "store.also" : "section influxdb")));
      Map<String, Object> result = influx.main.result;
      InfluxSetup.Done done =
          InfluxSetup.runAll(
              server, config.store().retention(), config.aggregation().levels(), !dryRun);
      List<SetupStep> steps = done.steps();
      result.put("server", done.product());
      result.put("dry_run", dryRun);
      result.put(
          "steps",
          steps.stream()
              .map(step -> Map.of("outcome", step.outcome().label(), "what", step.what()))
              .toList());
      steps.forEach(step -> System.out.printf("%-8s %s%n", step.outcome().label(), step.what()));
      return steps.stream().anyMatch(step -> step.outcome() == Outcome.MISSING) ? 1 : 0;
    }
  }
}
