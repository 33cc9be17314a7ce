package com.voltageems.hissrv.config;

import com.voltageems.hissrv.config.MappingConfig.Field;
import com.voltageems.hissrv.model.FieldType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Rules that write one measurement: what can be said of it once only. */
final class SharedMeasurement {
  private SharedMeasurement() {}

  /** Where a rule says other than those before it. */
  static List<String> contradictions(List<MappingConfig> before, MappingConfig rule) {
    var problems = new ArrayList<String>();
    for (int i = 0; i < before.size(); i++) {
      MappingConfig other = before.get(i);
      if (other.measurement().equals(rule.measurement())) {
        String there = "mappings[" + i + "]";
        Integer theirs = other.then().maxSeries();
        Integer ours = rule.then().maxSeries();
        if (theirs != null && ours != null && !Objects.equals(theirs, ours)) {
          problems.add(
              "max_series of measurement \"%s\" is %d here and %d in %s; it has one"
                  .formatted(rule.measurement(), ours, theirs, there));
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
                              there)));
        }
      }
    }
    return problems;
  }

  private static boolean differ(@Nullable FieldType a, @Nullable FieldType b) {
    return a != null && b != null && a != b;
  }

  private static String label(@Nullable FieldType type) {
    return type == null ? "" : type.label();
  }
}
