package com.voltageems.hissrv.store;

import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.model.TimeRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/**
 * Which rows to read.
 *
 * @param conditions all of which a series must meet; tags that none names may be any
 * @param level only series of this level
 * @param fields only these; a row that has none of them is left out. Empty for all
 * @param order of time; rows of one moment are always by tags
 */
public record SeriesQuery(
    String measurement,
    List<TagCondition> conditions,
    Level level,
    TimeRange range,
    Set<String> fields,
    Order order) {
  /** Of time. */
  public enum Order {
    OLDEST_FIRST,
    NEWEST_FIRST
  }

  /** Copies list and set. */
  public SeriesQuery {
    conditions = List.copyOf(conditions);
    fields = Set.copyOf(fields);
  }

  /**
   * All fields, oldest first.
   *
   * @param tags values that a series must have, equal; others may be any
   * @param without names of tags that a series must not have
   */
  public SeriesQuery(
      String measurement,
      Map<String, String> tags,
      Set<String> without,
      Level level,
      TimeRange range) {
    this(measurement, equal(tags, without), level, range, Set.of(), Order.OLDEST_FIRST);
  }

  /** Whatever other tags a series has. */
  public SeriesQuery(String measurement, Map<String, String> tags, Level level, TimeRange range) {
    this(measurement, tags, Set.of(), level, range);
  }

  /** The same of another stretch of time. */
  public SeriesQuery within(TimeRange other) {
    return new SeriesQuery(measurement, conditions, level, other, fields, order);
  }

  /** The same of these fields only. */
  public SeriesQuery only(Set<String> these) {
    return new SeriesQuery(measurement, conditions, level, range, these, order);
  }

  /** The same in another order. */
  public SeriesQuery inOrder(Order other) {
    return new SeriesQuery(measurement, conditions, level, range, fields, other);
  }

  /** Whether a series of the measurement with these tags is meant. */
  public boolean wants(SortedMap<String, String> tags) {
    return meets(tags) && new SeriesKey(measurement, tags).level().equals(level);
  }

  /** Whether a series' tags meet all conditions, of whatever level it is. */
  public boolean meets(Map<String, String> tags) {
    for (TagCondition condition : conditions) {
      if (!condition.matches(tags)) {
        return false;
      }
    }
    return true;
  }

  private static List<TagCondition> equal(Map<String, String> tags, Set<String> without) {
    var conditions = new ArrayList<TagCondition>();
    tags.forEach((tag, value) -> conditions.add(new TagCondition.In(tag, Set.of(value))));
    without.forEach(tag -> conditions.add(new TagCondition.In(tag, Set.of(""))));
    return conditions;
  }
}
