package com.voltageems.hissrv.config;

import com.voltageems.hissrv.config.MappingConfig.Counter;
import com.voltageems.hissrv.config.MappingConfig.Field;
import com.voltageems.hissrv.config.StatisticsReader.Asked;
import com.voltageems.hissrv.model.FieldType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** {@code field_mappings:} of one rule. */
final class FieldsReader {
  private static final String ANY = "*";
  private static final String DIRECT = "direct";
  private static final String ALLOWED = "a field name, or {name: voltage, unit: V}";

  private static final String POSITIVE = "a number above zero";
  private static final Pattern NUMBER = Pattern.compile("\\d{1,15}(\\.\\d{1,9})?");

  private static final List<String> KEYS =
      List.of("name", "unit", "type", "scale", "offset", "counter", "statistics");

  private final Function<Value, Asked> statistics;
  private final Asked ofRule;

  /**
   * @param statistics reads those of a field
   * @param ofRule what a field has that says nothing of its own
   */
  FieldsReader(Function<Value, Asked> statistics, Asked ofRule) {
    this.statistics = statistics;
    this.ofRule = ofRule;
  }

  record Fields(Map<String, Field> byPoint, boolean direct) {}

  Fields read(Value value) {
    var byPoint = new LinkedHashMap<String, Field>();
    var pointOf = new HashMap<String, String>();
    boolean direct = false;
    var entries = value.entries("a mapping of point id to field name, or \"*\": direct");
    for (var entry : entries.entrySet()) {
      String point = entry.getKey();
      Value target = entry.getValue();
      if (point.equals(ANY)) {
        checkDirect(target);
        direct = true;
      } else if (point.isBlank()) {
        target.problem("the point id is empty");
      } else {
        field(target)
            .ifPresent(field -> {
              String other = pointOf.putIfAbsent(field.name(), point);
              if (other != null) {
                target.problem(
                    "points \"%s\" and \"%s\" of this rule would both be field %s"
                        .formatted(other, point, shownName(target)));
              }
              byPoint.put(point, field);
            });
      }
    }
    if (entries.isEmpty()) {
      value.problem("maps no point; to keep the points' own names write \"*\": direct");
    }
    return new Fields(byPoint, direct);
  }

  private static String shownName(Value target) {
    return target.isMapping() ? Section.of(target, KEYS).shown("name") : target.shown();
  }

  private static void checkDirect(Value value) {
    Optional<String> text = value.text(DIRECT);
    if (text.isPresent() && !text.get().equals(DIRECT)) {
      value.mismatch(DIRECT + " for \"*\"");
    }
  }

  private static Counter counter(Value value) {
    var section = Section.of(value, List.of("register", "max_rate"));
    return new Counter(
        section.get("register").map(FieldsReader::positive).orElse(0.0),
        section.get("max_rate").map(FieldsReader::positive).orElse(0.0));
  }

  private static double positive(Value value) {
    Optional<String> text = Section.notBlank(value, POSITIVE);
    Optional<Double> number =
        text.filter(t -> NUMBER.matcher(t).matches()).map(Double::valueOf).filter(n -> n > 0);
    if (text.isPresent() && number.isEmpty()) {
      value.mismatch(POSITIVE);
    }
    return number.orElse(0.0);
  }

  private Optional<Field> field(Value value) {
    if (value.isMapping()) {
      return described(value);
    }
    Optional<String> name = Section.notBlank(value, ALLOWED);
    if (name.isPresent() && name.get().equals(DIRECT)) {
      value.problem("\"direct\" is only for \"*\"; allowed is " + ALLOWED);
      return Optional.empty();
    }
    return name.map(n -> new Field(n, null));
  }

  private Optional<Field> described(Value value) {
    var section = Section.of(value, KEYS);
    Optional<String> unit = section.get("unit").flatMap(v -> Section.notBlank(v, "a unit"));
    Optional<Asked> asked = section.get("statistics").map(statistics);
    Counter counter = section.get("counter").map(FieldsReader::counter).orElse(null);
    FieldType type = section.get("type").flatMap(FieldsReader::type).orElse(null);
    Scaling scaling = ScalingReader.read(section);
    if (type == FieldType.BOOL || type == FieldType.STRING) {
      for (String key : List.of("scale", "offset", "counter")) {
        section
            .get(key)
            .ifPresent(v -> v.problem(key + " is for numbers, and type is " + type.label()));
      }
    }
    asked.orElse(ofRule).functions().stream()
        .flatMap(function -> ScalingReader.inexact(scaling, function).stream())
        .forEach(value::problem);
    return section
        .requiredText("name", "a field name")
        .map(name ->
            new Field(
                name,
                unit.orElse(null),
                counter,
                asked.map(Asked::statistics).orElse(null),
                asked.map(Asked::functions).orElseGet(List::of),
                type,
                scaling));
  }

  private static Optional<FieldType> type(Value value) {
    return value
        .word(Arrays.stream(FieldType.values()).map(FieldType::label).toList())
        .flatMap(FieldType::parse);
  }
}
