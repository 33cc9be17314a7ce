package com.voltageems.hissrv.aggregate;

import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.redis.RedisException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Reads what live hashes hold now, fifty at a time, for those who watch. Writes nothing. Throws
 * {@link AggregateException}.
 */
public final class LiveHashes {
  /** As the sampler's: what is wider is not read, lest Redis serves nobody else. */
  private static final long MOST_FIELDS = 20_000;

  private static final int MODEST_FIELDS = 5_000;

  private final RedisConnection redis;
  private final Aggregation aggregation;

  /** Hashes that were far from too wide when they were read last. */
  private final Set<String> modest = ConcurrentHashMap.newKeySet();

  /** Of the sources that an aggregation knows. */
  public LiveHashes(RedisConnection redis, Aggregation aggregation) {
    this.redis = redis;
    this.aggregation = aggregation;
  }

  /**
   * A live hash.
   *
   * @param texts by point id; empty where it is gone
   * @param times when each was measured, epoch milliseconds as text, where that is told
   */
  public record Reading(String source, Map<String, String> texts, Map<String, String> times) {}

  /** The live keys there are, sorted. */
  public SortedSet<String> sources() {
    return asked(aggregation::sources);
  }

  /** Redis's time. */
  public Instant now() {
    return asked(() -> redis.clock().instant());
  }

  /** What these hold, in their order; what is no hash is left out. */
  public List<Reading> read(Collection<String> sources) {
    return asked(() -> readAll(sources));
  }

  private static <T> T asked(Supplier<T> question) {
    try {
      return question.get();
    } catch (RedisException e) {
      throw new AggregateException(e);
    }
  }

  private List<Reading> readAll(Collection<String> sources) {
    List<String> asked = readable(List.copyOf(sources));
    Set<String> timed = aggregation.timed();
    List<String> clocks =
        asked.stream()
            .filter(timed::contains)
            .map(one -> new SourceKeys(one, false).times())
            .toList();
    var keys = new ArrayList<>(asked);
    keys.addAll(clocks);
    List<Optional<Map<String, String>>> hashes = redis.hashes(keys);
    var readings = new ArrayList<Reading>();
    int clock = asked.size();
    for (int i = 0; i < asked.size(); i++) {
      String source = asked.get(i);
      Map<String, String> times =
          timed.contains(source) ? hashes.get(clock++).orElse(Map.of()) : Map.of();
      hashes
          .get(i)
          .ifPresent(texts -> {
            if (texts.size() <= MODEST_FIELDS) {
              modest.add(source);
            } else {
              modest.remove(source);
            }
            readings.add(new Reading(source, texts, times));
          });
    }
    return readings;
  }

  private List<String> readable(List<String> sources) {
    List<String> doubtful = sources.stream().filter(one -> !modest.contains(one)).toList();
    List<Long> sizes = redis.hashSizes(doubtful);
    var wide = new HashSet<String>();
    for (int i = 0; i < sizes.size(); i++) {
      if (sizes.get(i) > MOST_FIELDS) {
        wide.add(doubtful.get(i));
      }
    }
    return sources.stream().filter(one -> !wide.contains(one)).toList();
  }
}
