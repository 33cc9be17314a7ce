package com.voltageems.hissrv.bench.faults;

import com.voltageems.hissrv.bench.faults.SampleLog.Source;
import com.voltageems.hissrv.model.FieldValue;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** What the store has of one point in one window; null is what it has not. */
record FoundStatistics(
    double count, @Nullable Double min, @Nullable Double max, @Nullable Double avg) {
  /** Null where there is no count. */
  static @Nullable FoundStatistics of(
      @Nullable SortedMap<String, FieldValue> fields, Source source, String point) {
    String field = source.field(point);
    Double count = number(fields, field + "_count");
    return count == null
        ? null
        : new FoundStatistics(
            count,
            number(fields, field + "_min"),
            number(fields, field + "_max"),
            number(fields, field + "_avg"));
  }

  private static @Nullable Double number(
      @Nullable SortedMap<String, FieldValue> fields, String name) {
    FieldValue value = fields == null ? null : fields.get(name);
    return switch (value) {
      case FieldValue.FloatValue v -> v.value();
      case FieldValue.IntegerValue v -> (double) v.value();
      case null, default -> null;
    };
  }

  @Override
  public String toString() {
    return "found count %s, min %s, max %s, avg %s".formatted(count, min, max, avg);
  }
}
