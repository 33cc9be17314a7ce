package com.voltageems.hissrv.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Changes of a point or a document; of an archive, of its fields. */
final class DocumentChanges {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  @Option(
      names = "--set",
      paramLabel = "FIELD=VALUE",
      description = "A number, an integer (60i), true, false, or a text; \"60\" is a text.")
  private Map<String, String> set = new LinkedHashMap<>();

  @Option(
      names = "--rename",
      paramLabel = "FIELD=NAME",
      description = "Another name for a field; its value stays.")
  private Map<String, String> renamed = new LinkedHashMap<>();

  @Option(names = "--drop", paramLabel = "FIELD", description = "A field to leave out.")
  private List<String> dropped = List.of();

  @Option(
      names = "--tag",
      paramLabel = "TAG=VALUE",
      description = "A tag; without a value it is left out.")
  private Map<String, String> tags = new LinkedHashMap<>();

  @Option(names = "--measurement", paramLabel = "NAME", description = "Another measurement.")
  private @Nullable String measurement;

  @Option(names = "--time", paramLabel = "TIME", description = "Another time, RFC 3339 or epoch.")
  private @Nullable String time;

  @SuppressWarnings("NullAway.Init") // picocli sets it
  DocumentChanges() {}

  boolean isEmpty() {
    return set.isEmpty()
        && renamed.isEmpty()
        && dropped.isEmpty()
        && tags.isEmpty()
        && measurement == null
        && time == null;
  }

  /** The document with these changes. */
  ObjectNode applied(CommandSpec spec, JsonNode item, ObjectNode document) {
    boolean isArchive = !item.has("point") && item.path("entry").asText().startsWith("archive:");
    if (isArchive && (measurement != null || !tags.isEmpty())) {
      throw new ParameterException(
          spec.commandLine(),
          "measurement and tags of an archive come from the mappings; change its fields, or these");
    }
    ObjectNode fields = isArchive ? document : document.withObjectProperty("fields");
    renamed.forEach((from, to) -> {
      JsonNode value = fields.remove(from);
      if (value == null) {
        throw absent(spec, from);
      }
      fields.set(to, value);
    });
    for (String field : dropped) {
      if (fields.remove(field) == null) {
        throw absent(spec, field);
      }
    }
    set.forEach((field, text) -> fields.set(field, isArchive ? NODES.textNode(text) : value(text)));
    tags.forEach((tag, value) -> {
      ObjectNode all = document.withObjectProperty("tags");
      if (value == null || value.isEmpty()) {
        all.remove(tag);
      } else {
        all.put(tag, value);
      }
    });
    if (measurement != null) {
      document.put("measurement", measurement);
    }
    if (time != null) {
      document.put("timestamp", time);
    }
    return document;
  }

  private static JsonNode value(String text) {
    if (text.matches("[-+]?\\d+i")) {
      ObjectNode integer = NODES.objectNode();
      integer.put("type", "integer");
      integer.put("value", new BigDecimal(text.substring(0, text.length() - 1)));
      return integer;
    }
    if (text.matches("[-+]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][-+]?\\d{1,3})?")) {
      return NODES.numberNode(new BigDecimal(text));
    }
    if (text.equals("true") || text.equals("false")) {
      return NODES.booleanNode(text.equals("true"));
    }
    boolean isQuoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
    return NODES.textNode(isQuoted ? text.substring(1, text.length() - 1) : text);
  }

  private static ParameterException absent(CommandSpec spec, String field) {
    return new ParameterException(spec.commandLine(), "it has no field '" + field + "'");
  }
}
