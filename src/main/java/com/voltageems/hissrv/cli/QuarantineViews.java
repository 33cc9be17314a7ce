package com.voltageems.hissrv.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Commands that look into the quarantine and change nothing. */
final class QuarantineViews {
  private static final int SHOWN_ENTRY = 60;

  private QuarantineViews() {}

  /** A table. */
  @Command(
      name = "list",
      description = "Lists what is set aside, oldest first.",
      footer = {
        "",
        "Examples:",
        "  hissrv quarantine list",
        "  hissrv quarantine list --measurement tariff --limit 20",
        "  hissrv quarantine list --after 120 --json"
      })
  static final class Listing implements Callable<Integer> {
    @ParentCommand private QuarantineCommand quarantine;
    @Mixin private ServiceOptions service;
    @Mixin private QuarantineSelection selection;

    @Option(
        names = "--after",
        paramLabel = "ID",
        description = "Only what has a higher id: the next page.")
    long after;

    @Option(
        names = "--limit",
        paramLabel = "N",
        defaultValue = "100",
        description = "At most so many, up to 1000. Default: ${DEFAULT-VALUE}.")
    int limit;

    @SuppressWarnings("NullAway.Init") // picocli sets them
    Listing() {}

    @Override
    public Integer call() {
      Map<String, String> parameters = selection.parameters();
      parameters.put("after", Long.toString(after));
      parameters.put("limit", Integer.toString(limit));
      try (var client = quarantine.client(service)) {
        JsonNode answer = client.ask("GET", "/quarantine", parameters);
        answer
            .properties()
            .forEach(one -> quarantine.main().result.put(one.getKey(), one.getValue()));
        print(answer);
      }
      return 0;
    }

    private static void print(JsonNode answer) {
      JsonNode items = answer.path("items");
      if (!items.isEmpty()) {
        System.out.printf("%8s  %-20s  %-5s  %s%n", "id", "set aside", "kind", "what and why");
      }
      for (JsonNode item : items) {
        String at = item.path("at").asText().replaceFirst("\\.\\d+Z$", "Z");
        String entry = item.path("entry").asText();
        String what =
            item.has("measurement")
                ? item.path("measurement").asText() + " " + item.path("timestamp").asText()
                : oneLine(entry);
        System.out.printf(
            "%8d  %-20s  %-5s  %s%n%39s%s%n",
            item.path("id").asLong(),
            at,
            item.path("kind").asText(),
            what,
            "",
            oneLine(item.path("reason").asText()));
      }
      System.out.printf(
          "%d in quarantine; ever: %d set aside, %d replayed, %d discarded%n",
          answer.path("waiting").asLong(),
          answer.path("set_aside").asLong(),
          answer.path("replayed").asLong(),
          answer.path("discarded").asLong());
      if (!answer.path("after").isNull()) {
        System.out.printf("there may be more: --after %d%n", answer.path("after").asLong());
      }
    }

    private static String oneLine(String text) {
      String line = text.replaceAll("\\s+", " ");
      return line.length() <= SHOWN_ENTRY ? line : line.substring(0, SHOWN_ENTRY) + "…";
    }
  }

  /** One, whole. */
  @Command(
      name = "show",
      description = "Shows one of them, whole, as JSON.",
      footer = {"", "Examples:", "  hissrv quarantine show 17"})
  static final class Show implements Callable<Integer> {
    @ParentCommand private QuarantineCommand quarantine;
    @Mixin private ServiceOptions service;

    @Parameters(paramLabel = "ID", description = "As list shows it.")
    long id;

    @SuppressWarnings("NullAway.Init") // picocli sets them
    Show() {}

    @Override
    public Integer call() {
      try (var client = quarantine.client(service)) {
        JsonNode item = client.ask("GET", "/quarantine/" + id, Map.of());
        quarantine.main().result.put("item", item);
        System.out.println(item.toPrettyString());
      }
      return 0;
    }
  }

  /** All, line by line. */
  @Command(
      name = "export",
      description = "Writes all that matches, a JSON object per line.",
      footer = {
        "",
        "Examples:",
        "  hissrv quarantine export > quarantine.ndjson",
        "  hissrv quarantine export --reason \"beyond retention\" -o late.ndjson"
      })
  static final class Export implements Callable<Integer> {
    @ParentCommand private QuarantineCommand quarantine;
    @Mixin private ServiceOptions service;
    @Mixin private QuarantineSelection selection;
    @Spec private CommandSpec spec;

    @Option(
        names = {"-o", "--output"},
        paramLabel = "FILE",
        description = "Where to; else standard output. The file is whole or not there.")
    @Nullable Path output;

    @SuppressWarnings("NullAway.Init") // picocli sets them
    Export() {}

    @Override
    public Integer call() throws IOException {
      if (quarantine.main().json && output == null) {
        throw new ParameterException(
            spec.commandLine(), "the export is JSON already: leave --json out, or give --output");
      }
      try (var client = quarantine.client(service)) {
        if (output == null) {
          client.copy("/quarantine/export", selection.parameters(), System.out);
        } else {
          write(client, output.toAbsolutePath());
        }
      }
      return 0;
    }

    private void write(ServiceClient client, Path file) throws IOException {
      Path part = file.resolveSibling(file.getFileName() + ".part");
      try (var out = new BufferedOutputStream(Files.newOutputStream(part))) {
        client.copy("/quarantine/export", selection.parameters(), out);
      } catch (IOException e) {
        throw new ServiceException("can't write " + part + ": " + e.getMessage());
      }
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
      quarantine.main().result.put("file", file.toString());
    }
  }
}
