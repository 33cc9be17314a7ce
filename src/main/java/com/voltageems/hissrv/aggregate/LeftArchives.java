package com.voltageems.hissrv.aggregate;

import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.transform.ArchiveKey;
import com.voltageems.hissrv.transform.DurableArchive;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The archives that a process before this one left in Redis. They are looked for once, step by
 * step. A revision seen then is on disk when the queue has run empty afterwards: had it not been
 * collected yet, it has been by then.
 */
final class LeftArchives {
  private static final int ARCHIVES_PER_CALL = 500;

  /** An archive that was too large to be taken is in quarantine, and nowhere but in Redis. */
  private static final long MOST_BYTES = 8L << 20;

  /** Batches that were taken from the queue and not released: of another process, or a dead one. */
  private static final String IN_FLIGHT = "{" + AggregationScript.PENDING + "}:";

  private static final String OVERSIZED = IN_FLIGHT + "oversized";

  private final RedisConnection redis;
  private @Nullable List<DurableArchive> found;
  private boolean done;

  LeftArchives(RedisConnection redis) {
    this.redis = redis;
  }

  /**
   * Those that are on disk, the first time it is known; none at any other time.
   *
   * @param queueRanEmpty whether everything that was queued before this call is on disk
   * @param known what need not be told
   */
  List<DurableArchive> onDisk(boolean queueRanEmpty, Predicate<DurableArchive> known) {
    List<DurableArchive> seen = found;
    if (done) {
      return List.of();
    }
    if (seen == null) {
      found = search(known);
      return List.of();
    }
    if (!queueRanEmpty) {
      return List.of();
    }
    Set<String> inFlight = inFlight();
    done = true;
    found = null;
    return seen.stream()
        .filter(one -> !known.test(one) && !inFlight.contains(one.key().toString()))
        .toList();
  }

  private List<DurableArchive> search(Predicate<DurableArchive> known) {
    var archives = new ArrayList<DurableArchive>();
    var keys = new ArrayList<String>();
    redis.scan(
        ArchiveKey.PREFIX + "*",
        key -> {
          if (ArchiveKey.parse(key).isPresent()) {
            keys.add(key);
          }
          if (keys.size() == ARCHIVES_PER_CALL) {
            read(keys, archives);
          }
        });
    read(keys, archives);
    archives.removeIf(known);
    return archives;
  }

  private void read(List<String> keys, List<DurableArchive> archives) {
    List<Optional<Map<String, String>>> headers = redis.hashes(keys, DurableArchive.HEADER);
    List<Long> sizes = redis.sizes(keys);
    for (int i = 0; i < keys.size(); i++) {
      DurableArchive.of(keys.get(i), headers.get(i).orElse(Map.of()), sizes.get(i))
          .filter(one -> one.bytes() < MOST_BYTES)
          .ifPresent(archives::add);
    }
    keys.clear();
  }

  private Set<String> inFlight() {
    var lists = new HashSet<String>();
    redis.scan(IN_FLIGHT + "*", lists::add);
    lists.remove(OVERSIZED);
    var entries = new HashSet<String>();
    lists.forEach(list -> entries.addAll(redis.list(list)));
    return entries;
  }
}
