package com.voltageems.hissrv.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * What a configuration is made of: the user's file, over it the changes made at run time, over both
 * the environment. Nothing is remembered between two loads.
 */
public final class ConfigSource {
  static final String RUN_TIME = "run time";

  private static final String TEXT = "the text";

  private final Path file;
  private final Map<String, String> environment;
  private final KnownFunctions functions;

  /**
   * Reads nothing yet.
   *
   * @param environment what <code>${VAR}</code> is replaced from, and {@code HISSRV_SECTION_KEY}
   *     taken from
   * @param functions over all values of a window, that rules may ask for
   */
  public ConfigSource(Path file, Map<String, String> environment, KnownFunctions functions) {
    this.file = file;
    this.environment = Map.copyOf(environment);
    this.functions = functions;
  }

  /** The user's file. */
  public Path file() {
    return file;
  }

  /**
   * The configuration as it is on disk now, run-time changes included.
   *
   * @throws ConfigException with all problems, when there is any
   */
  public Config config() {
    return load().config();
  }

  /**
   * Every setting that is written, run-time changes included, by its path; secrets are masked.
   *
   * @throws ConfigException with all problems, when there is any
   */
  public SortedMap<String, String> settings() {
    return load().settings();
  }

  /**
   * The configuration, and how it was written.
   *
   * @throws ConfigException with all problems, when there is any
   */
  Loaded load() {
    Node root = root(new Problems(file.toString()));
    Overlay overlay = overlay(root);
    return load(root, overlay.read(), overlay.file().toString(), file.toString());
  }

  /**
   * The configuration with other changes than those on disk.
   *
   * @throws ConfigException with all problems, when there is any
   */
  Loaded with(Map<String, @Nullable Object> changes) {
    return with(changes, "the change");
  }

  /** The same, with a name for the changes. */
  Loaded with(Map<String, @Nullable Object> changes, String from) {
    return load(root(new Problems(file.toString())), changes, from, file.toString());
  }

  /**
   * The configuration that another text would give, without run-time changes.
   *
   * @throws ConfigException with all problems, when there is any
   */
  Loaded with(String yaml) {
    Node root = new ConfigFile(Path.of(TEXT), new Problems(TEXT)).read(yaml.getBytes(UTF_8));
    return load(root, Map.of(), TEXT, TEXT);
  }

  /** Where the changes of this configuration are. */
  Overlay overlay() {
    return overlay(root(new Problems(file.toString())));
  }

  private Node root(Problems problems) {
    return new ConfigFile(file, problems).read();
  }

  private Overlay overlay(Node root) {
    var problems = new Problems(file.toString());
    return new Overlay(
        ConfigLoader.storePath(environment(root, problems), file, environment, problems));
  }

  private Node environment(Node root, Problems problems) {
    return ConfigLoader.overrides(problems).over(root, environment);
  }

  private Loaded load(Node root, Map<String, @Nullable Object> changes, String from, String name) {
    var problems = new Problems(name);
    Node written = Overlay.over(root, changes, from);
    Node whole = environment(written, problems);
    Config config = ConfigLoader.read(whole, file, environment, functions, problems);
    // Only what is valid is followed: a reader never meets a tree that aliases blow up.
    var origins = new TreeMap<String, String>();
    eachScalar(whole, "", (path, scalar) -> origins.put(path, origin(scalar)));
    return new Loaded(
        config,
        Written.root(root),
        Written.root(written),
        changes,
        Written.flat(Written.of(whole)),
        hidden(whole, problems),
        origins);
  }

  /**
   * @throws ConfigException when a file that was there a moment ago is not any more
   */
  private SortedMap<String, String> hidden(Node tree, Problems problems) {
    var digests = new TreeMap<String, String>();
    var placeholders = new Placeholders(environment, file);
    eachScalar(
        tree,
        "",
        (path, scalar) -> {
          var value = new Value(scalar, path, problems, placeholders);
          String text = scalar.getValue();
          boolean isWritten = !scalar.getTag().equals(Tag.NULL);
          if (isWritten && (Placeholders.isIn(text) || !Secrets.isOpen(path, text))) {
            digests.put(path, digest(value.scalar("a text").orElse("")));
          }
        });
    problems.throwIfAny();
    return digests;
  }

  private static String digest(String text) {
    try {
      var sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has it", e);
    }
  }

  private static void eachScalar(Node node, String path, BiConsumer<String, ScalarNode> reader) {
    switch (node) {
      case MappingNode mapping -> {
        for (NodeTuple tuple : mapping.getValue()) {
          if (tuple.getKeyNode() instanceof ScalarNode key) {
            String child = path.isEmpty() ? key.getValue() : path + "." + key.getValue();
            eachScalar(tuple.getValueNode(), child, reader);
          }
        }
      }
      case SequenceNode list -> {
        for (int i = 0; i < list.getValue().size(); i++) {
          eachScalar(list.getValue().get(i), path + "[" + i + "]", reader);
        }
      }
      case ScalarNode scalar -> reader.accept(path, scalar);
      default -> {}
    }
  }

  private String origin(Node scalar) {
    var mark = scalar.getStartMark();
    return EnvironmentOverrides.variable(mark)
        .map(variable -> "$" + variable)
        .or(() -> Overlay.origin(mark).map(_ -> RUN_TIME))
        .orElseGet(() -> file + ":" + (mark.getLine() + 1));
  }
}
