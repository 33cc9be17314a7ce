package com.voltageems.hissrv.transform;

import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.model.Statistic;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Archives become points. An archive has header fields and, per point id, one field that holds the
 * statistics named in its {@code stats} header: {@code "230.5 229.1 231 60 13830"}. An archive by
 * others, without that header, has one number per field, stored under the field's name alone.
 */
public final class ArchiveTransform {
  private static final Set<String> HEADER =
      Set.of("source", "timestamp", "revision", "stats", "windows");

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
    return new Reading(source.get(), archive.get("stats")).read(archive, archiveKey, time);
  }

  /** One archive being read. */
  private static final class Reading {
    private final MappedSource source;
    private final @Nullable List<String> names;
    private final TreeMap<String, FieldValue> fields = new TreeMap<>();
    private final List<Origin> origins = new ArrayList<>();
    private final List<String> unmapped = new ArrayList<>();
    private final List<String> unusable = new ArrayList<>();

    Reading(MappedSource source, @Nullable String stats) {
      this.source = source;
      names = stats == null ? null : Arrays.asList(stats.split(" ", -1));
    }

    Transformed read(Map<String, String> archive, ArchiveKey key, Instant time) {
      for (var entry : archive.entrySet()) {
        if (!HEADER.contains(entry.getKey())) {
          readPoint(pointIdOf(entry.getKey()), entry.getValue());
        }
      }
      if (fields.isEmpty()) {
        return new Transformed.Empty(unmapped, unusable);
      }
      var tags = new TreeMap<>(source.series().tags());
      tags.put(SeriesKey.INTERVAL_TAG, key.level().name());
      var series = new SeriesKey(source.series().measurement(), tags);
      return new Transformed.Mapped(new Point(series, time, fields), origins, unmapped, unusable);
    }

    private void readPoint(String pointId, String text) {
      var field = source.field(pointId);
      String name = source.sourceKey() + "/" + pointId;
      if (field.isEmpty()) {
        unmapped.add(name);
        return;
      }
      int before = fields.size();
      if (names == null) {
        put(field.get().name(), name, text, () -> Optional.of(number(text)));
      } else {
        Optional<StatisticsLine> line = StatisticsLine.parse(names, text);
        if (line.isEmpty()) {
          unusable.add(name);
          return;
        }
        for (Statistic statistic : source.statistics(field.get())) {
          put(
              field.get().name() + "_" + statistic.label(),
              name,
              text,
              () -> line.get().value(statistic));
        }
      }
      if (fields.size() > before) {
        origins.add(
            new Origin(field.get().name(), source.sourceKey(), pointId, field.get().unit()));
      }
    }

    private void put(
        String field, String name, String text, Supplier<Optional<FieldValue>> parsed) {
      try {
        Optional<FieldValue> value = parsed.get();
        if (value.isPresent() && fields.putIfAbsent(field, value.get()) != null) {
          unusable.add(name + " (another point is already the field " + field + ")");
        }
      } catch (IllegalArgumentException e) {
        unusable.add(name + "='" + text + "'");
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
