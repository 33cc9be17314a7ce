package com.voltageems.hissrv.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.Console;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** How the running service is, again and again. */
@Command(
    name = "watch",
    exitCodeList = {"130:ended by Ctrl-C", "143:ended by SIGTERM"},
    description =
        "How the running service is, as it changes, with the rates of its counters. Ctrl-C ends it.",
    footer = {
      "",
      "With --json it tells the last look.",
      "",
      "Examples:",
      "  hissrv watch",
      "  hissrv watch --every 5s --times 12"
    })
final class WatchCommand implements Callable<Integer> {
  private static final String HOME_AND_CLEAR = "\u001b[H\u001b[2J";
  private static final int MOST_RATES = 12;

  @ParentCommand private Main main;
  @Mixin private ServiceOptions service;

  @Option(
      names = "--every",
      paramLabel = "TIME",
      defaultValue = "2s",
      converter = DurationConverter.class,
      description = "From one look to the next (${DEFAULT-VALUE}).")
  Duration every;

  @Option(names = "--times", paramLabel = "N", description = "Ends after so many looks.")
  @Nullable Integer times;

  private @Nullable JsonNode before;

  @SuppressWarnings("NullAway.Init") // picocli sets them
  WatchCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    var stop = new CountDownLatch(1);
    OnShutdown.run(stop::countDown, main.ended);
    boolean isTerminal =
        Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    try (ServiceClient client = service.client(main)) {
      int looks = 0;
      do {
        look(client, isTerminal);
        looks++;
      } while ((times == null || looks < times)
          && !stop.await(every.toMillis(), TimeUnit.MILLISECONDS));
    }
    return 0;
  }

  /** A service that goes away while it is watched is what one wants to see, not the end. */
  private void look(ServiceClient client, boolean isTerminal) {
    if (isTerminal) {
      System.out.print(HOME_AND_CLEAR);
    }
    try {
      JsonNode health = client.ask("GET", "/health", Map.of());
      JsonNode status = client.ask("GET", "/status", Map.of());
      StatusCommand.print(health, status);
      main.result.put("health", health);
      main.result.put("status", status);
      if (before != null) {
        Map<String, Double> rates = rates(before.path("counters"), status.path("counters"));
        print(rates);
        main.result.put("per_second", rates);
      }
      before = status;
    } catch (ServiceException e) {
      System.out.println(e.getMessage());
      before = null;
    }
    System.out.println();
    System.out.flush();
  }

  /** Of the counters that have grown since the last look. */
  private Map<String, Double> rates(JsonNode earlier, JsonNode now) {
    var grown = new TreeMap<String, Double>();
    now.properties()
        .forEach(one -> {
          long more = one.getValue().asLong() - earlier.path(one.getKey()).asLong();
          if (more > 0) {
            grown.put(one.getKey(), more / (every.toMillis() / 1000.0));
          }
        });
    return grown;
  }

  private static void print(Map<String, Double> rates) {
    System.out.println();
    var table = new TextTable(List.of("counter", "per second"));
    rates.entrySet().stream()
        .limit(MOST_RATES)
        .forEach(one -> table.add(List.of(one.getKey(), "%.1f".formatted(one.getValue()))));
    table.print(System.out);
  }
}
