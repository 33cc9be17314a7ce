package com.voltageems.hissrv.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * The JSON Schema of the configuration, for editors. Nobody writes it: the readers read {@code
 * reference.yml}, in which every key stands, and what they ask of each key is the schema; what
 * stands behind a key there is its description.
 */
public final class ConfigSchema {
  private static final String REFERENCE = "reference.yml";

  /** Behind a key in the reference: its default in brackets, and what it is for. */
  static final Pattern REMARK =
      Pattern.compile("[^#]*  # (?:\\[(?<standard>.*?)\\] )?(?<text>[^\\[].*)");

  /** In place of a default: absent means that it is not there, or it can't be absent. */
  private static final List<String> NO_DEFAULT = List.of("none", "needed");

  private final List<String> lines;
  private final Shape shape = new Shape();

  private ConfigSchema(String text, KnownFunctions functions) {
    lines = text.lines().toList();
    var problems = new Problems(REFERENCE);
    Node root = new Yaml().compose(new StringReader(text));
    ConfigLoader.read(
        new Value(null, root, "", problems, new Placeholders(Map.of(), Path.of(REFERENCE)), shape),
        functions);
    problems.throwIfAny();
    describe(root, shape);
  }

  /**
   * JSON Schema, draft 2020-12, in JSON's own types.
   *
   * @param functions over all values of a window, that rules may ask for
   */
  public static Map<String, Object> of(KnownFunctions functions) {
    var schema = new LinkedHashMap<String, Object>();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.put("title", "HisSrv's configuration");
    schema.putAll(shape(functions).section());
    schema.put("type", "object");
    return schema;
  }

  /** As {@link #of}, as it is printed and as it stands in {@code config/hissrv.schema.json}. */
  public static String json(KnownFunctions functions) {
    var lines = new DefaultIndenter("  ", "\n");
    var printer = new DefaultPrettyPrinter().withObjectIndenter(lines);
    try {
      return new JsonMapper().writer(printer).writeValueAsString(of(functions)) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a schema is plain values", e);
    }
  }

  /** What the readers asked of {@code reference.yml}. */
  static Shape shape(KnownFunctions functions) {
    return new ConfigSchema(reference(), functions).shape;
  }

  static String reference() {
    try (InputStream in = ConfigSchema.class.getResourceAsStream("/" + REFERENCE)) {
      if (in == null) {
        throw new IllegalStateException("the jar has no " + REFERENCE);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void describe(Node node, Shape place) {
    if (node instanceof SequenceNode list) {
      list.getValue().forEach(item -> describe(item, place.item()));
    }
    if (node instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        Shape child = place.at(((ScalarNode) tuple.getKeyNode()).getValue());
        Matcher remark = REMARK.matcher(lines.get(tuple.getKeyNode().getStartMark().getLine()));
        if (remark.matches()) {
          String standard = remark.group("standard");
          boolean isOne = standard != null && !NO_DEFAULT.contains(standard);
          child.describe(remark.group("text"), isOne ? new Yaml().load(standard) : null);
        }
        describe(tuple.getValueNode(), child);
      }
    }
  }
}
