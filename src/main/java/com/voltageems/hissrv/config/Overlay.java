package com.voltageems.hissrv.config;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * What was changed at run time: a file of its own in the data folder, so that the user's file stays
 * the user's. It holds a {@link MergePatch} over that file.
 */
final class Overlay {
  static final String NAME = "config.overlay.yml";

  private static final String ORIGIN = "overlay ";
  private static final String HEADER =
      """
      # Written by HisSrv: settings changed at run time, over those of the configuration file.
      # null: the setting is taken away. Remove this file, then reload, to undo all.
      """;

  private final Path file;

  /** Nothing is read yet. */
  Overlay(Path dataFolder) {
    file = dataFolder.resolve(NAME);
  }

  Path file() {
    return file;
  }

  /**
   * Its changes; none while there is no such file.
   *
   * @throws ConfigException when it can't be read, or is nothing that was written here
   */
  Map<String, @Nullable Object> read() {
    if (!Files.exists(file)) {
      return Map.of();
    }
    var problems = new Problems(file.toString());
    return changes(new ConfigFile(file, problems).read(), problems);
  }

  /**
   * The changes of a text that {@link #text} made; none of an empty one.
   *
   * @param name what to call it
   * @throws ConfigException when it is nothing of the kind
   */
  static Map<String, @Nullable Object> parse(String name, String text) {
    if (text.isEmpty()) {
      return Map.of();
    }
    var problems = new Problems(name);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return changes(new ConfigFile(Path.of(name), problems).read(bytes), problems);
  }

  /** These changes as a file has them; empty for none. */
  static String text(Map<String, @Nullable Object> changes) {
    if (changes.isEmpty()) {
      return "";
    }
    var options = new DumperOptions();
    options.setDefaultFlowStyle(FlowStyle.BLOCK);
    return HEADER + new Yaml(options).dump(changes);
  }

  private static Map<String, @Nullable Object> changes(Node root, Problems problems) {
    if (!(root instanceof MappingNode) || !isTree(root, new HashSet<>())) {
      problems.add(
          root.getStartMark(),
          "",
          "these are no run-time changes: a mapping without aliases is needed; mend the file, or"
              + " remove it to undo them all");
      throw problems.exception();
    }
    return Written.root(root);
  }

  /** Whoever walks a graph with a circle in it never comes back. Nodes are equal to themselves. */
  private static boolean isTree(Node node, Set<Node> seen) {
    return switch (node) {
      case MappingNode mapping ->
          seen.add(node)
              && mapping.getValue().stream()
                  .allMatch(tuple ->
                      isTree(tuple.getKeyNode(), seen) && isTree(tuple.getValueNode(), seen));
      case SequenceNode list ->
          seen.add(node) && list.getValue().stream().allMatch(item -> isTree(item, seen));
      default -> true;
    };
  }

  /**
   * Puts these in place of what it held; on disk when this returns.
   *
   * @throws IOException when they are not: then it holds what it held
   */
  void write(Map<String, @Nullable Object> changes) throws IOException {
    if (changes.isEmpty()) {
      Files.deleteIfExists(file);
      return;
    }
    replace(file, text(changes));
  }

  /** Keeps what it holds beside it, under another name: something else is about to replace it. */
  Path keepBeside() throws IOException {
    Path kept = file.resolveSibling(NAME + ".before");
    if (Files.exists(file)) {
      replace(kept, Files.readString(file));
    }
    return kept;
  }

  /** The old text or the new one is there, whatever happens in between. */
  static void replace(Path file, String text) throws IOException {
    Path folder = Files.createDirectories(file.toAbsolutePath().getParent());
    Path next = folder.resolve(file.getFileName() + ".new");
    Files.writeString(next, text, StandardCharsets.UTF_8);
    force(next);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    force(folder);
  }

  private static void force(Path path) throws IOException {
    try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Where a place in the tree comes from, if from here. */
  static Optional<String> origin(@Nullable Mark mark) {
    return mark != null && mark.getName().startsWith(ORIGIN)
        ? Optional.of(mark.getName().substring(ORIGIN.length()))
        : Optional.empty();
  }

  /**
   * A file's tree with changes; what they do not touch knows its place in the file.
   *
   * @param from what to call the place of what they do touch
   */
  static Node over(Node root, Map<String, @Nullable Object> changes, String from) {
    return changes.isEmpty()
        ? root
        : over(root, changes, new Mark(ORIGIN + from, 0, 0, 0, new int[0], 0));
  }

  private static Node over(@Nullable Node node, Map<String, @Nullable Object> changes, Mark mark) {
    var left = new LinkedHashMap<String, @Nullable Object>(changes);
    var tuples = new ArrayList<NodeTuple>();
    if (node instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        String key = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
        if (!left.containsKey(key)) {
          tuples.add(tuple);
          continue;
        }
        Object change = left.remove(key);
        if (change != null) {
          tuples.add(
              new NodeTuple(tuple.getKeyNode(), changed(tuple.getValueNode(), change, mark)));
        }
      }
    }
    left.forEach((key, change) -> {
      if (change != null) {
        tuples.add(new NodeTuple(scalar(key, mark), changed(null, change, mark)));
      }
    });
    Mark start = node instanceof MappingNode ? node.getStartMark() : mark;
    return new MappingNode(Tag.MAP, true, tuples, start, start, FlowStyle.BLOCK);
  }

  private static Node changed(@Nullable Node before, Object change, Mark mark) {
    return switch (change) {
      case Map<?, ?> map -> over(before, Written.keyed(map), mark);
      case List<?> list -> {
        var items = new ArrayList<Node>();
        for (Object item : list) {
          items.add(item == null ? nothing(mark) : changed(null, item, mark));
        }
        yield new SequenceNode(Tag.SEQ, true, items, mark, mark, FlowStyle.BLOCK);
      }
      default -> scalar(String.valueOf(change), mark);
    };
  }

  private static Node nothing(Mark mark) {
    return new ScalarNode(Tag.NULL, "", mark, mark, ScalarStyle.PLAIN);
  }

  private static ScalarNode scalar(String text, Mark mark) {
    return new ScalarNode(Tag.STR, text, mark, mark, ScalarStyle.PLAIN);
  }
}
