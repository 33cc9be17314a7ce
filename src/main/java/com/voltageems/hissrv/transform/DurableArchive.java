package com.voltageems.hissrv.transform;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An archive of ours of which a revision is on disk.
 *
 * @param key its name
 * @param source the live key it was made of
 * @param revision which of its revisions, from 1
 * @param bytes how many it takes in Redis, about
 */
public record DurableArchive(ArchiveKey key, String source, long revision, long bytes) {
  /** The fields of an archive that {@link #of} looks at. */
  public static final List<String> HEADER = List.of("source", "stats", "revision");

  /** Empty for an archive that others made: it is theirs to remove. */
  public static Optional<DurableArchive> of(String name, Map<String, String> archive, long bytes) {
    String source = archive.getOrDefault("source", "");
    String revision = archive.getOrDefault("revision", "");
    if (!archive.containsKey("stats") || !revision.matches("[1-9]\\d{0,14}")) {
      return Optional.empty();
    }
    return ArchiveKey.parse(name)
        .filter(key ->
            key.equals(ArchiveKey.of(source, key.level(), key.startSeconds()))
                || key.equals(ArchiveKey.onCluster(source, key.level(), key.startSeconds())))
        .map(key -> new DurableArchive(key, source, Long.parseLong(revision), bytes));
  }
}
