package com.voltageems.hissrv.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A node of the file and the setting it is for. Whoever reads it and finds it wrong says so here
 * and goes on with a default, so that one reading finds all problems.
 *
 * @param path for example {@code service.batch_size}; empty for the root
 */
record Value(Node node, String path, Problems problems, Placeholders placeholders) {
  void problem(String message) {
    problems.add(node.getStartMark(), path, message);
  }

  /** Says what was found and what is allowed. */
  void mismatch(String allowed) {
    problem("found " + shown() + ", allowed is " + allowed);
  }

  /** Whether nothing stands after the key. */
  boolean isNull() {
    return node instanceof ScalarNode && node.getTag().equals(Tag.NULL);
  }

  boolean isList() {
    return node instanceof SequenceNode;
  }

  boolean isMapping() {
    return node instanceof MappingNode;
  }

  /** The scalar's text, variables replaced; empty (and a problem) when it isn't one. */
  Optional<String> text(String allowed) {
    if (!(node instanceof ScalarNode scalar) || isNull()) {
      mismatch(allowed);
      return Optional.empty();
    }
    if (EnvironmentOverrides.variable(node.getStartMark()).isPresent()) {
      return Optional.of(scalar.getValue());
    }
    try {
      return Optional.of(placeholders.expand(scalar.getValue()));
    } catch (IllegalArgumentException e) {
      problem(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /** The list's items; none (and a problem) when it isn't a list. */
  List<Value> items(String allowed) {
    if (!(node instanceof SequenceNode sequence)) {
      mismatch(allowed);
      return List.of();
    }
    var items = new ArrayList<Value>();
    for (Node item : sequence.getValue()) {
      items.add(new Value(item, path + "[" + items.size() + "]", problems, placeholders));
    }
    return items;
  }

  /**
   * The mapping's values by key, in the order of the file; none (and a problem) when it isn't one.
   */
  Map<String, Value> entries(String allowed) {
    if (!(node instanceof MappingNode mapping)) {
      mismatch(allowed);
      return Map.of();
    }
    var entries = new LinkedHashMap<String, Value>();
    var lines = new LinkedHashMap<String, Integer>();
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key) || key.getTag().equals(Tag.MERGE)) {
        at(tuple.getKeyNode()).problem("a key must be plain text; merge keys are not supported");
        continue;
      }
      String name = key.getValue();
      Integer first = lines.putIfAbsent(name, key.getStartMark().getLine() + 1);
      if (first == null) {
        entries.put(name, new Value(tuple.getValueNode(), child(name), problems, placeholders));
      } else {
        keyProblem(name, key, "is given twice; the first is in line " + first);
      }
    }
    return entries;
  }

  /** Says it at the key's place, not at its value's. */
  void keyProblem(String key, String message) {
    if (node instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        if (tuple.getKeyNode() instanceof ScalarNode node && node.getValue().equals(key)) {
          keyProblem(key, node, message);
          return;
        }
      }
    }
    problem(key + " " + message);
  }

  /** What was found, for people; an expansion from the environment is never shown. */
  String shown() {
    return switch (node) {
      case ScalarNode scalar when isNull() -> "nothing";
      case ScalarNode scalar
          when EnvironmentOverrides.variable(scalar.getStartMark()).isPresent() ->
          "the variable's value";
      case ScalarNode scalar when Placeholders.isIn(scalar.getValue()) ->
          quoted(scalar.getValue()) + " (expanded from the environment)";
      case ScalarNode scalar -> quoted(scalar.getValue());
      case SequenceNode list -> "a list";
      default -> "a mapping";
    };
  }

  private static String quoted(String text) {
    String oneLine = text.replace("\n", "\\n");
    return '"' + (oneLine.length() <= 60 ? oneLine : oneLine.substring(0, 60) + "…") + '"';
  }

  private void keyProblem(String name, Node key, String message) {
    problems.add(key.getStartMark(), child(name), message);
  }

  private Value at(Node other) {
    return new Value(other, path, problems, placeholders);
  }

  private String child(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
