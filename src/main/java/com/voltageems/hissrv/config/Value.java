package com.voltageems.hissrv.config;

import com.voltageems.hissrv.model.Nearest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
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
 * @param key that the node stands behind; null for the root and in lists
 * @param path for example {@code service.batch_size}; empty for the root
 * @param shape hears what is asked of the node
 */
record Value(
    @Nullable ScalarNode key,
    Node node,
    String path,
    Problems problems,
    Placeholders placeholders,
    Shape shape) {
  private static final int LONGEST = 60;

  /** Whatever is asked, nobody hears it. */
  Value(Node node, String path, Problems problems, Placeholders placeholders) {
    this(null, node, path, problems, placeholders, new Shape());
  }

  void problem(String message) {
    problems.add(node.getStartMark(), path, message);
  }

  /** Says what was found and what is allowed. */
  void mismatch(String allowed) {
    problem("found " + shown() + ", allowed is " + allowed);
  }

  /** Whether nothing stands after the key. */
  boolean isNull() {
    shape.nullable();
    return nothing();
  }

  private boolean nothing() {
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
    shape.text();
    return scalar(allowed);
  }

  /** One of these, exactly; empty (and a problem) when it isn't. */
  Optional<String> word(List<String> words) {
    shape.words(words);
    String allowed =
        words.size() < 3 ? String.join(" or ", words) : "one of " + String.join(", ", words);
    Optional<String> text = scalar(allowed);
    if (text.isPresent() && !words.contains(text.get())) {
      String near =
          Nearest.typoOf(text.get(), words).map(w -> "; did you mean \"" + w + "\"?").orElse("");
      mismatch(allowed + near);
      return Optional.empty();
    }
    return text;
  }

  /** As {@link #text}, for who tells the shape more than that. */
  Optional<String> scalar(String allowed) {
    if (!(node instanceof ScalarNode scalar) || nothing()) {
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
    shape.item();
    if (!(node instanceof SequenceNode sequence)) {
      mismatch(allowed);
      return List.of();
    }
    var items = new ArrayList<Value>();
    for (Node item : sequence.getValue()) {
      items.add(
          new Value(
              null, item, path + "[" + items.size() + "]", problems, placeholders, shape.item()));
    }
    return items;
  }

  /**
   * The mapping's values by key, in the order of the file; none (and a problem) when it isn't one.
   */
  Map<String, Value> entries(String allowed) {
    shape.other();
    return entries(allowed, _ -> shape.other());
  }

  /** As {@link #entries(String)}, for a mapping whose keys are known beforehand. */
  Map<String, Value> entries(String allowed, List<String> known) {
    shape.section(known);
    return nothing() ? Map.of() : entries(allowed, shape::key);
  }

  private Map<String, Value> entries(String allowed, Function<String, Shape> shapes) {
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
      var value =
          new Value(
              key, tuple.getValueNode(), child(name), problems, placeholders, shapes.apply(name));
      if (first == null) {
        entries.put(name, value);
      } else {
        value.keyProblem("is given twice; the first is in line " + first);
      }
    }
    return entries;
  }

  /** Says it at the place of the key before the value. */
  void keyProblem(String message) {
    if (key == null) {
      problem(message);
    } else {
      problems.add(key.getStartMark(), path, message);
    }
  }

  /** What was found, for people; an expansion from the environment is never shown. */
  String shown() {
    return switch (node) {
      case ScalarNode scalar when nothing() -> "nothing";
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

  /** In quotes, in one line, and no longer than is read. */
  static String quoted(String text) {
    return '"' + shortened(text) + '"';
  }

  private static String shortened(String text) {
    String oneLine = text.replace("\n", "\\n");
    return oneLine.length() <= LONGEST ? oneLine : oneLine.substring(0, LONGEST) + "…";
  }

  private Value at(Node other) {
    return new Value(null, other, path, problems, placeholders, shape);
  }

  private String child(String name) {
    return path.isEmpty() ? shortened(name) : path + "." + shortened(name);
  }
}
