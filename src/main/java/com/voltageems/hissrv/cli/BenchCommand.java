package com.voltageems.hissrv.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Benchmarks with goals. */
@Command(
    name = "bench",
    exitCodeList = "1:below a goal, or failed",
    footer = {"", "Examples:", "  hissrv bench sampling", "  hissrv bench encoder --json"},
    description = "Measures against goals; the exit code is 1 below a goal.",
    subcommands = {
      BenchSampling.class,
      BenchEncoder.class,
      BenchInflux.class,
      BenchDelivery.class,
      BenchOutage.class,
      BenchQuery.class,
      BenchFaults.class,
      BenchInstances.class
    })
final class BenchCommand implements Runnable {
  @ParentCommand Main main;
  @Spec CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets them
  BenchCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "which benchmark? There are: " + String.join(", ", spec.subcommands().keySet()));
  }
}
