package com.voltageems.hissrv.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** A stretch of history deleted, by the running service. */
@Command(
    name = "delete",
    description = "Deletes a stretch of history, of every series that has these tags.",
    exitCodeList = "1:rows are there all the same, or failed",
    footer = {
      "",
      "Windows that lie wholly in it go, of all levels unless interval=LEVEL is given. It does not come back",
      "from Redis; a backup that has it does.",
      "",
      "Examples:",
      "  hissrv delete telemetry channel=1001 --from now-2h --to now-1h --reason 'test bench' --dry-run",
      "  hissrv delete telemetry channel=1001 interval=1m --from now-2h --to now-1h --reason test --yes"
    })
final class DeleteCommand implements Callable<Integer> {
  private static final JsonMapper JSON = new JsonMapper();

  @ParentCommand private Main main;
  @Mixin private ServiceOptions service;
  @Mixin private OrderOptions order;

  @Option(names = "--from", required = true, paramLabel = "TIME", description = "The first moment.")
  String from;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "TIME",
      description = "The first moment after; not in the future.")
  String to;

  @SuppressWarnings("NullAway.Init") // picocli sets them
  DeleteCommand() {}

  @Override
  public Integer call() {
    ObjectNode body = order.order(JSON).put("start", from).put("stop", to);
    try (ServiceClient client = service.client(main)) {
      JsonNode answer = client.send("POST", "/deletions", body.toString());
      answer.properties().forEach(one -> main.result.put(one.getKey(), one.getValue()));
      print(answer);
      long left = answer.path("left").asLong() + answer.path("also").path("left").asLong();
      return left > 0 ? 1 : 0;
    }
  }

  private void print(JsonNode answer) {
    answer
        .path("levels")
        .properties()
        .forEach(level ->
            System.out.printf("%,d rows of %s%n", level.getValue().asLong(), level.getKey()));
    OrderOptions.printCoarser(answer, System.out);
    JsonNode also = answer.path("also");
    if (also.isObject()) {
      System.out.printf("%,d rows in the second store%n", also.path("rows").asLong());
    }
    long rows = answer.path("rows").asLong();
    if (order.dryRun) {
      System.out.printf("%,d rows would be deleted%n", rows);
      return;
    }
    System.out.printf(
        "%,d rows deleted, and %,d points that waited for the store%n",
        rows - answer.path("left").asLong(), answer.path("waiting").asLong());
    if (answer.path("left").asLong() > 0) {
      System.err.printf("%,d rows are there all the same%n", answer.path("left").asLong());
    }
  }
}
