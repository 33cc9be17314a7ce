package com.voltageems.hissrv.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Which series: a measurement, and what its tags must be. */
final class SeriesOptions {
  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = {"-m", "--measurement"},
      paramLabel = "MEASUREMENT",
      description = "For example telemetry; may also be the first word.")
  @Nullable String measurement;

  @Parameters(
      paramLabel = "[MEASUREMENT] TAG=VALUE",
      description = {
        "The measurement, unless -m names it; then what tags must be:",
        "channel=1001, channel!=1001, 'channel=~10.*', 'channel!=~10.*'. Several of one tag: any of these."
      })
  List<String> words = List.of();

  @SuppressWarnings("NullAway.Init") // picocli sets them
  SeriesOptions() {}

  /** As the API takes them. */
  List<Map.Entry<String, String>> parameters() {
    var parameters = new ArrayList<Map.Entry<String, String>>();
    if (measurement == null && words.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "which measurement? Give its name, for example telemetry");
    }
    parameters.add(Map.entry("measurement", measurement == null ? words.getFirst() : measurement));
    for (String tag : measurement == null ? words.subList(1, words.size()) : words) {
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
