package com.voltageems.hissrv.config;

import com.voltageems.hissrv.aggregate.Functions;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** The places of {@code reference.yml}, in which every key stands. */
final class Reference {
  static final String TEXT = ConfigSchema.reference();

  private static final List<String> LINES = TEXT.lines().toList();
  private static final Shape SHAPE = ConfigSchema.shape(Functions.builtIn());

  private Reference() {}

  /**
   * One value and where it stands.
   *
   * @param path with {@code []} for an item of a list
   * @param key null for an item of a list
   * @param known whether the key is one of a section's
   */
  record Place(String path, @Nullable ScalarNode key, Node value, Shape shape, boolean known) {
    /** Where a message about the value must point. */
    int line() {
      return value.getStartMark().getLine() + 1;
    }

    boolean isScalar() {
      return value instanceof ScalarNode;
    }

    /** What stands in brackets behind the key; empty where nothing does. */
    String standard() {
      Matcher remark = ConfigSchema.REMARK.matcher(LINES.get(start().getLine()));
      return remark.matches() && remark.group("standard") != null ? remark.group("standard") : "";
    }

    /** The reference with another value here. */
    String with(String other) {
      return replaced(value.getStartMark(), other);
    }

    /** The reference without key and value. */
    String without() {
      return replaced(start(), "");
    }

    private Mark start() {
      return (key == null ? value : key).getStartMark();
    }

    private String replaced(Mark from, String other) {
      int end = TEXT.substring(0, value.getEndMark().getIndex()).stripTrailing().length();
      return TEXT.substring(0, from.getIndex()) + other + TEXT.substring(end);
    }

    @Override
    public String toString() {
      return path;
    }
  }

  /** All but the root. */
  static List<Place> places() {
    var places = new ArrayList<Place>();
    below("", new Yaml().compose(new StringReader(TEXT)), SHAPE, places);
    return places;
  }

  private static void below(String path, Node node, Shape shape, List<Place> places) {
    if (node instanceof SequenceNode list) {
      for (Node item : list.getValue()) {
        places.add(new Place(path + "[]", null, item, shape.item(), false));
        below(path + "[]", item, shape.item(), places);
      }
    }
    if (node instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        var key = (ScalarNode) tuple.getKeyNode();
        String name = key.getValue();
        String child = path.isEmpty() ? name : path + "." + name;
        Shape at = shape.at(name);
        places.add(new Place(child, key, tuple.getValueNode(), at, shape.knows(name)));
        below(child, tuple.getValueNode(), at, places);
      }
    }
  }
}
