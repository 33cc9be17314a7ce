package com.voltageems.hissrv.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpHeaders;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** History as a table, from the running service. */
@Command(
    name = "query",
    description = "History as a table, from the running service.",
    footer = {
      "",
      "Without --range or --start it is the last hour. A table has at most --limit rows (100); --csv and",
      "--ndjson write all there are, as they come.",
      "",
      "Examples:",
      "  hissrv query telemetry channel=1001",
      "  hissrv query telemetry channel=1001 --fields voltage --fn mean,max --every 15m --range 1d",
      "  hissrv query telemetry 'channel=~10.*' --range 30d --csv -o telemetry.csv",
      "  hissrv query model_data model=plant --mode summary --range 1d --json"
    })
final class QueryCommand implements Callable<Integer> {
  private static final int SHOWN = 100;

  @ParentCommand private Main main;
  @Mixin private ServiceOptions service;
  @Mixin private SeriesOptions series;

  @Option(names = "--range", paramLabel = "TIME", description = "How far back from now: 15m, 1d.")
  @Nullable String range;

  @Option(
      names = "--start",
      paramLabel = "TIME",
      description = "RFC 3339, epoch seconds or milliseconds, or now-1d.")
  @Nullable String start;

  @Option(names = "--stop", paramLabel = "TIME", description = "Now by default.")
  @Nullable String stop;

  @Option(names = "--interval", paramLabel = "LEVEL", description = "1m, 5m, …, raw or auto.")
  @Nullable String interval;

  @Option(names = "--fields", paramLabel = "NAMES", description = "With commas in between.")
  @Nullable String fields;

  @Option(names = "--fn", paramLabel = "NAMES", description = "mean, max, increase, …")
  @Nullable String fn;

  @Option(names = "--every", paramLabel = "TIME", description = "Buckets: 15m, 1h, 1d, 1mo.")
  @Nullable String every;

  @Option(names = "--fill", paramLabel = "HOW", description = "none, null, previous, linear, 0.")
  @Nullable String fill;

  @Option(names = "--tz", paramLabel = "ZONE", description = "Whose days buckets follow.")
  @Nullable String zone;

  @Option(names = "--mode", paramLabel = "MODE", description = "raw, summary, interpolated, plot.")
  @Nullable String mode;

  @Option(names = "--order", paramLabel = "ORDER", description = "asc or desc.")
  @Nullable String order;

  @Option(names = "--limit", paramLabel = "N", description = "Rows at most.")
  @Nullable Integer limit;

  @Option(names = "--csv", description = "CSV on standard output, or in -o.")
  boolean csv;

  @Option(names = "--ndjson", description = "A JSON object a line.")
  boolean ndjson;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where --csv or --ndjson go to.")
  @Nullable Path output;

  @SuppressWarnings("NullAway.Init") // picocli sets them
  QueryCommand() {}

  @Override
  public Integer call() throws IOException {
    try (ServiceClient client = service.client(main)) {
      if (csv || ndjson) {
        copy(client);
      } else {
        JsonNode answer = client.ask("GET", "/query", parameters(true));
        answer.properties().forEach(one -> main.result.put(one.getKey(), one.getValue()));
        AnswerTable.print(answer, System.out);
        tellOfMore(answer);
      }
    }
    return 0;
  }

  private void copy(ServiceClient client) throws IOException {
    var parameters = new ArrayList<>(parameters(false));
    parameters.add(Map.entry("format", csv ? "csv" : "ndjson"));
    if (output == null) {
      HttpHeaders _ = client.copy("/query", parameters, System.out);
      return;
    }
    try (OutputStream file = new FileOutputStream(output.toFile())) {
      HttpHeaders _ = client.copy("/query", parameters, file);
    }
    System.err.println("written to " + output);
  }

  private static void tellOfMore(JsonNode answer) {
    int rows = answer.path("rows").size();
    boolean more = answer.path("cursor").isTextual();
    System.err.printf(
        "%d rows of level %s%s%n",
        rows,
        answer.path("interval").asText(),
        more ? "; there are more: raise --limit, or take --csv for all" : "");
    answer.path("warnings").forEach(warning -> System.err.println(warning.asText()));
  }

  private List<Map.Entry<String, String>> parameters(boolean aPage) {
    var parameters = new ArrayList<>(series.parameters());
    var given = new LinkedHashMap<String, @Nullable Object>();
    given.put("range", range);
    given.put("start", start);
    given.put("stop", stop);
    given.put("interval", interval);
    given.put("fields", fields);
    given.put("fn", fn);
    given.put("every", every);
    given.put("fill", fill);
    given.put("tz", zone);
    given.put("mode", mode);
    given.put("order", order);
    boolean isPaged = fn == null && mode == null;
    given.put("limit", limit == null && aPage && isPaged ? Integer.valueOf(SHOWN) : limit);
    given.forEach((name, value) -> {
      if (value != null) {
        parameters.add(Map.entry(name, value.toString()));
      }
    });
    return parameters;
  }
}
