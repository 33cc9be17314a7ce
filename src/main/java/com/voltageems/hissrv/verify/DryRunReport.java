package com.voltageems.hissrv.verify;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration would make of the live keys there are.
 *
 * @param keys that were looked at; HisSrv's own are not among them
 * @param complete false where there are more keys than were to be looked at: then numbers are too
 *     small, and a rule that matches nothing may yet
 * @param rules in their order
 * @param series by measurement and level
 * @param filters in their order
 * @param stale values that are too old by their {@code :ts}
 * @param unmatched hashes that no rule matches, by what their names have in common; the usual live
 *     keys first, then the most
 * @param unsampled keys that a rule matches and that can't be sampled, with the reason; the first
 *     of them
 * @param shared sources whose points go to the series of another one: where both have a field, the
 *     later overwrites the other; the first of them
 */
public record DryRunReport(
    long keys,
    boolean complete,
    List<Rule> rules,
    List<Series> series,
    List<Filter> filters,
    long stale,
    List<Unmatched> unmatched,
    Map<String, String> unsampled,
    Map<String, String> shared) {

  /**
   * A mapping rule.
   *
   * @param path for example {@code mappings[0]}
   * @param keys live keys it maps
   * @param shadowed live keys it matches too, that an earlier rule maps
   * @param examples the first of its keys
   * @param tags by name, in the rule's order
   * @param points that become fields, by point id
   * @param unmapped points that do not, by point id: how many keys have them
   * @param absent points the rule names that no key has
   */
  public record Rule(
      String path,
      String pattern,
      String measurement,
      long keys,
      long shadowed,
      List<String> examples,
      Map<String, Tag> tags,
      Map<String, Point> points,
      Map<String, Long> unmapped,
      List<String> absent) {}

  /**
   * A tag.
   *
   * @param values how many different ones
   * @param examples the first
   */
  public record Tag(long values, List<String> examples) {}

  /**
   * A point of the live hashes.
   *
   * @param type of what is stored
   * @param unit null where the rule gives none
   * @param keys that have it
   * @param example a number it has; null where it has none
   * @param junk how many keys have something else there
   * @param junkExample what else; null where there is nothing
   */
  public record Point(
      String field,
      String type,
      @Nullable String unit,
      boolean counter,
      long keys,
      @Nullable String example,
      long junk,
      @JsonProperty("junk_example") @Nullable String junkExample) {}

  /**
   * What comes out on a level.
   *
   * @param aggregation the named aggregation whose series these are; null for the ordinary ones
   * @param series how many
   * @param values they have together in each window
   */
  public record Series(
      String measurement, String level, @Nullable String aggregation, long series, long values) {}

  /**
   * A filter.
   *
   * @param path for example {@code filters[0]}
   * @param action {@code drop} or {@code mark}
   * @param keys it is asked about
   * @param rows how many of them it keeps out now
   * @param values it keeps out of others now
   * @param examples the first keys of which it keeps something out
   */
  public record Filter(
      String path,
      String name,
      String action,
      long keys,
      long rows,
      long values,
      List<String> examples) {}

  /**
   * Keys of one kind.
   *
   * @param kind the keys' name with {@code *} for each number in it
   * @param usual whether their names are as live keys of VoltageEMS are
   * @param example the first
   */
  public record Unmatched(String kind, boolean usual, long keys, String example) {}
}
