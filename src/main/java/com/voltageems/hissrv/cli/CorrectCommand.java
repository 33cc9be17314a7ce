package com.voltageems.hissrv.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Other values in history, by the running service. */
@Command(
    name = "correct",
    description = "Writes other values into history: of one series, at one or more times.",
    footer = {
      "",
      "The series is named with all its tags. What comes of these values from Redis later is kept out.",
      "",
      "Examples:",
      "  hissrv correct tariff site=a --time 2026-11-22T21:00:00Z --set price=0.31 --reason typo --dry-run",
      "  hissrv correct tariff site=a --time 2026-11-22T21:00:00Z --set price=0.31 --reason typo --yes"
    })
final class CorrectCommand implements Callable<Integer> {
  private static final JsonMapper JSON = new JsonMapper();

  @ParentCommand private Main main;
  @Mixin private ServiceOptions service;
  @Mixin private OrderOptions order;

  @Option(
      names = "--time",
      required = true,
      paramLabel = "TIME",
      description = "Of a window its start; several times: all get the same values.")
  List<String> times = List.of();

  @Option(
      names = "--set",
      required = true,
      paramLabel = "FIELD=VALUE",
      description = "A number, true or false, else a text; \"12\" in double quotes is a text, too.")
  Map<String, String> values = new LinkedHashMap<>();

  @SuppressWarnings("NullAway.Init") // picocli sets them
  CorrectCommand() {}

  @Override
  public Integer call() {
    ObjectNode body = order.order(JSON);
    var rows = body.putArray("rows");
    for (String time : times) {
      ObjectNode fields = rows.addObject().put("time", time).putObject("fields");
      values.forEach((field, value) -> fields.set(field, value(value)));
    }
    try (ServiceClient client = service.client(main)) {
      JsonNode answer = client.send("POST", "/corrections", body.toString());
      answer.properties().forEach(one -> main.result.put(one.getKey(), one.getValue()));
      print(answer);
    }
    return 0;
  }

  private static JsonNode value(String text) {
    try {
      JsonNode value = JSON.readTree(text);
      return value.isNumber() || value.isBoolean() || value.isTextual()
          ? value
          : TextNode.valueOf(text);
    } catch (JsonProcessingException e) {
      return TextNode.valueOf(text);
    }
  }

  private void print(JsonNode answer) {
    var table = new TextTable(List.of("time", "field", "before", "after"));
    for (JsonNode one : answer.path("values")) {
      JsonNode before = one.path("before");
      table.add(
          List.of(
              one.path("time").asText(),
              one.path("field").asText(),
              before.isNull() ? "" : before.asText(),
              one.path("after").asText()));
    }
    table.print(System.out);
    OrderOptions.printCoarser(answer, System.out);
    int changes = answer.path("values").size();
    System.out.println(
        order.dryRun ? changes + " values would be written" : changes + " values written");
  }
}
