package com.voltageems.hissrv.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.StringReader;
import java.math.BigDecimal;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** YAML as an editor sees it: by the core schema of YAML 1.2, in which {@code yes} is a text. */
final class YamlAsJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private YamlAsJson() {}

  static JsonNode parse(String yaml) {
    return json(new Yaml().compose(new StringReader(yaml)));
  }

  private static JsonNode json(Node node) {
    return switch (node) {
      case ScalarNode scalar -> scalar(scalar);
      case SequenceNode list -> {
        var array = JSON.arrayNode();
        list.getValue().forEach(item -> array.add(json(item)));
        yield array;
      }
      case MappingNode mapping -> {
        var object = JSON.objectNode();
        for (NodeTuple tuple : mapping.getValue()) {
          object.set(((ScalarNode) tuple.getKeyNode()).getValue(), json(tuple.getValueNode()));
        }
        yield object;
      }
      default -> throw new IllegalArgumentException("neither value, list nor mapping: " + node);
    };
  }

  private static JsonNode scalar(ScalarNode scalar) {
    String text = scalar.getValue();
    if (scalar.getScalarStyle() != ScalarStyle.PLAIN) {
      return JSON.textNode(text);
    }
    if (text.matches("~|null|Null|NULL|")) {
      return JSON.nullNode();
    }
    if (text.matches("true|True|TRUE|false|False|FALSE")) {
      return JSON.booleanNode(Boolean.parseBoolean(text));
    }
    if (text.matches("[-+]?[0-9]{1,18}")) {
      return JSON.numberNode(Long.parseLong(text));
    }
    return text.matches("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")
        ? JSON.numberNode(new BigDecimal(text))
        : JSON.textNode(text);
  }
}
