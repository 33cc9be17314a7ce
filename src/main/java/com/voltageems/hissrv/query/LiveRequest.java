package com.voltageems.hissrv.query;

import com.voltageems.hissrv.model.SeriesKey;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which live values are wanted.
 *
 * @param sources tells by the live key
 * @param measurement null for any
 * @param tags that a series must have
 * @param once whether what there is now is all that is wanted
 */
public record LiveRequest(
    Predicate<String> sources,
    @Nullable String measurement,
    SortedMap<String, String> tags,
    boolean once) {
  private static final Set<String> NAMES = Set.of("source", "measurement", "once");
  private static final String TAG_PREFIX = "tag.";

  /**
   * Reads {@code source} (a live key, or a pattern with {@code *} and {@code ?}), {@code
   * measurement}, {@code once}; any other is a tag.
   *
   * @throws QueryProblem for what can't be understood
   */
  public static LiveRequest parse(Map<String, List<String>> parameters) {
    var own = new TreeMap<String, String>();
    var tags = new TreeMap<String, String>();
    parameters.forEach((name, values) -> {
      String tag = name.startsWith(TAG_PREFIX) ? name.substring(TAG_PREFIX.length()) : name;
      if (values.size() != 1 || (tags.containsKey(tag) && !NAMES.contains(name))) {
        throw QueryProblem.duplicated(name);
      }
      String value = values.getFirst();
      if (tag.isEmpty() || (value.isEmpty() && !name.equals("source"))) {
        throw QueryProblem.badParameter(
            name, "'" + QueryProblem.shown(name) + "' has no name or no value.", "name=value");
      }
      if (NAMES.contains(name)) {
        own.put(name, value);
      } else {
        tags.put(tag, value);
      }
    });
    String once = own.getOrDefault("once", "false");
    if (!once.equals("true") && !once.equals("false")) {
      throw QueryProblem.badParameter(
          "once", "'" + QueryProblem.shown(once) + "' is neither true nor false.", "true or false");
    }
    return new LiveRequest(
        SourceGlob.parse(own.getOrDefault("source", "*")),
        own.get("measurement"),
        tags,
        once.equals("true"));
  }

  boolean wants(String source, SeriesKey series) {
    return sources.test(source)
        && (measurement == null || measurement.equals(series.measurement()))
        && series.tags().entrySet().containsAll(tags.entrySet());
  }
}
