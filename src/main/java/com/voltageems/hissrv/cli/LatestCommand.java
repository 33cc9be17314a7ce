package com.voltageems.hissrv.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** The newest row of each series, from the running service. */
@Command(
    name = "latest",
    description = "The newest stored row of each series, with its age, from the running service.",
    footer = {
      "",
      "Looked for in the last seven days unless --range says otherwise.",
      "",
      "Examples:",
      "  hissrv latest telemetry",
      "  hissrv latest telemetry 'channel=~10.*' --fields voltage,current",
      "  hissrv latest model_data --interval 5m --range 1h --json"
    })
final class LatestCommand implements Callable<Integer> {
  private static final int SHOWN = 100;

  @ParentCommand private Main main;
  @Mixin private ServiceOptions service;
  @Mixin private SeriesOptions series;

  @Option(names = "--range", paramLabel = "TIME", description = "How far back to look: 1h, 30d.")
  @Nullable String range;

  @Option(names = "--interval", paramLabel = "LEVEL", description = "1m, 5m, … or raw.")
  @Nullable String interval;

  @Option(names = "--fields", paramLabel = "NAMES", description = "With commas in between.")
  @Nullable String fields;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Series at most (${DEFAULT-VALUE}).",
      defaultValue = "" + SHOWN)
  int limit;

  @SuppressWarnings("NullAway.Init") // picocli sets them
  LatestCommand() {}

  @Override
  public Integer call() {
    var asked = new ArrayList<>(series.parameters());
    add(asked, "range", range);
    add(asked, "interval", interval);
    add(asked, "fields", fields);
    asked.add(Map.entry("limit", Integer.toString(limit)));
    try (ServiceClient client = service.client(main)) {
      JsonNode answer = client.ask("GET", "/latest", asked);
      answer.properties().forEach(one -> main.result.put(one.getKey(), one.getValue()));
      print(answer);
    }
    return 0;
  }

  private static void add(
      List<Map.Entry<String, String>> asked, String name, @Nullable String value) {
    if (value != null) {
      asked.add(Map.entry(name, value));
    }
  }

  private static void print(JsonNode answer) {
    var tags = new TreeSet<String>();
    var values = new TreeSet<String>();
    for (JsonNode one : answer.path("series")) {
      one.path("tags").fieldNames().forEachRemaining(tags::add);
      one.path("fields").fieldNames().forEachRemaining(values::add);
    }
    var head = new ArrayList<>(tags);
    head.addAll(List.of("time", "age"));
    head.addAll(values);
    var table = new TextTable(head);
    for (JsonNode one : answer.path("series")) {
      var row = new ArrayList<String>();
      tags.forEach(tag -> row.add(one.path("tags").path(tag).asText("")));
      row.add(one.path("time").asText());
      row.add(age(one.path("age_seconds").asLong()));
      values.forEach(value -> row.add(one.path("fields").path(value).asText("")));
      table.add(row);
    }
    table.print(System.out);
    System.err.printf(
        "%d series of %s, level %s%s%n",
        answer.path("series").size(),
        answer.path("measurement").asText(),
        answer.path("interval").asText(),
        answer.path("after").isTextual() ? "; there are more: raise --limit" : "");
  }

  /** The two largest units. */
  private static String age(long seconds) {
    if (seconds < 60) {
      return seconds + "s";
    }
    if (seconds < 3_600) {
      return seconds / 60 + "m" + seconds % 60 + "s";
    }
    return seconds < 86_400
        ? seconds / 3_600 + "h" + seconds % 3_600 / 60 + "m"
        : seconds / 86_400 + "d" + seconds % 86_400 / 3_600 + "h";
  }
}
