package com.voltageems.hissrv.collect;

import com.voltageems.hissrv.lease.Held;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.outbox.CollectedArchives;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.transform.ArchiveKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;

/**
 * Finds archives that were never queued: other producers', or those of one that died between
 * archive and queue. One that is news is waited for a while: it may be on its way through the
 * queue, or its producer still writing it. For one thread.
 */
final class ArchiveSearch {
  /** How long an archive must be seen without being collected. */
  static final Duration GRACE = Duration.ofSeconds(30);

  /** The search rests when so many are waited for. */
  private static final int MOST_WAITING = 20_000;

  private final RedisConnection redis;
  private final Predicate<String> isMapped;
  private final InstantSource clock;
  private final Sharing sharing;
  private final CollectedArchives collected;
  private final Map<Level, PatternSearch> patterns = new LinkedHashMap<>();
  private final Map<ArchiveKey, Sighting> waiting = new LinkedHashMap<>();
  private long forgotten;

  private record Sighting(long revision, long sinceMillis, boolean told) {}

  /**
   * Nothing is looked for yet.
   *
   * @param isMapped whether a source's archives are wanted
   * @param dataPatterns as the configuration has them; those that name a list are not looked for
   * @param sharing of several instances one looks for a source's archives
   */
  ArchiveSearch(
      RedisConnection redis,
      List<String> dataPatterns,
      Predicate<String> isMapped,
      InstantSource clock,
      CollectedArchives collected,
      Sharing sharing) {
    this.redis = redis;
    this.sharing = sharing;
    this.isMapped = isMapped;
    this.clock = clock;
    this.collected = collected;
    for (String pattern : dataPatterns) {
      String[] parts = pattern.split(":", -1);
      if (pattern.startsWith(ArchiveKey.PREFIX) && pattern.endsWith(":*") && parts.length == 3) {
        Level.parse(parts[1])
            .filter(level -> !level.equals(Level.RAW))
            .ifPresent(level ->
                patterns.put(
                    level, new PatternSearch(redis, level, clock, collected, sharing.on())));
      }
    }
  }

  /** Whether archives of a level are looked for at all. */
  boolean covers(Level level) {
    return patterns.containsKey(level);
  }

  /**
   * Archives that should be in the queue and are not, each told once. To be called when all that
   * was queued is collected.
   */
  List<String> look() {
    if (waiting.size() < MOST_WAITING) {
      Held held = sharing.ownership().held();
      for (PatternSearch.Found found : sideBySide()) {
        if (isMapped.test(found.source()) && held.has(found.source())) {
          waiting.compute(found.key(), (_, before) -> sighting(found, before));
        }
      }
    }
    forget();
    List<String> due = due();
    return sharing.on() ? notTaken(due) : due;
  }

  /** Without those that another instance has taken while they were waited for. */
  private List<String> notTaken(List<String> due) {
    List<Optional<Map<String, String>>> headers =
        redis.hashes(due, List.of(Revision.FIELD, Revision.COLLECTED));
    var left = new ArrayList<String>();
    for (int i = 0; i < due.size(); i++) {
      Map<String, String> header = headers.get(i).orElse(Map.of());
      if (Revision.collected(header) < Revision.of(header)) {
        left.add(due.get(i));
      }
    }
    return left;
  }

  private Sighting sighting(PatternSearch.Found found, Sighting before) {
    return before != null && before.revision() == found.revision()
        ? before
        : new Sighting(found.revision(), clock.millis(), false);
  }

  private List<PatternSearch.Found> sideBySide() {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<List<PatternSearch.Found>>> looks =
          patterns.values().stream().map(pattern -> threads.submit(pattern::look)).toList();
      var found = new ArrayList<PatternSearch.Found>();
      for (var look : looks) {
        found.addAll(look.get());
      }
      return found;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException known) {
        throw known;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private List<String> due() {
    long now = clock.millis();
    var due = new ArrayList<String>();
    Iterator<Map.Entry<ArchiveKey, Sighting>> all = waiting.entrySet().iterator();
    while (all.hasNext()) {
      var entry = all.next();
      ArchiveKey key = entry.getKey();
      Sighting sighting = entry.getValue();
      long age = Math.abs(now - sighting.sinceMillis());
      if (collected.revisionOf(key.toString(), key.startSeconds()) >= sighting.revision()
          || age > Duration.ofHours(2).toMillis()) {
        all.remove();
      } else if (!sighting.told() && age >= GRACE.toMillis()) {
        due.add(key.toString());
        entry.setValue(new Sighting(sighting.revision(), sighting.sinceMillis(), true));
      }
    }
    return due;
  }

  /** What every pattern's last whole round has not seen is gone from Redis. */
  private void forget() {
    long earliest =
        patterns.values().stream().mapToLong(PatternSearch::finishedEra).min().orElse(0);
    if (earliest > forgotten) {
      collected.forgetUnseenSince(earliest);
      forgotten = earliest;
    }
  }
}
