package com.voltageems.hissrv.config;

import com.voltageems.hissrv.config.MappingConfig.Field;
import com.voltageems.hissrv.model.FieldType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Rules that write one measurement: what can be said of it once only. */
final class SharedMeasurement {
  private record Place(String name, MappingConfig rule) {}

  private final Map<String, List<Place>> byMeasurement = new HashMap<>();
  private int rules;

  /** The next rule; where it says other than those before it. */
  List<String> contradictions(MappingConfig rule) {
    var problems = new ArrayList<String>();
    List<Place> before = byMeasurement.computeIfAbsent(rule.measurement(), _ -> new ArrayList<>());
    before.forEach(other -> compare(other, rule, problems));
    before.add(new Place("mappings[" + rules + "]", rule));
    rules++;
    return problems;
  }

  private static void compare(Place there, MappingConfig rule, List<String> problems) {
    MappingConfig other = there.rule();
    Integer theirs = other.then().maxSeries();
    Integer ours = rule.then().maxSeries();
    if (theirs != null && ours != null && !Objects.equals(theirs, ours)) {
      problems.add(
          "max_series of measurement \"%s\" is %d here and %d in %s; it has one"
              .formatted(rule.measurement(), ours, theirs, there.name()));
    }
    for (Field field : rule.fields().values()) {
      other.fields().values().stream()
          .filter(one -> one.name().equals(field.name()))
          .filter(one -> differ(one.type(), field.type()))
          .forEach(one ->
              problems.add(
                  "field \"%s\" of measurement \"%s\" is %s here and %s in %s; it has one type"
                      .formatted(
                          field.name(),
                          rule.measurement(),
                          label(field.type()),
                          label(one.type()),
                          there.name())));
    }
  }

  private static boolean differ(@Nullable FieldType a, @Nullable FieldType b) {
    return a != null && b != null && a != b;
  }

  private static String label(@Nullable FieldType type) {
    return type == null ? "" : type.label();
  }
}
