package com.voltageems.hissrv.config;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Settings as they are written, references not followed: maps by key, lists, texts, and null where
 * nothing stands.
 */
public final class Written {
  private Written() {}

  /** What a YAML tree says. */
  static @Nullable Object of(Node node) {
    return switch (node) {
      case MappingNode mapping -> {
        var map = new LinkedHashMap<String, @Nullable Object>();
        for (NodeTuple tuple : mapping.getValue()) {
          if (tuple.getKeyNode() instanceof ScalarNode key) {
            map.put(key.getValue(), of(tuple.getValueNode()));
          }
        }
        yield map;
      }
      case SequenceNode list -> {
        var items = new ArrayList<@Nullable Object>();
        list.getValue().forEach(item -> items.add(of(item)));
        yield items;
      }
      case ScalarNode scalar when !scalar.getTag().equals(Tag.NULL) -> scalar.getValue();
      default -> null;
    };
  }

  /** A tree's root; one that is no mapping has no settings. */
  static Map<String, @Nullable Object> root(Node node) {
    return of(node) instanceof Map<?, ?> map ? keyed(map) : new LinkedHashMap<>();
  }

  /**
   * The same from JSON's own types.
   *
   * @throws IllegalArgumentException for anything else
   */
  static @Nullable Object ofJson(@Nullable Object json) {
    return switch (json) {
      case null -> null;
      case Map<?, ?> map -> {
        var copy = new LinkedHashMap<String, @Nullable Object>();
        map.forEach((key, value) -> copy.put(String.valueOf(key), ofJson(value)));
        yield copy;
      }
      case List<?> list -> {
        var items = new ArrayList<@Nullable Object>();
        list.forEach(item -> items.add(ofJson(item)));
        yield items;
      }
      case BigDecimal number -> isPlain(number) ? number.toPlainString() : number.toString();
      case String text -> text;
      case Number number -> number.toString();
      case Boolean flag -> flag.toString();
      default -> throw new IllegalArgumentException("not JSON: " + json.getClass());
    };
  }

  /** A few letters can stand for more digits than there is memory. */
  private static boolean isPlain(BigDecimal number) {
    return Math.abs((long) number.scale()) <= 30;
  }

  /** A map's entries under texts; the map itself must have been made here. */
  static Map<String, @Nullable Object> keyed(Map<?, ?> map) {
    var keyed = new LinkedHashMap<String, @Nullable Object>();
    map.forEach((key, value) -> keyed.put(String.valueOf(key), value));
    return keyed;
  }

  /** Every text by its path, secrets masked; an empty list or map has none. */
  public static SortedMap<String, String> flat(@Nullable Object tree) {
    var flat = new TreeMap<String, String>();
    flatten("", tree, flat);
    return Collections.unmodifiableSortedMap(flat);
  }

  private static void flatten(String path, @Nullable Object tree, Map<String, String> flat) {
    switch (tree) {
      case Map<?, ?> map ->
          map.forEach((key, value) -> flatten(child(path, String.valueOf(key)), value, flat));
      case List<?> list -> {
        for (int i = 0; i < list.size(); i++) {
          flatten(path + "[" + i + "]", list.get(i), flat);
        }
      }
      case String text -> flat.put(path, Secrets.masked(path, text));
      case null, default -> {}
    }
  }

  /** The tree with every text replaced; one that becomes null is left out of its map. */
  static @Nullable Object mapped(
      String path, @Nullable Object tree, BiFunction<String, String, @Nullable String> text) {
    return switch (tree) {
      case Map<?, ?> map -> {
        var copy = new LinkedHashMap<String, @Nullable Object>();
        map.forEach((key, value) -> {
          Object mapped = mapped(child(path, String.valueOf(key)), value, text);
          if (mapped != null || value == null) {
            copy.put(String.valueOf(key), mapped);
          }
        });
        yield copy;
      }
      case List<?> list -> {
        var items = new ArrayList<@Nullable Object>();
        for (int i = 0; i < list.size(); i++) {
          items.add(mapped(path + "[" + i + "]", list.get(i), text));
        }
        yield items;
      }
      case String one -> text.apply(path, one);
      case null, default -> null;
    };
  }

  private static String child(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
