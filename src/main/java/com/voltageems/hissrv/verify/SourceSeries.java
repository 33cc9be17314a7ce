package com.voltageems.hissrv.verify;

import com.voltageems.hissrv.transform.Catalog;
import com.voltageems.hissrv.transform.Mapping;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Under which series a source is stored, now or under an earlier configuration. */
public final class SourceSeries {
  private final Supplier<Mapping> mapping;
  private final Catalog catalog;

  /** Of sources that these name. */
  public SourceSeries(Supplier<Mapping> mapping, Catalog catalog) {
    this.mapping = mapping;
    this.catalog = catalog;
  }

  /**
   * A series without interval and aggregation.
   *
   * @param tags {@code name=value,…}, sorted by name
   */
  public record Name(String measurement, String tags) {
    /** Of a series, or a row. */
    public static Name of(String measurement, Map<String, String> tags) {
      return new Name(measurement, Catalog.tagsText(tags));
    }
  }

  /** None for a source that was never stored and that no mapping names. */
  public Map<String, Set<Name>> of(Set<String> sources) {
    var series = new TreeMap<String, Set<Name>>();
    for (Catalog.Entry entry : catalog.entries()) {
      String source = entry.origin().sourceKey();
      if (sources.contains(source)) {
        series
            .computeIfAbsent(source, s -> new HashSet<>())
            .add(new Name(entry.measurement(), entry.tags()));
      }
    }
    Mapping rules = mapping.get();
    for (String source : sources) {
      rules
          .of(source)
          .ifPresent(mapped ->
              mapped
                  .all()
                  .forEach(one ->
                      series
                          .computeIfAbsent(source, s -> new HashSet<>())
                          .add(Name.of(one.series().measurement(), one.series().tags()))));
    }
    return series;
  }
}
