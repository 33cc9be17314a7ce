package com.voltageems.hissrv.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Which series: a measurement, and what its tags must be. */
final class SeriesOptions {
  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "MEASUREMENT", description = "For example telemetry.")
  String measurement;

  @Parameters(
      index = "1..*",
      paramLabel = "TAG=VALUE",
      description = {
        "What tags must be: channel=1001, channel!=1001, 'channel=~10.*', 'channel!=~10.*'.",
        "Several of one tag: any of these."
      })
  List<String> tags = List.of();

  @SuppressWarnings("NullAway.Init") // picocli sets them
  SeriesOptions() {}

  /** As the API takes them. */
  List<Map.Entry<String, String>> parameters() {
    var parameters = new ArrayList<Map.Entry<String, String>>();
    parameters.add(Map.entry("measurement", measurement));
    for (String tag : tags) {
      int equals = tag.indexOf('=');
      if (equals <= 0) {
        throw new ParameterException(
            spec.commandLine(), "'" + tag + "' is no condition on a tag; channel=1001 is one");
      }
      parameters.add(Map.entry("tag." + tag.substring(0, equals), tag.substring(equals + 1)));
    }
    return parameters;
  }

  CommandLine commandLine() {
    return spec.commandLine();
  }
}
