package com.voltageems.hissrv.config;

import com.voltageems.hissrv.model.Statistic;
import com.voltageems.hissrv.model.ValueFunction;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One row of {@code mappings:}: how the point ids of matching sources become fields.
 *
 * @param sourcePattern must match the whole live key
 * @param measurement where the points go
 * @param tags taken from the pattern's capture groups
 * @param fields by point id
 * @param direct whether a point id not in {@code fields} keeps its own name ({@code "*": direct})
 * @param statistics which are stored of each point whose field does not say otherwise
 * @param functions what else is stored of these: they need every value of a window
 */
public record MappingConfig(
    Pattern sourcePattern,
    String measurement,
    List<Tag> tags,
    Map<String, Field> fields,
    boolean direct,
    Set<Statistic> statistics,
    List<ValueFunction> functions) {
  /**
   * Copies the collections and keeps the file's order, so that what follows from it is the same.
   */
  public MappingConfig {
    tags = List.copyOf(tags);
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    statistics = ordered(statistics);
    functions = List.copyOf(functions);
  }

  /** Without functions. */
  public MappingConfig(
      Pattern sourcePattern,
      String measurement,
      List<Tag> tags,
      Map<String, Field> fields,
      boolean direct,
      Set<Statistic> statistics) {
    this(sourcePattern, measurement, tags, fields, direct, statistics, List.of());
  }

  /** With the usual statistics. */
  public MappingConfig(
      Pattern sourcePattern,
      String measurement,
      List<Tag> tags,
      Map<String, Field> fields,
      boolean direct) {
    this(sourcePattern, measurement, tags, fields, direct, Statistic.USUAL);
  }

  private static Set<Statistic> ordered(Set<Statistic> statistics) {
    var ordered = EnumSet.noneOf(Statistic.class);
    ordered.addAll(statistics);
    return Collections.unmodifiableSet(ordered);
  }

  /**
   * A tag from a capture group.
   *
   * @param index the group, from 1
   */
  public record Tag(String name, int index) {}

  /**
   * A point id's field.
   *
   * @param unit for people, for example {@code kW}; null when the configuration gives none
   * @param counter set where the point is a register that counts up; null elsewhere
   * @param statistics which are stored of it; null for those of the rule, and its functions
   * @param functions what else is stored of it, where it has statistics of its own
   */
  public record Field(
      String name,
      @Nullable String unit,
      @Nullable Counter counter,
      @Nullable Set<Statistic> statistics,
      List<ValueFunction> functions) {
    /** Copies the collections. */
    public Field {
      statistics = statistics == null ? null : ordered(statistics);
      functions = List.copyOf(functions);
    }

    /** A field without functions of its own. */
    public Field(
        String name,
        @Nullable String unit,
        @Nullable Counter counter,
        @Nullable Set<Statistic> statistics) {
      this(name, unit, counter, statistics, List.of());
    }

    /** A field with its rule's statistics. */
    public Field(String name, @Nullable String unit, @Nullable Counter counter) {
      this(name, unit, counter, null);
    }

    /** A field that is no counter. */
    public Field(String name, @Nullable String unit) {
      this(name, unit, null);
    }
  }

  /**
   * A register that counts up.
   *
   * @param register at which value it begins again at zero; 0 when it never does
   * @param maxRate the most it can count in an hour, in its unit; 0 when that is not known
   */
  public record Counter(double register, double maxRate) {}
}
