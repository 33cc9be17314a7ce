package com.voltageems.hissrv.transform;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Archives become points. An archive has header fields and, per point id, one field that holds the
 * statistics named in its {@code stats} header: {@code "230.5 229.1 231 60 13830"}, and what
 * functions gave: {@code "… median=230.4"}. An archive by others, without that header, has one
 * number per field, stored under the field's name alone.
 */
public final class ArchiveTransform {
  /**
   * Of an archive of ours that is cut short: when its window was sampled last ({@code ~} and epoch
   * milliseconds). Not a name that a point id of others may have.
   */
  public static final String UNTIL = "hissrv:until";

  private static final Set<String> HEADER =
      Set.of(
          "source",
          "timestamp",
          "revision",
          "stats",
          "windows",
          "functions",
          // Which revision was collected, where several instances share the queue.
          "hissrv:collected",
          UNTIL);

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
    return new ArchiveReading(source.get(), archiveKey.level(), archive.get("stats"))
        .read(archive, HEADER, time);
  }
}
