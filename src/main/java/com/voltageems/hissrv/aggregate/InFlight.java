package com.voltageems.hissrv.aggregate;

import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.redis.RedisException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What other instances have taken out of the queue. Where instances share it their lists stay in
 * Redis until the store has what was in them, so anybody can tell what is in another's outbox.
 * Writes nothing. Throws {@link AggregateException}.
 */
public final class InFlight {
  /** The names of all lists, of every instance. */
  private static final String LISTS = "hissrv:inflight:{" + AggregationScript.PENDING + "}";

  private static final String LIST = "{" + AggregationScript.PENDING + "}:";

  /** Together; the newest are looked at. */
  static final int MOST_ENTRIES = 50_000;

  private static final int MOST_LISTS = 10_000;
  private static final long MOST_CHARACTERS = 32 << 20;

  /** A list has less than 2 MiB. */
  private static final int AT_ONCE = 10;

  /** How far clocks may differ. */
  private static final Duration DIFFERENCE = Duration.ofHours(1);

  private final RedisConnection redis;
  private final Supplier<String> instanceId;

  /**
   * @param instanceId whose own lists are left out: its outbox has what is in them
   */
  public InFlight(RedisConnection redis, Supplier<String> instanceId) {
    this.redis = redis;
    this.instanceId = instanceId;
  }

  /**
   * Looks at entries, the newest first.
   *
   * @param since what was taken before is left out
   * @return whether these were all
   */
  public boolean look(Instant since, Consumer<String> entries) {
    try {
      String own = LIST + instanceId.get() + ":";
      long earliest = since.equals(Instant.MIN) ? 0 : millis(since.minus(DIFFERENCE));
      Set<String> names = redis.members(LISTS);
      List<String> lists =
          names.stream()
              .filter(list -> !list.startsWith(own) && takenMillis(list) >= earliest)
              .sorted(Comparator.comparingLong(InFlight::takenMillis).reversed())
              .toList();
      return look(lists, entries);
    } catch (RedisException e) {
      throw new AggregateException(e);
    }
  }

  private boolean look(List<String> lists, Consumer<String> entries) {
    int looked = 0;
    long characters = 0;
    for (int from = 0; from < lists.size(); from += AT_ONCE) {
      if (from >= MOST_LISTS || looked >= MOST_ENTRIES || characters >= MOST_CHARACTERS) {
        return false;
      }
      List<String> some = lists.subList(from, Math.min(from + AT_ONCE, lists.size()));
      for (List<String> list : redis.lists(some)) {
        for (String entry : list) {
          looked++;
          characters += entry.length();
          entries.accept(entry);
        }
      }
    }
    return true;
  }

  private static long millis(Instant time) {
    return time.isBefore(Instant.EPOCH) ? 0 : time.toEpochMilli();
  }

  /** A list is called {@code {archive:pending}:<instance>:<epoch ms>-…}: when it was taken. */
  private static long takenMillis(String list) {
    int from = list.indexOf(':', LIST.length()) + 1;
    int end = list.indexOf('-', from);
    try {
      return Long.parseLong(list.substring(from, Math.max(from, end)));
    } catch (NumberFormatException _) {
      return Long.MAX_VALUE;
    }
  }
}
