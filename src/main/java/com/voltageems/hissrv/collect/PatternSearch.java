package com.voltageems.hissrv.collect;

import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.outbox.CollectedArchives;
import com.voltageems.hissrv.redis.KeyWalk;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.redis.RedisException;
import com.voltageems.hissrv.transform.ArchiveKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks for archives of one level that nobody queued, some steps of SCAN at a time, round after
 * round. Of one that was collected before only the revision is read. For one thread.
 */
final class PatternSearch {
  /** A round begins no sooner than so long after the one before began. */
  static final Duration ROUND = Duration.ofMinutes(1);

  /** Of some hundred keys; what Redis has to do for them is milliseconds, in small calls. */
  private static final int STEPS = 20;

  private static final String SOURCE = "source";
  private static final List<String> HEADER = List.of(SOURCE, Revision.FIELD, Revision.COLLECTED);

  private final RedisConnection redis;
  private final Level level;
  private final InstantSource clock;
  private final CollectedArchives collected;
  private final boolean shared;
  private final KeyWalk walk;
  private long roundMillis = Long.MIN_VALUE / 2;
  private long roundEra;
  private long finishedEra;

  /**
   * @param shared whether an archive may have been collected by another instance
   */
  PatternSearch(
      RedisConnection redis,
      Level level,
      InstantSource clock,
      CollectedArchives collected,
      boolean shared) {
    this.shared = shared;
    this.redis = redis;
    this.level = level;
    this.clock = clock;
    this.collected = collected;
    walk = redis.walk(ArchiveKey.PREFIX + level.name() + ":*");
  }

  /** An archive that is news. */
  record Found(ArchiveKey key, String source, long revision) {}

  /** What some more steps found. */
  List<Found> look() {
    if (walk.isAtStart() && Math.abs(clock.millis() - roundMillis) < ROUND.toMillis()) {
      return List.of();
    }
    var found = new ArrayList<Found>();
    try {
      for (int step = 0; step < STEPS; step++) {
        if (walk.isAtStart()) {
          roundMillis = clock.millis();
          roundEra = collected.beginEra();
        }
        read(walk.step(), found);
        if (walk.isAtStart()) {
          finishedEra = roundEra;
          return found;
        }
      }
      return found;
    } catch (RedisException e) {
      // What a failed step would have seen must not be taken for gone.
      walk.startAgain();
      throw e;
    }
  }

  /** When the last round began that came to its end; 0 when none has. */
  long finishedEra() {
    return finishedEra;
  }

  private void read(List<String> names, List<Found> found) {
    List<ArchiveKey> keys =
        names.stream()
            .flatMap(name -> ArchiveKey.parse(name).stream())
            .filter(this::ended)
            .toList();
    List<Optional<Map<String, String>>> headers =
        redis.hashes(keys.stream().map(ArchiveKey::toString).toList(), HEADER);
    for (int i = 0; i < keys.size(); i++) {
      ArchiveKey key = keys.get(i);
      if (headers.get(i).isEmpty()) {
        continue;
      }
      Map<String, String> header = headers.get(i).get();
      long revision = Revision.of(header);
      if (collected.revisionOf(key.toString(), key.startSeconds()) >= revision) {
        collected.seen(key.toString(), key.startSeconds());
      } else if (!shared || Revision.collected(header) < revision) {
        found.add(new Found(key, header.getOrDefault(SOURCE, key.impliedSource()), revision));
      }
    }
  }

  /** A day may have 25 hours. */
  private boolean ended(ArchiveKey key) {
    Duration longest =
        level.length().compareTo(Duration.ofDays(1)) < 0
            ? level.length()
            : level.length().plusHours(1);
    return key.startSeconds() * 1_000 + longest.toMillis() <= clock.millis();
  }
}
