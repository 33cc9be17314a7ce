package com.voltageems.hissrv.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Settings from environment variables, put over those of the file: {@code HISSRV_SECTION_KEY}, a
 * key within a key after two underscores. Their values are texts as they stand.
 */
final class EnvironmentOverrides {
  private static final String PREFIX = "HISSRV_";
  private static final String ORIGIN = "environment variable ";

  /**
   * Variables of ours that mean something else, those of the cron scripts, and those that
   * Kubernetes sets in every container near a service that is called hissrv.
   */
  private static final Pattern RESERVED =
      Pattern.compile(
          "HISSRV_(LOG|CONFIG|TOKEN|JAVA_OPTS|SCRIPT|TEST_.*|DEMO_.*"
              + "|REDIS_(HOST|PORT|DB|USER|PASSWORD|TLS|CACERT|CERT|KEY)"
              + "|SERVICE_HOST|SERVICE_PORT|SERVICE_PORT_.*|PORT|PORT_.*)");

  private final List<String> sections;
  private final Problems problems;

  EnvironmentOverrides(List<String> sections, List<String> unbuilt, Problems problems) {
    this.sections = Stream.concat(sections.stream(), unbuilt.stream()).toList();
    this.problems = problems;
  }

  /** The variable that a place in the tree comes from; empty for one that comes from a file. */
  static Optional<String> variable(@Nullable Mark mark) {
    return mark != null && mark.getName().startsWith(ORIGIN)
        ? Optional.of(mark.getName().substring(ORIGIN.length()))
        : Optional.empty();
  }

  /** The tree with the environment's settings; the one that is given stays as it is. */
  Node over(Node root, Map<String, String> environment) {
    Node result = root;
    for (var variable : new TreeMap<>(environment).entrySet()) {
      String name = variable.getKey();
      if (name.startsWith(PREFIX) && !RESERVED.matcher(name).matches()) {
        result = over(result, name, variable.getValue());
      }
    }
    return result;
  }

  private Node over(Node root, String name, String value) {
    var mark = new Mark(ORIGIN + name, 0, 0, 0, new int[0], 0);
    String rest = name.substring(PREFIX.length()).toLowerCase(Locale.ROOT);
    Optional<String> section =
        sections.stream()
            .filter(one -> rest.startsWith(one + "_"))
            .max(Comparator.comparingInt(String::length));
    if (section.isEmpty()) {
      problems.add(
          mark,
          "",
          "names no setting; settings are HISSRV_<SECTION>_<KEY>, sections are "
              + String.join(", ", sections));
      return root;
    }
    var path = new ArrayList<String>();
    path.add(section.get());
    path.addAll(List.of(rest.substring(section.get().length() + 1).split("__", -1)));
    return with(root, path, new ScalarNode(Tag.STR, value, mark, mark, ScalarStyle.PLAIN));
  }

  private static Node with(@Nullable Node node, List<String> path, ScalarNode value) {
    if (path.isEmpty()) {
      return value;
    }
    var tuples = new ArrayList<NodeTuple>();
    Node key =
        new ScalarNode(
            Tag.STR, path.getFirst(), value.getStartMark(), value.getEndMark(), ScalarStyle.PLAIN);
    Node inner = null;
    if (node instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        if (tuple.getKeyNode() instanceof ScalarNode known
            && known.getValue().equals(path.getFirst())) {
          key = known;
          inner = tuple.getValueNode();
        } else {
          tuples.add(tuple);
        }
      }
    } else if (node != null && !node.getTag().equals(Tag.NULL)) {
      return node;
    }
    tuples.add(new NodeTuple(key, with(inner, path.subList(1, path.size()), value)));
    Mark start = node == null ? value.getStartMark() : node.getStartMark();
    Mark end = node == null ? value.getEndMark() : node.getEndMark();
    return new MappingNode(Tag.MAP, true, tuples, start, end, FlowStyle.BLOCK);
  }
}
