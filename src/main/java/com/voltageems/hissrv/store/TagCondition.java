package com.voltageems.hissrv.store;

import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** What a series' tag must be. A tag that a series does not have is the empty text. */
public sealed interface TagCondition {
  /** The tag's name. */
  String tag();

  /** Whether a value meets it. */
  boolean allows(String value);

  /** Whether a series of these tags meets it. */
  default boolean matches(Map<String, String> tags) {
    return allows(tags.getOrDefault(tag(), ""));
  }

  /** One of these values; the empty one among them means: or not there. */
  record In(String tag, Set<String> values) implements TagCondition {
    /** Copies the set. */
    public In {
      values = Set.copyOf(values);
    }

    @Override
    public boolean allows(String value) {
      return values.contains(value);
    }
  }

  /** None of these values. */
  record NotIn(String tag, Set<String> values) implements TagCondition {
    /** Copies the set. */
    public NotIn {
      values = Set.copyOf(values);
    }

    @Override
    public boolean allows(String value) {
      return !values.contains(value);
    }
  }

  /**
   * Whatever a test says of it.
   *
   * @param test cheap, the same for the same value
   */
  record Tested(String tag, Predicate<String> test) implements TagCondition {
    @Override
    public boolean allows(String value) {
      return test.test(value);
    }
  }
}
