package com.voltageems.hissrv.config;

import com.voltageems.hissrv.model.FieldType;
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
 * @param tags fixed ones, and those taken from the pattern's capture groups
 * @param fields by point id
 * @param direct whether a point id not in {@code fields} keeps its own name ({@code "*": direct})
 * @param statistics which are stored of each point whose field does not say otherwise
 * @param functions what else is stored of these: they need every value of a window
 * @param then what becomes of a matching source besides
 */
public record MappingConfig(
    Pattern sourcePattern,
    String measurement,
    List<Tag> tags,
    Map<String, Field> fields,
    boolean direct,
    Set<Statistic> statistics,
    List<ValueFunction> functions,
    Then then) {
  /** How many series a measurement may have when nothing is said. */
  public static final int USUAL_MAX_SERIES = 100_000;

  /**
   * Copies the collections and keeps the file's order, so that what follows from it is the same.
   */
  public MappingConfig {
    tags = List.copyOf(tags);
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    statistics = ordered(statistics);
    functions = List.copyOf(functions);
  }

  /** Later rules are not asked, and the measurement has the usual bound. */
  public MappingConfig(
      Pattern sourcePattern,
      String measurement,
      List<Tag> tags,
      Map<String, Field> fields,
      boolean direct,
      Set<Statistic> statistics,
      List<ValueFunction> functions) {
    this(sourcePattern, measurement, tags, fields, direct, statistics, functions, Then.USUAL);
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
   * How a rule stands to the others.
   *
   * @param next whether later rules may match the same source as well ({@code continue: true})
   * @param maxSeries how many series its measurement may have; null when the rule does not say
   */
  public record Then(boolean next, @Nullable Integer maxSeries) {
    static final Then USUAL = new Then(false, null);
  }

  /**
   * A tag: from a capture group, or always the same.
   *
   * @param index the group, from 1; 0 for one that is always the same
   * @param value what is always the same; null for one from a group
   */
  public record Tag(String name, int index, @Nullable String value) {
    /** From a capture group. */
    public Tag(String name, int index) {
      this(name, index, null);
    }

    /** Always the same. */
    public static Tag fixed(String name, String value) {
      return new Tag(name, 0, value);
    }
  }

  /**
   * A point id's field.
   *
   * @param unit for people, for example {@code kW}; null when the configuration gives none
   * @param counter set where the point is a register that counts up; null elsewhere
   * @param statistics which are stored of it; null for those of the rule, and its functions
   * @param functions what else is stored of it, where it has statistics of its own
   * @param type of the values that are samples themselves; null when the configuration gives none
   * @param scaling of its values
   */
  public record Field(
      String name,
      @Nullable String unit,
      @Nullable Counter counter,
      @Nullable Set<Statistic> statistics,
      List<ValueFunction> functions,
      @Nullable FieldType type,
      Scaling scaling) {
    /** Copies the collections. */
    public Field {
      statistics = statistics == null ? null : ordered(statistics);
      functions = List.copyOf(functions);
    }

    /** A field as it is sampled. */
    public Field(
        String name,
        @Nullable String unit,
        @Nullable Counter counter,
        @Nullable Set<Statistic> statistics,
        List<ValueFunction> functions) {
      this(name, unit, counter, statistics, functions, null, Scaling.NONE);
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
