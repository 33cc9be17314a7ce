package com.voltageems.hissrv.correct;

import com.voltageems.hissrv.query.QueryProblem;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The members of what somebody sent. Every method throws {@link QueryProblem}. */
final class Order {
  static final String REASON = "reason";
  private static final int LONGEST_REASON = 500;

  private final Map<String, @Nullable Object> members;

  Order(Map<String, @Nullable Object> members, Set<String> known) {
    this.members = members;
    var unknown = new TreeSet<>(members.keySet());
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      throw QueryProblem.unknownParameter(unknown.getFirst(), new TreeSet<>(known));
    }
  }

  /** A text or a number that must be there. */
  String needed(String name, String expected) {
    Object value = members.get(name);
    if (value == null) {
      throw QueryProblem.missing(name, expected);
    }
    if (!(value instanceof String || value instanceof Number) || value.toString().isBlank()) {
      throw QueryProblem.badParameter(name, "'" + name + "' is no text.", expected);
    }
    return value.toString();
  }

  /** Why it is done: there to be read later, on one line. */
  String reason() {
    String expected = "why this is done, in at most %d characters".formatted(LONGEST_REASON);
    String reason = needed(REASON, expected).strip();
    if (reason.length() > LONGEST_REASON || reason.chars().anyMatch(Character::isISOControl)) {
      throw QueryProblem.badParameter(
          REASON,
          "The reason is too long, or has line ends or other control characters.",
          expected);
    }
    return reason;
  }

  boolean flag(String name) {
    Object value = members.getOrDefault(name, false);
    if (value instanceof Boolean truth) {
      return truth;
    }
    throw QueryProblem.badParameter(
        name, "'" + name + "' is neither true nor false.", "true or false");
  }

  /** Tags by name; none when nothing is said. */
  SortedMap<String, String> tags() {
    var tags = new TreeMap<String, String>();
    Object given = members.getOrDefault("tags", Map.of());
    String expected = "an object of names and values, none of them empty";
    if (!(given instanceof Map<?, ?> map)) {
      throw QueryProblem.badParameter("tags", "'tags' is no object.", expected);
    }
    map.forEach((name, value) -> {
      if (!(value instanceof String text) || text.isEmpty() || name.toString().isEmpty()) {
        throw QueryProblem.badParameter(
            "tags." + name, "A tag's value is a text that is not empty.", expected);
      }
      tags.put(name.toString(), text);
    });
    return tags;
  }

  /** A list that must be there, of at least one. */
  List<?> list(String name, int most, String expected) {
    Object value = members.get(name);
    if (value == null) {
      throw QueryProblem.missing(name, expected);
    }
    if (!(value instanceof List<?> list) || list.isEmpty() || list.size() > most) {
      throw QueryProblem.badParameter(
          name, "'%s' must be a list of one to %,d.".formatted(name, most), expected);
    }
    return list;
  }
}
