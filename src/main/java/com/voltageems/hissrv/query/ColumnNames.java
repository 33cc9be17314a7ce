package com.voltageems.hissrv.query;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Names columns so that no name occurs twice: a row can be read into a map. */
final class ColumnNames {
  static final String TIME = "time";

  private ColumnNames() {}

  /** Time, tags, fields. A field keeps its name before a tag does, and time before both. */
  static List<String> of(Collection<String> tags, Collection<String> fields) {
    Set<String> taken = new HashSet<>(Set.of(TIME));
    List<String> fieldNames = new ArrayList<>();
    for (String field : fields) {
      fieldNames.add(unique("field.", field, taken));
    }
    List<String> columns = new ArrayList<>(List.of(TIME));
    for (String tag : tags) {
      columns.add(unique("tag.", tag, taken));
    }
    columns.addAll(fieldNames);
    return List.copyOf(columns);
  }

  private static String unique(String prefix, String name, Set<String> taken) {
    String unique = name;
    while (!taken.add(unique)) {
      unique = prefix + unique;
    }
    return unique;
  }
}
