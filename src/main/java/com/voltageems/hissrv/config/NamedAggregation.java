package com.voltageems.hissrv.config;

import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Summary;
import java.util.Set;

/**
 * One row of {@code aggregations:}: a series of its own with one statistic of every field of some
 * measurements, marked by a tag.
 *
 * @param name the tag's value; no two have the same
 * @param level one of those that are configured
 * @param function the statistic as the configuration calls it, which also names the fields: {@code
 *     mean} makes {@code voltage_mean}
 * @param statistic what that name stands for
 * @param measurements whose windows it is made of
 */
public record NamedAggregation(
    String name, Level level, String function, Summary statistic, Set<String> measurements) {
  /** Copies the set. */
  public NamedAggregation {
    measurements = Set.copyOf(measurements);
  }
}
