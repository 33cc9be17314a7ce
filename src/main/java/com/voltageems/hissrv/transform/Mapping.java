package com.voltageems.hissrv.transform;

import com.voltageems.hissrv.config.MappingConfig;
import com.voltageems.hissrv.config.NamedAggregation;
import com.voltageems.hissrv.model.FieldType;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.model.Statistic;
import com.voltageems.hissrv.model.ValueFunction;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;

/**
 * The mapping rules, in the order of the file. The first whose pattern matches the whole source key
 * decides; if it says {@code continue}, the next that matches adds to it, and so on.
 */
public final class Mapping {
  private static final Set<Statistic> SAMPLES =
      EnumSet.of(Statistic.FIRST, Statistic.LAST, Statistic.MIN, Statistic.MAX);

  private final List<MappingConfig> rules;
  private final List<NamedAggregation> aggregations;
  private final Map<String, Integer> maxSeries = new HashMap<>();
  private final Map<String, Map<String, FieldType>> types = new HashMap<>();
  private final Map<String, MappedSource> known = new ConcurrentHashMap<>();

  /**
   * Rules in the order of the file.
   *
   * @param aggregations each adds a series to the sources of its measurements
   */
  public Mapping(List<MappingConfig> rules, List<NamedAggregation> aggregations) {
    this.rules = List.copyOf(rules);
    this.aggregations = List.copyOf(aggregations);
    for (MappingConfig rule : rules) {
      Integer most = rule.then().maxSeries();
      if (most != null) {
        maxSeries.put(rule.measurement(), most);
      }
      var ofMeasurement = types.computeIfAbsent(rule.measurement(), m -> new HashMap<>());
      rule.fields().values().forEach(field -> addTypes(field, ofMeasurement));
    }
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

  /** A rule's place in the order of the file, from 0; -1 for another mapping's. */
  public int placeOf(MappingConfig rule) {
    return rules.indexOf(rule);
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

  /** How many series a measurement may have; the usual bound for one that no rule says it of. */
  public int maxSeries(String measurement) {
    return maxSeries.getOrDefault(measurement, MappingConfig.USUAL_MAX_SERIES);
  }

  /** The types that rules ask for, by stored field. */
  public Map<String, FieldType> types(String measurement) {
    return types.getOrDefault(measurement, Map.of());
  }

  private Optional<MappedSource> match(String sourceKey) {
    var matched = new ArrayList<MappedSource>();
    for (MappingConfig rule : rules) {
      Matcher matcher = rule.sourcePattern().matcher(sourceKey);
      if (matcher.matches()) {
        matched.add(
            new MappedSource(
                sourceKey,
                SeriesKey.of(rule.measurement(), tags(rule, matcher)),
                rule,
                aggregations.stream()
                    .filter(one -> one.measurements().contains(rule.measurement()))
                    .toList(),
                List.of()));
        if (!rule.then().next()) {
          break;
        }
      }
    }
    if (matched.size() < 2) {
      return matched.stream().findFirst();
    }
    MappedSource first = matched.getFirst();
    return Optional.of(
        new MappedSource(
            sourceKey,
            first.series(),
            first.rule(),
            first.aggregations(),
            List.copyOf(matched.subList(1, matched.size()))));
  }

  private static Map<String, String> tags(MappingConfig rule, Matcher matcher) {
    var tags = new LinkedHashMap<String, String>();
    for (MappingConfig.Tag tag : rule.tags()) {
      String fixed = tag.value();
      String value = fixed == null ? matcher.group(tag.index()) : fixed;
      if (value != null && !value.isEmpty()) {
        tags.put(tag.name(), value);
      }
    }
    return tags;
  }

  /** What is a sample itself, as it is stored: alone by others, and as these statistics by us. */
  private static void addTypes(MappingConfig.Field field, Map<String, FieldType> types) {
    FieldType type = field.type();
    if (type == null) {
      return;
    }
    types.putIfAbsent(field.name(), type);
    if (type != FieldType.STRING) {
      for (Statistic one : SAMPLES) {
        types.putIfAbsent(field.name() + "_" + one.label(), type);
      }
    }
  }
}
