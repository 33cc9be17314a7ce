package com.voltageems.hissrv.config;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One row of {@code filters:}: which samples of matching sources are kept.
 *
 * @param name what its counters are labelled with
 * @param source matches the whole live key; made from the glob
 * @param conditions what is kept; at least one where there is no deadband
 * @param any whether one condition is enough; otherwise all must hold
 * @param mark whether what is not kept counts as not good; otherwise it counts as not there
 * @param deadband by point id, {@code *} for all others: a value that is nearer to the last one
 *     kept counts as that one
 */
public record FilterConfig(
    String name,
    Pattern source,
    List<Condition> conditions,
    boolean any,
    boolean mark,
    Map<String, Band> deadband) {
  /** Copies the collections. */
  public FilterConfig {
    conditions = List.copyOf(conditions);
    deadband = Map.copyOf(deadband);
  }

  /** Without a deadband. */
  public FilterConfig(
      String name, Pattern source, List<Condition> conditions, boolean any, boolean mark) {
    this(name, source, conditions, any, mark, Map.of());
  }

  /**
   * How near is too near to be kept: less than either.
   *
   * @param width in the point's unit
   * @param share of the value last kept: 0.01 is one per cent
   */
  public record Band(double width, double share) {}

  /**
   * One condition.
   *
   * @param field of the live hash, and then it decides the whole sample; null for each value itself
   * @param operator one of {@link #OPERATORS}
   * @param wanted one text, two for {@code between}, any number for {@code in}
   */
  public record Condition(@Nullable String field, String operator, List<String> wanted) {
    /** What a condition can ask. */
    public static final List<String> OPERATORS =
        List.of("eq", "ne", "gt", "ge", "lt", "le", "in", "matches", "exists", "between");

    /** Copies the list. */
    public Condition {
      wanted = List.copyOf(wanted);
    }
  }
}
