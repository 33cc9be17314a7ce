package com.voltageems.hissrv.config;

import com.voltageems.hissrv.config.MappingConfig.Tag;
import com.voltageems.hissrv.config.StatisticsReader.Asked;
import com.voltageems.hissrv.model.Level;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** {@code mappings:} */
final class MappingsReader {
  private static final List<String> KEYS =
      List.of("source_pattern", "measurement", "tags", "field_mappings", "statistics");

  private static final List<String> TAG = List.of("name", "source", "index");

  /** Would be overwritten by, or mistaken for, what every point has. */
  private static final List<String> RESERVED_TAGS = List.of("interval", "aggregation", "time");

  private static final Pattern NO_PATTERN = Pattern.compile("");

  private final List<Level> levels;
  private final KnownFunctions functions;

  /**
   * @param levels that are configured
   * @param functions that a rule may ask for
   */
  MappingsReader(List<Level> levels, KnownFunctions functions) {
    this.levels = levels;
    this.functions = functions;
  }

  List<MappingConfig> read(Value value) {
    if (value.isNull()) {
      return List.of();
    }
    return value.items("a list of rules with " + String.join(", ", KEYS)).stream()
        .map(this::rule)
        .toList();
  }

  private MappingConfig rule(Value row) {
    var section = Section.of(row, KEYS);
    Optional<Pattern> pattern = section.require("source_pattern").flatMap(MappingsReader::pattern);
    String measurement = section.requiredText("measurement", "a name").orElse("");
    List<Tag> tags = section.get("tags").map(v -> tags(v, pattern)).orElseGet(List::of);
    var fields = section.require("field_mappings").map(new FieldsReader(this::statistics)::read);
    Asked asked = section.get("statistics").map(this::statistics).orElse(Asked.USUAL);
    return new MappingConfig(
        pattern.orElse(NO_PATTERN),
        measurement,
        tags,
        fields.map(FieldsReader.Fields::byPoint).orElseGet(Map::of),
        fields.map(FieldsReader.Fields::direct).orElse(false),
        asked.statistics(),
        asked.functions());
  }

  private Asked statistics(Value value) {
    return new StatisticsReader(levels, functions).read(value);
  }

  private static Optional<Pattern> pattern(Value value) {
    Optional<String> text = Section.notBlank(value, "a regular expression");
    try {
      return text.map(Pattern::compile);
    } catch (PatternSyntaxException e) {
      String at = e.getIndex() < 0 ? "" : " at character " + (e.getIndex() + 1);
      value.problem(
          "found " + value.shown() + ", not a regular expression: " + e.getDescription() + at);
      return Optional.empty();
    }
  }

  private static List<Tag> tags(Value value, Optional<Pattern> pattern) {
    if (value.isNull()) {
      return List.of();
    }
    var tags = new ArrayList<Tag>();
    var names = new HashSet<String>();
    for (Value row : value.items("a list of {name, source, index}")) {
      Tag tag = tag(row, pattern);
      if (!tag.name().isEmpty() && !names.add(tag.name())) {
        row.problem("tag " + Section.of(row, TAG).shown("name") + " is given twice in this rule");
      }
      tags.add(tag);
    }
    return tags;
  }

  private static Tag tag(Value row, Optional<Pattern> pattern) {
    var section = Section.of(row, TAG);
    String name = section.requiredText("name", "a name").orElse("");
    if (RESERVED_TAGS.contains(name)) {
      row.problem("the tag name \"" + name + "\" is reserved; take another");
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
