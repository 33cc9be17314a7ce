package com.voltageems.hissrv.query;

import com.voltageems.hissrv.model.FieldType;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.query.InventoryQuery.FieldEntry;
import com.voltageems.hissrv.transform.Catalog;
import com.voltageems.hissrv.transform.Origin;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the catalog knows, by series: where fields come from. Series are without their level. */
final class Origins {
  private final Map<Name, List<Origin>> bySeries = new HashMap<>();
  private final Map<String, Set<String>> namesByMeasurement = new HashMap<>();

  private record Name(String measurement, String tags) {
    static Name of(SeriesKey series) {
      return new Name(series.measurement(), Catalog.tagsText(series.tags()));
    }
  }

  Origins(Collection<Catalog.Entry> entries) {
    for (Catalog.Entry entry : entries) {
      bySeries
          .computeIfAbsent(new Name(entry.measurement(), entry.tags()), name -> new ArrayList<>())
          .add(entry.origin());
      namesByMeasurement
          .computeIfAbsent(entry.measurement(), measurement -> new HashSet<>())
          .add(entry.origin().field());
    }
  }

  /** Whether anything of a measurement came from live hashes. */
  boolean knows(String measurement) {
    return namesByMeasurement.containsKey(measurement);
  }

  List<Origin> of(SeriesKey series) {
    return bySeries.getOrDefault(Name.of(series), List.of());
  }

  /** The live keys a series comes from. */
  List<String> sources(SeriesKey series) {
    return of(series).stream().map(Origin::sourceKey).distinct().sorted().toList();
  }

  /** Of a measurement's stored fields those that a series may have: all, if nothing is known. */
  List<String> fields(SeriesKey series, List<String> stored) {
    List<Origin> origins = of(series);
    if (origins.isEmpty()) {
      return stored;
    }
    var own = new HashSet<String>();
    origins.forEach(origin -> own.add(origin.field()));
    return stored.stream().filter(name -> own.contains(base(series.measurement(), name))).toList();
  }

  /** The field a stored field is of: the longest known one that it begins with. */
  private String base(String measurement, String stored) {
    Set<String> names = namesByMeasurement.getOrDefault(measurement, Set.of());
    if (names.contains(stored)) {
      return stored;
    }
    for (int i = stored.lastIndexOf('_'); i > 0; i = stored.lastIndexOf('_', i - 1)) {
      if (names.contains(stored.substring(0, i))) {
        return stored.substring(0, i);
      }
    }
    return stored;
  }

  FieldEntry field(
      String measurement, String stored, @Nullable FieldType type, Collection<SeriesKey> series) {
    String base = base(measurement, stored);
    var points = new TreeSet<String>();
    var units = new HashSet<String>();
    int count = 0;
    for (SeriesKey one : series) {
      boolean has = false;
      for (Origin origin : of(one)) {
        if (origin.field().equals(base)) {
          has = true;
          points.add(origin.pointId());
          String unit = origin.unit();
          units.add(unit == null ? "" : unit);
        }
      }
      count += has ? 1 : 0;
    }
    String unit = units.size() == 1 ? units.iterator().next() : "";
    String statistic = base.equals(stored) ? null : stored.substring(base.length() + 1);
    return new FieldEntry(
        measurement,
        stored,
        base,
        statistic,
        type,
        unit.isEmpty() || !isOfTheUnit(statistic) ? null : unit,
        List.copyOf(points),
        count);
  }

  /** A count and a share have none, an integral has another. */
  private static boolean isOfTheUnit(@Nullable String statistic) {
    return statistic == null || !Set.of("count", "good", "integral").contains(statistic);
  }
}
