package com.voltageems.hissrv.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A dashboard's file, read as Grafana reads it. */
final class GrafanaBoard {
  static final Path FOLDER = Path.of("deploy/grafana");

  private static final Pattern VARIABLE =
      Pattern.compile("\\$(?:\\{(?<braced>\\w+)(?::raw)?}|(?<plain>\\w+))");

  private final String text;
  private final JsonNode json;

  GrafanaBoard(String name) {
    try {
      text = Files.readString(FOLDER.resolve("dashboards").resolve(name + ".json"));
      json = new JsonMapper().readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A question of a panel or variable.
   *
   * @param where for people
   */
  record Question(String where, String text) {}

  String text() {
    return text;
  }

  JsonNode json() {
    return json;
  }

  List<JsonNode> panels() {
    var panels = new ArrayList<JsonNode>();
    json.path("panels").forEach(panels::add);
    return panels;
  }

  List<JsonNode> variables() {
    var variables = new ArrayList<JsonNode>();
    json.path("templating").path("list").forEach(variables::add);
    return variables;
  }

  /** What panels ask: {@code expr} of Prometheus, {@code query} of InfluxDB. */
  List<Question> questions(String attribute) {
    var questions = new ArrayList<Question>();
    for (JsonNode panel : panels()) {
      for (JsonNode target : panel.path("targets")) {
        String where = "panel %s, \"%s\"".formatted(panel.path("id"), panel.path("title").asText());
        questions.add(new Question(where, target.path(attribute).asText()));
      }
    }
    return questions;
  }

  /** Names of the variables that a text uses. */
  static Set<String> used(String text) {
    var names = new LinkedHashSet<String>();
    Matcher matcher = VARIABLE.matcher(text);
    while (matcher.find()) {
      names.add(name(matcher));
    }
    return names;
  }

  /** The text as it is asked. */
  static String filled(String text, Map<String, String> values) {
    return VARIABLE
        .matcher(text)
        .replaceAll(match -> {
          String braced = match.group(1);
          String name = braced == null ? match.group(2) : braced;
          String value = values.get(name);
          if (value == null) {
            throw new AssertionError("no value of $" + name + " for " + text);
          }
          return Matcher.quoteReplacement(value);
        });
  }

  private static String name(Matcher matcher) {
    String braced = matcher.group("braced");
    return braced == null ? matcher.group("plain") : braced;
  }
}
