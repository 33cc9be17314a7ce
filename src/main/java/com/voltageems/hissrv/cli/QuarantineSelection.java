package com.voltageems.hissrv.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which of what is in quarantine is meant. */
final class QuarantineSelection {
  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "Occurs in the reason, in upper or lower case.")
  @Nullable String reason;

  @Option(
      names = "--measurement",
      paramLabel = "NAME",
      description = "Of the point or document; an archive that never became a point has none.")
  @Nullable String measurement;

  @Option(
      names = "--entry",
      paramLabel = "TEXT",
      description = "Occurs in the queue entry, as a source does in an archive's name.")
  @Nullable String entry;

  @SuppressWarnings("NullAway.Init") // picocli sets it
  QuarantineSelection() {}

  boolean isEmpty() {
    return reason == null && measurement == null && entry == null;
  }

  /** As the API has them. */
  Map<String, String> parameters() {
    var parameters = new LinkedHashMap<String, String>();
    put(parameters, "reason", reason);
    put(parameters, "measurement", measurement);
    put(parameters, "entry", entry);
    return parameters;
  }

  private static void put(Map<String, String> parameters, String name, @Nullable String value) {
    if (value != null) {
      parameters.put(name, value);
    }
  }
}
