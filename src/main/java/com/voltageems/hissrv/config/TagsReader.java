package com.voltageems.hissrv.config;

import com.voltageems.hissrv.config.MappingConfig.Tag;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** {@code tags:} of one rule. */
final class TagsReader {
  /** Would be overwritten by, or mistaken for, what every point has. */
  private static final List<String> RESERVED = List.of("interval", "aggregation", "time");

  private static final List<String> KEYS = List.of("name", "source", "index", "value");

  private TagsReader() {}

  static List<Tag> read(Value value, Optional<Pattern> pattern) {
    if (value.isNull()) {
      return List.of();
    }
    var tags = new ArrayList<Tag>();
    var names = new HashSet<String>();
    for (Value row : value.items("a list of {name, source: capture, index} or {name, value}")) {
      Tag tag = tag(row, pattern);
      if (!tag.name().isEmpty() && !names.add(tag.name())) {
        row.problem("tag " + Section.of(row, KEYS).shown("name") + " is given twice in this rule");
      }
      tags.add(tag);
    }
    return tags;
  }

  private static Tag tag(Value row, Optional<Pattern> pattern) {
    var section = Section.of(row, KEYS);
    String name = section.requiredText("name", "a name").orElse("");
    if (RESERVED.contains(name)) {
      row.problem("the tag name \"" + name + "\" is reserved; take another");
    }
    Optional<Value> value = section.get("value");
    if (value.isPresent()) {
      for (String key : List.of("source", "index")) {
        section
            .get(key)
            .ifPresent(v ->
                v.problem(
                    "a tag has either a value or a source and an index, and this one has a value"));
      }
      return Tag.fixed(name, Section.notBlank(value.get(), "a text").orElse(""));
    }
    section.require("source").ifPresent(v -> v.word(List.of("capture")));
    int index = section.require("index").flatMap(v -> Section.integer(v, 1, 99)).orElse(1);
    pattern.ifPresent(p -> checkIndex(section, p, index));
    return new Tag(name, index);
  }

  private static void checkIndex(Section section, Pattern pattern, int index) {
    int groups = pattern.matcher("").groupCount();
    if (index > groups) {
      section
          .get("index")
          .ifPresent(v ->
              v.problem("found " + v.shown() + ", but source_pattern has " + groups + " group(s)"));
    }
  }
}
