package com.voltageems.hissrv.ledger;

import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.model.Window;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Consumer;

/**
 * The accounts that a question asks for.
 *
 * @param levels those that are asked for, of all levels
 * @param finest of all levels
 * @param reading of the question's time
 */
record Accounts(List<Level> levels, Level finest, Windows windows, Reading reading) {
  /** Where nobody sweeps, a window that ended so long ago is known. */
  private static final Duration SETTLED = Duration.ofMinutes(2);

  /** So many sources are read together. */
  private static final int AT_ONCE = 20;

  /**
   * How it stands with this instance, epoch milliseconds.
   *
   * @param millis the time of the question
   * @param settledMillis windows that end later may not be fully known; {@link Long#MAX_VALUE}
   *     where nobody sweeps
   * @param failingMillis since when Redis can't be asked; {@link Long#MAX_VALUE} when it can
   */
  record Now(long millis, long settledMillis, long failingMillis) {}

  /**
   * By source and level.
   *
   * @param sources and since when each is expected, epoch milliseconds
   */
  void of(
      SortedMap<String, Long> sources, TimeRange range, Now now, Consumer<Completeness> accounts) {
    List<String> names = List.copyOf(sources.keySet());
    for (int i = 0; i < names.size(); i += AT_ONCE) {
      List<String> some = names.subList(i, Math.min(i + AT_ONCE, names.size()));
      Map<String, Map<Level, Map<Kind, Spans>>> known = reading.of(some);
      for (String source : some) {
        long since = sources.getOrDefault(source, Long.MAX_VALUE);
        for (Level level : levels) {
          accounts.accept(
              of(source, since, level, range, now, known.getOrDefault(source, Map.of())));
        }
      }
    }
  }

  private Completeness of(
      String source,
      long since,
      Level level,
      TimeRange range,
      Now here,
      Map<Level, Map<Kind, Spans>> known) {
    long now = Math.min(here.millis(), reading.untilMillis());
    long from = Math.max(range.start().toEpochMilli(), reading.sinceMillis());
    long to = Math.min(range.stop().toEpochMilli(), now);
    Window first = windows.at(level, Math.max(from, Math.min(since, now)));
    if (first.startMillis() < from) {
      first = windows.at(level, first.endMillis());
    }
    // Windows that begin before the end of the range are in it whole.
    long end = to >= now ? now : windows.at(level, to - 1).endMillis();
    long settled = reading.settledMillis(source, here.settledMillis());
    return new Account(
            source,
            level,
            windows,
            now,
            settled == Long.MAX_VALUE ? now - SETTLED.toMillis() : settled,
            known.getOrDefault(level, Map.of()),
            known.getOrDefault(finest, Map.of()),
            andNow(reading.outages(source), here.failingMillis(), now))
        .upTo(first, Math.min(end, now));
  }

  /** With the outage there is, if there is one. */
  private static Map<Kind, Spans> andNow(Map<Kind, Spans> outages, long failing, long now) {
    if (failing == Long.MAX_VALUE) {
      return outages;
    }
    var all = new EnumMap<Kind, Spans>(Kind.class);
    all.putAll(outages);
    var down = new Spans();
    down.addAll(outages.getOrDefault(Kind.REDIS_DOWN, Spans.NONE));
    down.add(failing, Math.max(now, failing));
    all.put(Kind.REDIS_DOWN, down);
    return all;
  }
}
