package com.voltageems.hissrv.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** What every change of history by hand says: of which series, why, and that it is meant. */
final class OrderOptions {
  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "MEASUREMENT", description = "For example telemetry.")
  String measurement;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "TAG=VALUE",
      description = "What the tags are: channel=1001 interval=1m.")
  Map<String, String> tags = new LinkedHashMap<>();

  @Option(
      names = "--reason",
      required = true,
      paramLabel = "TEXT",
      description = "Why this is done; it stands in the audit log.")
  String reason;

  @Option(names = "--dry-run", description = "Only shows what would change.")
  boolean dryRun;

  @Option(names = "--yes", description = "It is meant; nothing is changed without it.")
  boolean yes;

  @SuppressWarnings("NullAway.Init") // picocli sets them
  OrderOptions() {}

  /** The order, but for what is particular to it. */
  ObjectNode order(JsonMapper json) {
    if (dryRun == yes) {
      throw new ParameterException(
          spec.commandLine(),
          "history is changed for ever: look with --dry-run, then say --yes (one of the two)");
    }
    ObjectNode order = json.createObjectNode();
    order.put("measurement", measurement);
    ObjectNode named = order.putObject("tags");
    tags.forEach(named::put);
    order.put("reason", reason);
    order.put("dry_run", dryRun);
    return order;
  }

  /** What was made of the old values and stays. */
  static void printCoarser(JsonNode answer, PrintStream out) {
    for (JsonNode one : answer.path("coarser")) {
      out.printf(
          "%d windows of %s from %s to %s were made of it and stay as they are%n",
          one.path("windows").asLong(),
          one.path("interval").asText(),
          one.path("start").asText(),
          one.path("stop").asText());
    }
  }
}
