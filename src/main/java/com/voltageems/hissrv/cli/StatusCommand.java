package com.voltageems.hissrv.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** How the running service is. */
@Command(
    name = "status",
    exitCodeList = {"0:all is well", "1:a component is down, or nobody answers"},
    description = "How the running service is: each component, what it did, what waits.",
    footer = {
      "",
      "Examples:",
      "  hissrv status",
      "  hissrv status --url http://edge-box:8082 --json"
    })
final class StatusCommand implements Callable<Integer> {
  @ParentCommand private Main main;
  @Mixin private ServiceOptions service;

  @SuppressWarnings("NullAway.Init") // picocli sets them
  StatusCommand() {}

  @Override
  public Integer call() {
    try (ServiceClient client = service.client(main)) {
      JsonNode health = client.ask("GET", "/health", Map.of());
      JsonNode status = client.ask("GET", "/status", Map.of());
      main.result.put("health", health);
      main.result.put("status", status);
      print(health, status);
      return health.path("status").asText().equals("up") ? 0 : 1;
    }
  }

  /** Components and figures. */
  static void print(JsonNode health, JsonNode status) {
    var components = new TextTable(List.of("component", "state", "says"));
    health
        .path("components")
        .properties()
        .forEach(one -> {
          JsonNode component = one.getValue();
          String warning = component.path("warning").asText("");
          components.add(
              List.of(
                  one.getKey(),
                  component.path("status").asText(),
                  component.path("message").asText()
                      + (warning.isEmpty() ? "" : "; warning: " + warning)));
        });
    components.print(System.out);
    System.out.println();
    var figures = new TextTable(List.of("figure", "value"));
    for (String name :
        List.of("processed", "failed", "queue_size", "last_sync", "sources", "archives")) {
      figures.add(List.of(name, status.path(name).asText("")));
    }
    figures.print(System.out);
  }
}
