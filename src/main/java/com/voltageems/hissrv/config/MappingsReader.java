package com.voltageems.hissrv.config;

import com.voltageems.hissrv.config.MappingConfig.Tag;
import com.voltageems.hissrv.config.MappingConfig.Then;
import com.voltageems.hissrv.config.StatisticsReader.Asked;
import com.voltageems.hissrv.model.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** {@code mappings:} */
final class MappingsReader {
  private static final List<String> KEYS =
      List.of(
          "source_pattern",
          "measurement",
          "tags",
          "field_mappings",
          "statistics",
          "continue",
          "max_series");

  private static final int MOST_SERIES = 100_000_000;

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
    var rules = new ArrayList<MappingConfig>();
    var shared = new SharedMeasurement();
    for (Value row : value.items("a list of rules with " + String.join(", ", KEYS))) {
      MappingConfig rule = rule(row);
      shared.contradictions(rule).forEach(row::problem);
      rules.add(rule);
    }
    return rules;
  }

  private MappingConfig rule(Value row) {
    var section = Section.of(row, KEYS);
    Optional<Pattern> pattern = section.require("source_pattern").flatMap(MappingsReader::pattern);
    String measurement = section.requiredText("measurement", "a name").orElse("");
    List<Tag> tags = section.get("tags").map(v -> TagsReader.read(v, pattern)).orElseGet(List::of);
    Asked asked = section.get("statistics").map(this::statistics).orElse(Asked.USUAL);
    var reader = new FieldsReader(this::statistics, asked);
    var fields = section.require("field_mappings").map(reader::read);
    Optional<Integer> maxSeries =
        section.get("max_series").flatMap(v -> Section.integer(v, 1, MOST_SERIES));
    return new MappingConfig(
        pattern.orElse(NO_PATTERN),
        measurement,
        tags,
        fields.map(FieldsReader.Fields::byPoint).orElseGet(Map::of),
        fields.map(FieldsReader.Fields::direct).orElse(false),
        asked.statistics(),
        asked.functions(),
        new Then(section.flag("continue", false), maxSeries.orElse(null)));
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
}
