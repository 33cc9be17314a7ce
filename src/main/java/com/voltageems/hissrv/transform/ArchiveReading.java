package com.voltageems.hissrv.transform;

import com.voltageems.hissrv.config.MappingConfig;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One archive being read: what each rule that matches its source makes of it. */
final class ArchiveReading {
  private final String sourceKey;
  private final @Nullable List<String> names;
  private final List<Part> parts = new ArrayList<>();
  private final Map<SeriesKey, SortedMap<String, FieldValue>> fields = new LinkedHashMap<>();
  private final List<String> unmapped = new ArrayList<>();
  private final List<String> unusable = new ArrayList<>();

  /** What one rule makes of it. */
  private record Part(MappedSource source, List<PointDraft> drafts, List<Origin> origins) {}

  /**
   * @param stats the archive's header; null for an archive by others
   */
  ArchiveReading(MappedSource source, Level level, @Nullable String stats) {
    sourceKey = source.sourceKey();
    names = stats == null ? null : Arrays.asList(stats.split(" ", -1));
    for (MappedSource one : source.all()) {
      List<PointDraft> drafts =
          PointDraft.of(one, level, series -> fields.computeIfAbsent(series, s -> new TreeMap<>()));
      parts.add(new Part(one, drafts, new ArrayList<>()));
    }
  }

  Transformed read(Map<String, String> archive, Set<String> header, Instant time) {
    for (var entry : archive.entrySet()) {
      if (!header.contains(entry.getKey())) {
        readPoint(pointIdOf(entry.getKey()), entry.getValue());
      }
    }
    var points = new ArrayList<Point>();
    fields.forEach((series, values) -> {
      if (!values.isEmpty()) {
        points.add(new Point(series, time, values));
      }
    });
    if (points.isEmpty()) {
      return new Transformed.Empty(unmapped, unusable);
    }
    var origins = new LinkedHashMap<SeriesKey, List<Origin>>();
    for (Part part : parts) {
      origins
          .computeIfAbsent(part.source().series(), s -> new ArrayList<>())
          .addAll(part.origins());
    }
    return new Transformed.Mapped(points, origins, unmapped, unusable);
  }

  private void readPoint(String pointId, String text) {
    String name = sourceKey + "/" + pointId;
    List<Part> naming =
        parts.stream().filter(part -> part.source().field(pointId).isPresent()).toList();
    if (naming.isEmpty()) {
      unmapped.add(name);
      return;
    }
    Optional<StatisticsLine> line =
        names == null ? Optional.empty() : StatisticsLine.parse(names, text);
    if (names != null && line.isEmpty()) {
      unusable.add(name);
      return;
    }
    var faults = new LinkedHashSet<String>();
    for (Part part : naming) {
      MappingConfig.Field field = part.source().field(pointId).orElseThrow();
      boolean stored = false;
      if (line.isEmpty()) {
        Supplier<Optional<FieldValue>> value = () -> Optional.of(single(field, text));
        stored = put(part.drafts().getFirst(), field.name(), value, name, text, faults);
      } else {
        for (PointDraft draft : part.drafts()) {
          for (PointDraft.Column column : draft.columns(field)) {
            Supplier<Optional<FieldValue>> value =
                () -> line.get().value(column.summary(), field.scaling());
            stored |= put(draft, column.name(), value, name, text, faults);
          }
        }
      }
      if (stored) {
        part.origins().add(new Origin(field.name(), sourceKey, pointId, field.unit()));
      }
    }
    unusable.addAll(faults);
  }

  private static boolean put(
      PointDraft draft,
      String field,
      Supplier<Optional<FieldValue>> parsed,
      String name,
      String text,
      Set<String> faults) {
    try {
      Optional<FieldValue> value = parsed.get();
      boolean stored = value.isPresent() && draft.put(field, value.get());
      if (value.isPresent() && !stored) {
        faults.add(name + " (another point is already the field " + field + ")");
      }
      return stored;
    } catch (IllegalArgumentException e) {
      faults.add(name + "='" + text + "'");
      return false;
    }
  }

  /** Others' values: a text where the rule says a type, for {@link TypeGuard} to make one of it. */
  private static FieldValue single(MappingConfig.Field field, String text) {
    return field.type() != null && field.scaling().isNone()
        ? FieldValue.of(text)
        : FieldValue.of(field.scaling().of(Double.parseDouble(text)));
  }

  private static String pointIdOf(String field) {
    return field.startsWith("\\") ? field.substring(1) : field;
  }
}
