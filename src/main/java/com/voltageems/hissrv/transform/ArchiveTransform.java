package com.voltageems.hissrv.transform;

import com.voltageems.hissrv.config.MappingConfig;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Archives become points. An archive has header fields and, per point id, one field that holds the
 * statistics named in its {@code stats} header: {@code "230.5 229.1 231 60 13830"}, and what
 * functions gave: {@code "… median=230.4"}. An archive by others, without that header, has one
 * number per field, stored under the field's name alone.
 */
public final class ArchiveTransform {
  private static final Set<String> HEADER =
      Set.of("source", "timestamp", "revision", "stats", "windows", "functions");

  private final Mapping mapping;

  /** By these rules. */
  public ArchiveTransform(Mapping mapping) {
    this.mapping = mapping;
  }

  /** Transforms one archive. */
  public Transformed transform(String key, Map<String, String> archive) {
    Optional<ArchiveKey> parsed = ArchiveKey.parse(key);
    if (parsed.isEmpty()) {
      return new Transformed.Refused(
          "not an archive key: '" + key + "'; archive:<level>:<epoch seconds>:<id> is expected");
    }
    ArchiveKey archiveKey = parsed.get();
    String sourceKey = archive.getOrDefault("source", archiveKey.impliedSource());
    Optional<MappedSource> source = mapping.of(sourceKey);
    if (source.isEmpty()) {
      return new Transformed.Refused("no mapping rule matches the source '" + sourceKey + "'");
    }
    String timestamp = archive.get("timestamp");
    Instant time;
    try {
      time =
          timestamp == null
              ? Instant.ofEpochSecond(archiveKey.startSeconds())
              : Timestamps.parse(timestamp);
    } catch (IllegalArgumentException e) {
      return new Transformed.Refused("field timestamp of " + key + ": " + e.getMessage());
    }
    return new Reading(source.get(), archiveKey.level(), archive.get("stats")).read(archive, time);
  }

  /** One archive being read. */
  private static final class Reading {
    private final MappedSource source;
    private final @Nullable List<String> names;
    private final List<PointDraft> drafts;
    private final List<Origin> origins = new ArrayList<>();
    private final List<String> unmapped = new ArrayList<>();
    private final List<String> unusable = new ArrayList<>();

    Reading(MappedSource source, Level level, @Nullable String stats) {
      this.source = source;
      names = stats == null ? null : Arrays.asList(stats.split(" ", -1));
      drafts = PointDraft.of(source, level);
    }

    Transformed read(Map<String, String> archive, Instant time) {
      for (var entry : archive.entrySet()) {
        if (!HEADER.contains(entry.getKey())) {
          readPoint(pointIdOf(entry.getKey()), entry.getValue());
        }
      }
      List<Point> points = drafts.stream().flatMap(draft -> draft.at(time).stream()).toList();
      return points.isEmpty()
          ? new Transformed.Empty(unmapped, unusable)
          : new Transformed.Mapped(points, origins, unmapped, unusable);
    }

    private void readPoint(String pointId, String text) {
      Optional<MappingConfig.Field> mapped = source.field(pointId);
      String name = source.sourceKey() + "/" + pointId;
      if (mapped.isEmpty()) {
        unmapped.add(name);
        return;
      }
      MappingConfig.Field field = mapped.get();
      var faults = new LinkedHashSet<String>();
      boolean stored = false;
      if (names == null) {
        Supplier<Optional<FieldValue>> value = () -> Optional.of(number(text));
        stored = put(drafts.getFirst(), field.name(), value, name, text, faults);
      } else {
        Optional<StatisticsLine> line = StatisticsLine.parse(names, text);
        if (line.isEmpty()) {
          unusable.add(name);
          return;
        }
        for (PointDraft draft : drafts) {
          for (PointDraft.Column column : draft.columns(field)) {
            Supplier<Optional<FieldValue>> value = () -> line.get().value(column.summary());
            stored |= put(draft, column.name(), value, name, text, faults);
          }
        }
      }
      unusable.addAll(faults);
      if (stored) {
        origins.add(new Origin(field.name(), source.sourceKey(), pointId, field.unit()));
      }
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

    private static FieldValue number(String text) {
      return FieldValue.of(Double.parseDouble(text));
    }

    private static String pointIdOf(String field) {
      return field.startsWith("\\") ? field.substring(1) : field;
    }
  }
}
