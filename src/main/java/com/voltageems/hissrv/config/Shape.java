package com.voltageems.hissrv.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the readers ask of one place of the file. It is learned while they read, so that the schema
 * for editors can't say anything else than they do.
 */
final class Shape {
  /** A variable stands for a value of any type. */
  private static final String VARIABLE = "\\$\\{";

  private static final Map<String, Object> TEXT =
      Map.of("type", List.of("string", "number", "boolean"));

  private final Map<String, Shape> keys = new LinkedHashMap<>();
  private final Map<String, Integer> required = new HashMap<>();
  private final Set<Map<String, Object>> scalars = new LinkedHashSet<>();
  private int sections;
  private boolean nullable;
  private @Nullable Shape other;
  private @Nullable Shape item;
  private String description = "";
  private @Nullable Object standard;

  /** A mapping with these keys and no others was asked for. */
  void section(List<String> known) {
    sections++;
    known.forEach(this::key);
  }

  /** Once for each section that must have the key. */
  void require(String key) {
    required.merge(key, 1, Integer::sum);
  }

  Shape key(String name) {
    return keys.computeIfAbsent(name, _ -> new Shape());
  }

  /** Of whatever key, in a mapping whose keys are not known beforehand. */
  Shape other() {
    if (other == null) {
      other = new Shape();
    }
    return other;
  }

  Shape item() {
    if (item == null) {
      item = new Shape();
    }
    return item;
  }

  void nullable() {
    nullable = true;
  }

  void text() {
    scalars.add(TEXT);
  }

  void words(List<String> words) {
    scalars.add(Map.of("enum", words));
    pattern(VARIABLE);
  }

  void flag() {
    scalars.add(Map.of("enum", List.of(true, false, "true", "false")));
    pattern(VARIABLE);
  }

  /** Bounds inclusive. */
  void integer(int least, int most) {
    scalars.add(Map.of("type", "integer", "minimum", least, "maximum", most));
    pattern("^\\d{1,9}$|" + VARIABLE);
  }

  void form(String regex) {
    pattern("^" + regex + "$|" + VARIABLE);
  }

  private void pattern(String regex) {
    scalars.add(Map.of("type", "string", "pattern", regex));
  }

  /**
   * Says what the place is for.
   *
   * @param whenAbsent its default; null where there is none
   */
  void describe(String text, @Nullable Object whenAbsent) {
    description = text;
    standard = whenAbsent;
  }

  /** Whether the key is one of a section's, which has no others. */
  boolean knows(String name) {
    return keys.containsKey(name);
  }

  /** Whether any text may stand here, as far as the shape goes. */
  boolean isText() {
    return scalars.contains(TEXT);
  }

  /** The shape of a key's value that was asked for. */
  Shape at(String name) {
    Shape known = keys.get(name);
    return known == null ? other() : known;
  }

  /** The keys that no reader looked into, by path: nothing is known of what they may hold. */
  List<String> unasked(String path) {
    var below =
        keys.entrySet().stream()
            .flatMap(e -> e.getValue().unasked(child(path, e.getKey())).stream());
    var within =
        Stream.concat(
            other == null ? Stream.of() : other.unasked(child(path, "*")).stream(),
            item == null ? Stream.of() : item.unasked(path + "[]").stream());
    var here = alternatives().isEmpty() ? Stream.of(path) : Stream.<String>of();
    return Stream.of(here, below, within).flatMap(paths -> paths).toList();
  }

  private static String child(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /** As JSON Schema. */
  Map<String, Object> schema() {
    var schema = new LinkedHashMap<String, Object>();
    if (!description.isEmpty()) {
      schema.put("description", description);
    }
    if (standard != null) {
      schema.put("default", standard);
    }
    List<Map<String, Object>> alternatives = alternatives();
    if (alternatives.size() == 1) {
      schema.putAll(alternatives.getFirst());
    } else {
      schema.put("anyOf", alternatives);
    }
    return schema;
  }

  private List<Map<String, Object>> alternatives() {
    var all = new ArrayList<Map<String, Object>>();
    scalars.stream().map(Shape::ordered).forEach(all::add);
    if (sections > 0) {
      all.add(section());
    }
    if (other != null) {
      all.add(ordered(Map.of("type", "object", "additionalProperties", other.schema())));
    }
    if (item != null) {
      all.add(ordered(Map.of("type", "array", "items", item.schema())));
    }
    if (nullable) {
      all.add(Map.of("type", "null"));
    }
    return all;
  }

  /** As JSON Schema: a mapping with these keys, no other value. */
  Map<String, Object> section() {
    var object = new LinkedHashMap<String, Object>();
    List<String> needed = required();
    object.put("type", needed.isEmpty() ? List.of("object", "null") : "object");
    object.put("additionalProperties", false);
    if (!needed.isEmpty()) {
      object.put("required", needed);
    }
    var properties = new LinkedHashMap<String, Object>();
    keys.forEach((key, shape) -> properties.put(key, shape.schema()));
    object.put("properties", properties);
    return object;
  }

  private List<String> required() {
    return keys.keySet().stream().filter(key -> required.getOrDefault(key, 0) == sections).toList();
  }

  private static Map<String, Object> ordered(Map<String, Object> schema) {
    var ordered = new LinkedHashMap<String, Object>();
    List.of("type", "enum", "minimum", "maximum", "pattern", "items", "additionalProperties")
        .forEach(keyword -> {
          if (schema.containsKey(keyword)) {
            ordered.put(keyword, schema.get(keyword));
          }
        });
    return ordered;
  }
}
