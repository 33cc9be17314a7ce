package com.voltageems.hissrv.config;

import java.io.StringReader;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** What holds where nothing is written, as {@code reference.yml} tells it and tests hold it. */
final class Defaults {
  private static final List<String> NONE = List.of("none", "needed");
  private static final Map<String, String> ALL = read();

  private Defaults() {}

  /** The settings with the defaults of those that are not among them. */
  static SortedMap<String, String> behind(SortedMap<String, String> settings) {
    var all = new TreeMap<>(settings);
    ALL.forEach((path, text) -> {
      boolean isListed = settings.containsKey(path + "[0]");
      if (!isListed) {
        all.putIfAbsent(path, text);
      }
    });
    String batchSize = settings.get("service.batch_size");
    if (batchSize != null && !settings.containsKey("performance.batch_size")) {
      all.put("performance.batch_size", batchSize);
    }
    return Collections.unmodifiableSortedMap(all);
  }

  private static Map<String, String> read() {
    String text = ConfigSchema.reference();
    var all = new TreeMap<String, String>();
    below("", new Yaml().compose(new StringReader(text)), text.lines().toList(), all);
    return all;
  }

  /** What stands in lists has no path of its own. */
  private static void below(String path, Node node, List<String> lines, Map<String, String> all) {
    if (node instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        String key = ((ScalarNode) tuple.getKeyNode()).getValue();
        String child = path.isEmpty() ? key : path + "." + key;
        Matcher remark =
            ConfigSchema.REMARK.matcher(lines.get(tuple.getKeyNode().getStartMark().getLine()));
        if (remark.matches()
            && remark.group("standard") != null
            && !NONE.contains(remark.group("standard"))) {
          all.put(child, remark.group("standard"));
        }
        below(child, tuple.getValueNode(), lines, all);
      }
    }
  }
}
