package com.voltageems.hissrv.transform;

import com.voltageems.hissrv.model.FieldType;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a store is given of a point: no series beyond the measurement's bound, no field of another
 * type than it has. What it lets through for the first time is on disk after {@link
 * Catalog#record}. Safe for any thread; throws {@link CatalogException}.
 */
public final class Admission {
  private final TypeGuard types;
  private final SeriesBudget budget;
  private final Mapping mapping;

  /** By what the catalog holds and these rules say. */
  public Admission(Catalog catalog, Mapping mapping) {
    types = catalog.types();
    budget = catalog.budget();
    this.mapping = mapping;
  }

  /** Why something is kept back. */
  public enum Cause {
    /** The measurement has as many series as it may have. */
    SERIES,
    /** Some fields are of another type. */
    TYPE
  }

  /**
   * A point, or some of its fields, for quarantine.
   *
   * @param reason for people
   */
  public record Refused(Point point, Cause cause, String reason) {}

  /**
   * What came of a point.
   *
   * @param point what may be stored; null when nothing of it
   * @param refused the rest; null when there is none
   */
  public record Admitted(@Nullable Point point, @Nullable Refused refused) {}

  /** Decides about a point. */
  public Admitted admit(Point point) {
    String measurement = point.series().measurement();
    int most = mapping.maxSeries(measurement);
    if (!budget.hasRoom(point.series(), most)) {
      String reason =
          "measurement %s has %d series, and its max_series is %d; new here: %s"
              .formatted(
                  measurement, budget.count(measurement), most, SeriesBudget.text(point.series()));
      return new Admitted(null, new Refused(point, Cause.SERIES, reason));
    }
    Admitted admitted = typed(point, mapping.types(measurement));
    if (admitted.point() != null) {
      budget.add(point.series());
    }
    return admitted;
  }

  private Admitted typed(Point point, Map<String, FieldType> asked) {
    String measurement = point.series().measurement();
    var kept = new TreeMap<String, FieldValue>();
    var misfits = new TreeMap<String, FieldValue>();
    boolean same = true;
    for (var entry : point.fields().entrySet()) {
      String field = entry.getKey();
      FieldValue value = entry.getValue();
      Optional<FieldValue> fitting = types.fit(measurement, field, value, asked.get(field));
      if (fitting.isPresent()) {
        kept.put(field, fitting.get());
      } else {
        misfits.put(field, value);
      }
      same &= fitting.isPresent() && fitting.get().equals(value);
    }
    if (same) {
      return new Admitted(point, null);
    }
    Point fit = kept.isEmpty() ? null : new Point(point.series(), point.time(), kept);
    if (misfits.isEmpty()) {
      return new Admitted(fit, null);
    }
    var reasons = new ArrayList<String>();
    misfits.forEach(
        (field, value) -> reasons.add(types.refusal(measurement, field, value, asked.get(field))));
    return new Admitted(
        fit,
        new Refused(new Point(point.series(), point.time(), misfits), Cause.TYPE, joined(reasons)));
  }

  private static String joined(List<String> reasons) {
    int named = Math.min(5, reasons.size());
    String more = reasons.size() > named ? "; and " + (reasons.size() - named) + " more" : "";
    return String.join("; ", reasons.subList(0, named)) + more;
  }
}
