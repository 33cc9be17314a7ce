package com.voltageems.hissrv.query;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.store.TagCondition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/**
 * What a question says of one tag: {@code channel=1001}, {@code channel!=1001}, {@code
 * channel=~10.*}, {@code channel!=~10.*}. One of the first kinds must hold where there is any, none
 * of the negated ones may.
 */
final class TagTerms {
  private static final int LONGEST = 200;
  private static final int MOST_REPEATS = 200;
  private static final int LARGEST_PROGRAM = 1_000;
  private static final java.util.regex.Pattern COUNTED =
      java.util.regex.Pattern.compile("\\{(\\d+)(?:,(\\d*))?}");

  private final String tag;
  private final Set<String> values = new HashSet<>();
  private final Set<String> others = new HashSet<>();
  private final List<Pattern> patterns = new ArrayList<>();
  private final List<Pattern> otherPatterns = new ArrayList<>();

  private TagTerms(String tag) {
    this.tag = tag;
  }

  /** All terms of a question, by tag; finds them in the order given. */
  static final class Builder {
    private final SortedMap<String, TagTerms> byTag = new TreeMap<>();

    void add(String parameter, String name, String value) {
      boolean negated = name.endsWith("!") && name.length() > 1;
      String tag = negated ? name.substring(0, name.length() - 1) : name;
      TagTerms terms = byTag.computeIfAbsent(tag, TagTerms::new);
      if (value.startsWith("~") && !value.startsWith("~~")) {
        (negated ? terms.otherPatterns : terms.patterns)
            .add(pattern(parameter, value.substring(1)));
      } else {
        (negated ? terms.others : terms.values)
            .add(value.startsWith("~") ? value.substring(1) : value);
      }
    }

    SortedMap<String, TagTerms> all() {
      return byTag;
    }
  }

  /** The value it must have, where that is one; null otherwise. */
  @Nullable String only() {
    return values.size() == 1 && patterns.isEmpty() ? values.iterator().next() : null;
  }

  void addTo(Collection<TagCondition> conditions) {
    if (!patterns.isEmpty()) {
      conditions.add(
          new TagCondition.Tested(
              tag, remembering(value -> values.contains(value) || matchesAny(patterns, value))));
    } else if (!values.isEmpty()) {
      conditions.add(new TagCondition.In(tag, values));
    }
    if (!others.isEmpty()) {
      conditions.add(new TagCondition.NotIn(tag, others));
    }
    if (!otherPatterns.isEmpty()) {
      conditions.add(
          new TagCondition.Tested(tag, remembering(value -> !matchesAny(otherPatterns, value))));
    }
  }

  private static boolean matchesAny(List<Pattern> patterns, String value) {
    return patterns.stream().anyMatch(pattern -> pattern.matches(value));
  }

  /** A store may ask again and again of the same values. */
  private static Predicate<String> remembering(Predicate<String> test) {
    Map<String, Boolean> known = new HashMap<>();
    return value -> known.computeIfAbsent(value, test::test);
  }

  /**
   * Matches the whole value, in time that grows with its length only. A counted repetition is
   * written out when compiled, so there is a bound on what all of them together make.
   */
  private static Pattern pattern(String parameter, String text) {
    String expected =
        "a regular expression as RE2 has them, for example ~10.* , of at most "
            + LONGEST
            + " characters";
    if (text.length() > LONGEST) {
      throw QueryProblem.badParameter(
          parameter, "The regular expression has " + text.length() + " characters.", expected);
    }
    long repeats = 1;
    Matcher counted = COUNTED.matcher(text);
    while (counted.find()) {
      String most =
          counted.group(2) == null || counted.group(2).isEmpty()
              ? counted.group(1)
              : counted.group(2);
      repeats *= most.length() > 4 ? MOST_REPEATS + 1 : Math.max(1, Integer.parseInt(most));
      if (repeats > MOST_REPEATS) {
        throw tooMuch(parameter, expected);
      }
    }
    try {
      Pattern pattern = Pattern.compile(text, Pattern.DOTALL);
      if (pattern.programSize() > LARGEST_PROGRAM) {
        throw tooMuch(parameter, expected);
      }
      return pattern;
    } catch (PatternSyntaxException e) {
      throw QueryProblem.badParameter(
          parameter,
          "'"
              + QueryProblem.shown(text)
              + "' is not a regular expression: "
              + e.getDescription()
              + ".",
          expected);
    }
  }

  private static QueryProblem tooMuch(String parameter, String expected) {
    return QueryProblem.badParameter(
        parameter,
        "The regular expression repeats too much: its counted repetitions multiplied may be at most "
            + MOST_REPEATS
            + ".",
        expected);
  }

  /** The level that the tag {@code interval} names, if it must have one value; null otherwise. */
  static @Nullable String interval(Map<String, TagTerms> byTag) {
    TagTerms terms = byTag.get(SeriesKey.INTERVAL_TAG);
    return terms == null ? null : terms.only();
  }
}
