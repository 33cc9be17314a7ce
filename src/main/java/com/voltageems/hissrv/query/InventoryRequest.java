package com.voltageems.hissrv.query;

import com.voltageems.hissrv.model.Nearest;
import com.voltageems.hissrv.model.SeriesKey;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which series or fields are asked for.
 *
 * @param measurement null for all
 * @param words all of which must occur, in lower case
 * @param tags values that a series must have
 * @param limit series on a page
 * @param after where the page begins
 */
record InventoryRequest(
    @Nullable String measurement,
    List<String> words,
    SortedMap<String, String> tags,
    int limit,
    Optional<SeriesKey> after) {
  static final int DEFAULT_LIMIT = 1_000;
  static final int MOST_LIMIT = 10_000;
  private static final String TAG_PREFIX = "tag.";

  /**
   * @param more names of parameters besides measurement and q
   */
  static InventoryRequest parse(Map<String, List<String>> parameters, Set<String> more) {
    var own = new HashMap<String, String>();
    var tags = new TreeMap<String, String>();
    var names = new TreeSet<>(more);
    names.addAll(Set.of("measurement", "q"));
    parameters.forEach((name, values) -> {
      if (values.size() != 1) {
        throw QueryProblem.duplicated(name);
      }
      String value = values.getFirst();
      if (value.isEmpty() && !name.equals("q")) {
        throw QueryProblem.badParameter(
            name, "'" + QueryProblem.shown(name) + "' has no value.", "a value");
      }
      String tag = name.startsWith(TAG_PREFIX) ? name.substring(TAG_PREFIX.length()) : name;
      if (names.contains(name)) {
        own.put(name, value);
      } else if (tag.isEmpty() || tags.put(tag, value) != null) {
        throw QueryProblem.duplicated(name);
      }
    });
    String measurement = own.get("measurement");
    if (measurement == null) {
      // Without a measurement a tag may be of any: only what looks like a slip is refused.
      tags.keySet().stream()
          .filter(tag -> tag.length() > 3 && Nearest.typoOf(tag, names).isPresent())
          .findFirst()
          .ifPresent(tag -> {
            throw QueryProblem.unknownParameter(tag, names);
          });
    }
    return new InventoryRequest(
        measurement,
        words(own.getOrDefault("q", "")),
        tags,
        limit(own.getOrDefault("limit", Integer.toString(DEFAULT_LIMIT))),
        Optional.ofNullable(own.get("after")).map(SeriesCursor::parse));
  }

  /** Whether all words occur in a text. */
  boolean finds(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return words.stream().allMatch(lower::contains);
  }

  private static List<String> words(String text) {
    return Arrays.stream(text.toLowerCase(Locale.ROOT).split("\\s+"))
        .filter(word -> !word.isEmpty())
        .toList();
  }

  /** How many series on a page. */
  static int limit(String text) {
    if (text.matches("\\d{1,6}")) {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= MOST_LIMIT) {
        return limit;
      }
    }
    throw QueryProblem.badParameter(
        "limit",
        "'" + QueryProblem.shown(text) + "' is not a number of series.",
        "a whole number from 1 to " + MOST_LIMIT);
  }
}
