package com.voltageems.hissrv.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Commands that empty the quarantine, one way or the other. */
final class QuarantineBulk {
  private QuarantineBulk() {}

  /** Back into the queue. */
  @Command(
      name = "replay",
      description = {
        "Tries them again.",
        "Points go to the store as they are, archives and documents through the",
        "mappings as they are now. What is refused again stays."
      },
      exitCodeList = "1:something is refused again, or failed",
      footer = {
        "",
        "Examples:",
        "  hissrv quarantine replay 17 18",
        "  hissrv quarantine replay --reason \"no mapping rule\"",
        "  hissrv quarantine replay --all"
      })
  static final class Replay implements Callable<Integer> {
    @ParentCommand private QuarantineCommand quarantine;
    @Mixin private ServiceOptions service;
    @Mixin private QuarantineSelection selection;
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "ID", arity = "0..*", description = "As list shows them.")
    private List<Long> ids = List.of();

    @Option(names = "--all", description = "All there is.")
    boolean all;

    @SuppressWarnings("NullAway.Init") // picocli sets them
    Replay() {}

    @Override
    public Integer call() {
      verifyOneChoice(spec, ids, selection, all);
      var sums = new LinkedHashMap<String, Long>();
      List.of("replayed", "points", "refused").forEach(name -> sums.put(name, 0L));
      try (var client = quarantine.client(service)) {
        each(
            client,
            "POST",
            "/quarantine/replay",
            ids,
            parameters(selection, all),
            answer -> {
              sums.replaceAll((name, sum) -> sum + answer.path(name).asLong());
              for (JsonNode refusal : answer.path("refusals")) {
                System.out.printf(
                    "%d stays: %s%n", refusal.path("id").asLong(), refusal.path("reason").asText());
              }
            });
      }
      quarantine.main().result.putAll(sums);
      System.out.printf(
          "%d replayed (%d points on their way to the store), %d refused again%n",
          sums.get("replayed"), sums.get("points"), sums.get("refused"));
      return sums.getOrDefault("refused", 0L) > 0 ? 1 : 0;
    }
  }

  /** Away. */
  @Command(
      name = "discard",
      description = "Throws them away for ever.",
      footer = {
        "",
        "Examples:",
        "  hissrv quarantine discard 17 --yes",
        "  hissrv quarantine discard --measurement tariff --yes"
      })
  static final class Discard implements Callable<Integer> {
    @ParentCommand private QuarantineCommand quarantine;
    @Mixin private ServiceOptions service;
    @Mixin private QuarantineSelection selection;
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "ID", arity = "0..*", description = "As list shows them.")
    private List<Long> ids = List.of();

    @Option(names = "--all", description = "All there is.")
    boolean all;

    @Option(names = "--yes", description = "It is meant; nothing is thrown away without it.")
    boolean yes;

    @SuppressWarnings("NullAway.Init") // picocli sets them
    Discard() {}

    @Override
    public Integer call() {
      verifyOneChoice(spec, ids, selection, all);
      if (!yes) {
        throw new ParameterException(
            spec.commandLine(), "what is discarded is gone for ever; add --yes when it is meant");
      }
      Map<String, String> parameters = parameters(selection, all);
      parameters.put("confirm", "true");
      long[] discarded = {0};
      try (var client = quarantine.client(service)) {
        each(
            client,
            "DELETE",
            "/quarantine",
            ids,
            parameters,
            answer -> discarded[0] += answer.path("discarded").asLong());
      }
      quarantine.main().result.put("discarded", discarded[0]);
      System.out.printf("%d discarded%n", discarded[0]);
      return 0;
    }
  }

  private static void verifyOneChoice(
      CommandSpec spec, List<Long> ids, QuarantineSelection selection, boolean all) {
    int choices = (ids.isEmpty() ? 0 : 1) + (selection.isEmpty() ? 0 : 1) + (all ? 1 : 0);
    if (choices != 1) {
      throw new ParameterException(
          spec.commandLine(),
          "which are meant? Give ids, or a filter (--reason, --measurement, --entry), or --all");
    }
  }

  private static Map<String, String> parameters(QuarantineSelection selection, boolean all) {
    Map<String, String> parameters = selection.parameters();
    if (all) {
      parameters.put("all", "true");
    }
    return parameters;
  }

  /** Calls for each id, or until the service has no more. */
  private static void each(
      ServiceClient client,
      String method,
      String path,
      List<Long> ids,
      Map<String, String> parameters,
      Consumer<JsonNode> told) {
    var asked = new LinkedHashMap<>(parameters);
    for (long id : ids) {
      client.ask("GET", "/quarantine/" + id, Map.of());
      asked.put("id", Long.toString(id));
      told.accept(client.ask(method, path, asked));
    }
    boolean more = ids.isEmpty();
    while (more) {
      JsonNode answer = client.ask(method, path, asked);
      told.accept(answer);
      asked.put("after", answer.path("after").asText());
      asked.put("until", answer.path("until").asText());
      more = answer.path("after").isNumber();
    }
  }
}
