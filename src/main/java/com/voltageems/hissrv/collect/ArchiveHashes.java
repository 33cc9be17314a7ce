package com.voltageems.hissrv.collect;

import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.transform.ArchiveKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the archives that queue entries name, no more at once than a small box's heap bears. */
final class ArchiveHashes {
  /** As Redis counts them; in the heap, read and transformed, they take ten times as many. */
  private static final long BYTES_AT_ONCE = 2 << 20;

  /** An archive larger than this is not read at all; one of 6,500 points has a tenth of it. */
  static final long MOST_BYTES = 16 << 20;

  private final RedisConnection redis;

  ArchiveHashes(RedisConnection redis) {
    this.redis = redis;
  }

  /** How many bytes each archive that entries name takes in Redis. */
  Map<String, Long> sizes(List<String> entries) {
    List<String> keys = namesIn(entries);
    List<Long> sizes = redis.sizes(keys);
    var sizeOf = new HashMap<String, Long>();
    for (int i = 0; i < keys.size(); i++) {
      sizeOf.put(keys.get(i), sizes.get(i));
    }
    return sizeOf;
  }

  /** The entries in their order, cut where the archives they name become too large together. */
  static List<List<String>> portions(List<String> entries, Map<String, Long> sizeOf) {
    var portions = new ArrayList<List<String>>();
    int from = 0;
    long bytes = 0;
    for (int i = 0; i < entries.size(); i++) {
      long more = sizeOf.getOrDefault(entries.get(i), 0L);
      if (i > from && bytes + more > BYTES_AT_ONCE) {
        portions.add(entries.subList(from, i));
        from = i;
        bytes = 0;
      }
      bytes += more;
    }
    portions.add(entries.subList(from, entries.size()));
    return portions;
  }

  /**
   * Every entry that names an archive, once, with what its key holds: an empty map where it is
   * gone, nothing where it is no hash.
   */
  Map<String, Optional<Map<String, String>>> namedBy(List<String> entries) {
    List<String> keys = namesIn(entries);
    var hashes = new HashMap<String, Optional<Map<String, String>>>();
    List<Optional<Map<String, String>>> found = redis.hashes(keys);
    for (int i = 0; i < keys.size(); i++) {
      hashes.put(keys.get(i), found.get(i));
    }
    return hashes;
  }

  private static List<String> namesIn(List<String> entries) {
    return entries.stream()
        .filter(entry -> entry.startsWith(ArchiveKey.PREFIX))
        .distinct()
        .toList();
  }
}
