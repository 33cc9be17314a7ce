package com.voltageems.hissrv.transform;

import com.voltageems.hissrv.config.MappingConfig;
import com.voltageems.hissrv.config.NamedAggregation;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.model.ValueFunction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;

/** The mapping rules. The first whose pattern matches the whole source key decides. */
public final class Mapping {
  private final List<MappingConfig> rules;
  private final List<NamedAggregation> aggregations;
  private final Map<String, MappedSource> known = new ConcurrentHashMap<>();

  /**
   * Rules in the order of the file.
   *
   * @param aggregations each adds a series to the sources of its measurements
   */
  public Mapping(List<MappingConfig> rules, List<NamedAggregation> aggregations) {
    this.rules = List.copyOf(rules);
    this.aggregations = List.copyOf(aggregations);
  }

  /** Without any named aggregation. */
  public Mapping(List<MappingConfig> rules) {
    this(rules, List.of());
  }

  /** What becomes of a source; empty when no rule matches it. */
  public Optional<MappedSource> of(String sourceKey) {
    MappedSource found = known.get(sourceKey);
    if (found != null) {
      return Optional.of(found);
    }
    Optional<MappedSource> matched = match(sourceKey);
    matched.ifPresent(source -> known.put(sourceKey, source));
    return matched;
  }

  /** Whether anything asks for functions over all values of a window. */
  public boolean hasFunctions() {
    boolean byRule =
        rules.stream()
            .anyMatch(rule ->
                !rule.functions().isEmpty()
                    || rule.fields().values().stream().anyMatch(f -> !f.functions().isEmpty()));
    return byRule
        || aggregations.stream().anyMatch(one -> one.statistic() instanceof ValueFunction);
  }

  /**
   * Globs for SCAN that together see every key a rule could match. They see more; {@link #of}
   * decides. None has a blank in it.
   */
  public SortedSet<String> scanGlobs() {
    var all = new TreeSet<String>();
    for (MappingConfig rule : rules) {
      all.add(KeyGlob.of(rule.sourcePattern().pattern()));
    }
    var globs = new TreeSet<String>();
    for (String glob : all) {
      if (all.stream().noneMatch(other -> !other.equals(glob) && covers(other, glob))) {
        globs.add(glob);
      }
    }
    return globs;
  }

  /** Whether the wider glob is the beginning of the other one and an asterisk. */
  private static boolean covers(String wider, String glob) {
    return wider.endsWith("*")
        && !wider.endsWith("\\*")
        && glob.startsWith(wider.substring(0, wider.length() - 1))
        && wider.indexOf('*') == wider.length() - 1;
  }

  private Optional<MappedSource> match(String sourceKey) {
    for (MappingConfig rule : rules) {
      Matcher matcher = rule.sourcePattern().matcher(sourceKey);
      if (matcher.matches()) {
        var tags = new LinkedHashMap<String, String>();
        for (MappingConfig.Tag tag : rule.tags()) {
          String value = matcher.group(tag.index());
          if (value != null && !value.isEmpty()) {
            tags.put(tag.name(), value);
          }
        }
        return Optional.of(
            new MappedSource(
                sourceKey,
                SeriesKey.of(rule.measurement(), tags),
                rule,
                aggregations.stream()
                    .filter(one -> one.measurements().contains(rule.measurement()))
                    .toList()));
      }
    }
    return Optional.empty();
  }
}
