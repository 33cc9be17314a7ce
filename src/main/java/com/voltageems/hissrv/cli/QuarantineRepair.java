package com.voltageems.hissrv.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** Mends one thing set aside. */
@Command(
    name = "repair",
    description = {
      "Mends one of them.",
      "By changes, in an editor, or from a file with what show gives as \"point\"",
      "or \"content\". Nothing is sent to the store before it is replayed."
    },
    footer = {
      "",
      "Examples:",
      "  hissrv quarantine repair 17 --set price=0.31 --set count=60i --rename colour=color",
      "  hissrv quarantine repair 17 --edit --replay",
      "  hissrv quarantine repair 17 --file - < mended.json"
    })
final class QuarantineRepair implements Callable<Integer> {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  @ParentCommand private QuarantineCommand quarantine;
  @Mixin private ServiceOptions service;
  @Mixin private DocumentChanges changes;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "ID", description = "As list shows it.")
  long id;

  @Option(names = "--edit", description = "Opens $VISUAL, $EDITOR or vi.")
  boolean edit;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "The mended point or content; - for standard input.")
  @Nullable String file;

  @Option(names = "--replay", description = "Tries it again at once.")
  boolean replay;

  @SuppressWarnings("NullAway.Init") // picocli sets them
  QuarantineRepair() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    int ways = (edit ? 1 : 0) + (file == null ? 0 : 1) + (changes.isEmpty() ? 0 : 1);
    if (ways != 1) {
      throw new ParameterException(
          spec.commandLine(), "how? Give changes (--set …), or --edit, or --file");
    }
    try (var client = quarantine.client(service)) {
      JsonNode item = client.ask("GET", "/quarantine/" + id, Map.of());
      JsonNode mended = client.send("PUT", "/quarantine/" + id, request(item));
      quarantine.main().result.put("item", mended);
      System.out.printf("%d is mended%n", id);
      if (replay) {
        JsonNode answer = client.ask("POST", "/quarantine/" + id + "/replay", Map.of());
        quarantine.main().result.put("points", answer.path("points").asLong());
        System.out.printf(
            "%d replayed (%d points on their way to the store)%n",
            id, answer.path("points").asLong());
      }
    }
    return 0;
  }

  private String request(JsonNode item) throws IOException, InterruptedException {
    boolean isPoint = item.has("point");
    ObjectNode request = JSON.createObjectNode();
    String name = isPoint ? "point" : "content";
    if (file != null) {
      String text =
          file.equals("-")
              ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
              : read(Path.of(file));
      put(request, isPoint, text);
    } else if (edit) {
      put(request, isPoint, new TextEditor(System.getenv()).edit(pretty(item, isPoint)));
    } else {
      request.set(name, changes.applied(spec, item, document(item, isPoint)));
    }
    request.put("revision", item.path("revision").asLong());
    return JSON.writeValueAsString(request);
  }

  /** A point, or content that may be anything. */
  private static void put(ObjectNode request, boolean isPoint, String text) {
    try {
      JsonNode json = JSON.readTree(text);
      boolean isWrapped = json.has("point") || json.has("content");
      if (isWrapped && json instanceof ObjectNode object) {
        request.setAll(object);
        return;
      }
      if (isPoint) {
        request.set("point", json);
        return;
      }
    } catch (JsonProcessingException e) {
      if (isPoint) {
        throw new ServiceException("the point is no JSON: " + e.getOriginalMessage());
      }
    }
    request.put("content", text);
  }

  private static String pretty(JsonNode item, boolean isPoint) {
    if (isPoint) {
      return item.path("point").toPrettyString();
    }
    String content = item.path("content").asText();
    try {
      return JSON.readTree(content).toPrettyString();
    } catch (JsonProcessingException e) {
      return content;
    }
  }

  private static ObjectNode document(JsonNode item, boolean isPoint) {
    try {
      JsonNode json = isPoint ? item.path("point") : JSON.readTree(item.path("content").asText());
      if (json instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw new ServiceException(
          "its content is no JSON, and has no fields to change; use --edit or --file");
    }
    throw new ServiceException("its content has no fields to change; use --edit or --file");
  }

  private static String read(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new ServiceException("can't read " + path + ": " + e);
    }
  }
}
