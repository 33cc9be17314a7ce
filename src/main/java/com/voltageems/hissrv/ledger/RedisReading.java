package com.voltageems.hissrv.ledger;

import com.voltageems.hissrv.lease.Held;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.redis.RedisException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** What all instances wrote; while Redis is away, what it told last. */
final class RedisReading implements Reading {
  /** From one owner to the next, with nothing amiss. */
  private static final long HANDED_OVER = 2_000;

  /** After so long the next sweep is not just on its way here. */
  private static final long SILENT = Duration.ofSeconds(30).toMillis();

  /** What explains a window may come so long after it. */
  private static final long AFTERWARDS = Duration.ofMinutes(10).toMillis();

  /** No source's name. */
  private static final String TIMES = "";

  private final Shared shared;
  private final List<Level> levels;
  private final LongUnaryOperator windowStart;
  private final LastRead last;
  private final Time time;
  private final List<Long> days;
  private final Map<String, Map<Kind, Spans>> times;
  private final Map<Integer, Map<Kind, Spans>> outages = new HashMap<>();
  private long untilMillis = Long.MAX_VALUE;
  private @Nullable RedisException away;

  /**
   * Of a question, epoch milliseconds.
   *
   * @param begun since when there is a ledger
   * @param since before it nothing is kept
   */
  record Time(long from, long to, long now, long begun, long since) {}

  /**
   * Throws {@link LedgerException} when Redis is away and has not told enough.
   *
   * @param windowStart of the finest level's window that has a moment
   */
  RedisReading(
      Shared shared, List<Level> levels, LongUnaryOperator windowStart, LastRead last, Time time) {
    this.shared = shared;
    this.levels = levels;
    this.windowStart = windowStart;
    this.last = last;
    this.time = time;
    long end = time.to() + levels.getLast().length().toMillis() + AFTERWARDS;
    days = DayKeys.days(time.from(), Math.max(time.from(), Math.min(end, time.now())));
    times = times();
  }

  private Map<String, Map<Kind, Spans>> times() {
    var needed = new TreeSet<>(days);
    needed.addAll(DayKeys.days(time.now() - DayKeys.DAY, time.now()));
    List<Long> all = List.copyOf(needed);
    try {
      List<Optional<Map<String, String>>> told =
          shared.redis().hashes(all.stream().map(DayKeys::timesOf).toList());
      var runs = new HashMap<String, Map<Kind, Spans>>();
      for (int i = 0; i < all.size(); i++) {
        add(told.get(i).orElse(Map.of()), all.get(i), runs);
      }
      keep(TIMES, runs);
      return runs;
    } catch (RedisException e) {
      away = e;
      return toldLast(TIMES, e);
    }
  }

  private static void add(
      Map<String, String> fields, long day, Map<String, Map<Kind, Spans>> runs) {
    fields.forEach(
        (field, text) -> RunText.read(text, day, runs.computeIfAbsent(field, _ -> RunText.none())));
  }

  private void keep(String name, Map<String, Map<Kind, Spans>> runs) {
    if (time.to() >= time.now()) {
      last.keep(name, new LastRead.Known(time.from(), time.now(), runs));
    }
  }

  private Map<String, Map<Kind, Spans>> toldLast(String name, RedisException why) {
    LastRead.Known known = last.find(name, time.from()).orElseThrow(() -> new LedgerException(why));
    untilMillis = Math.min(untilMillis, known.atMillis());
    return known.runs();
  }

  @Override
  public long sinceMillis() {
    return time.since();
  }

  @Override
  public long untilMillis() {
    return untilMillis;
  }

  @Override
  public Map<String, Map<Level, Map<Kind, Spans>>> of(List<String> sources) {
    Map<String, Map<String, Map<Kind, Spans>>> told = told(sources);
    var known = new HashMap<String, Map<Level, Map<Kind, Spans>>>();
    told.forEach((source, runs) -> {
      var byLevel = new HashMap<Level, Map<Kind, Spans>>();
      for (Level level : levels) {
        Map<Kind, Spans> of = runs.get(DayKeys.field(source, level));
        if (of != null) {
          byLevel.put(level, of);
        }
      }
      known.put(source, byLevel);
    });
    return known;
  }

  private Map<String, Map<String, Map<Kind, Spans>>> told(List<String> sources) {
    var told = new HashMap<String, Map<String, Map<Kind, Spans>>>();
    if (away == null) {
      try {
        ask(sources, told);
        return told;
      } catch (RedisException e) {
        away = e;
      }
    }
    RedisException why = away;
    sources.forEach(source -> told.put(source, toldLast(source, why)));
    return told;
  }

  private void ask(List<String> sources, Map<String, Map<String, Map<Kind, Spans>>> told) {
    var wanted = new ArrayList<Map.Entry<String, List<String>>>();
    for (String source : sources) {
      List<String> fields = levels.stream().map(level -> DayKeys.field(source, level)).toList();
      for (long day : days) {
        wanted.add(Map.entry(DayKeys.of(source, day), fields));
      }
    }
    List<Optional<Map<String, String>>> answers = shared.redis().fields(wanted);
    int next = 0;
    for (String source : sources) {
      var runs = new HashMap<String, Map<Kind, Spans>>();
      for (long day : days) {
        add(answers.get(next++).orElse(Map.of()), day, runs);
      }
      told.put(source, runs);
      keep(source, runs);
    }
  }

  @Override
  public Map<Kind, Spans> outages(String source) {
    return outages.computeIfAbsent(Held.shard(source, shared.shards()), this::outages);
  }

  /** Redis was down where somebody says so; else nobody was there: who was stopped can't tell. */
  private Map<Kind, Spans> outages(int shard) {
    Spans swept = swept(shard);
    Spans redis =
        times
            .getOrDefault(field(Marks.Subject.SITE), Map.of())
            .getOrDefault(Kind.REDIS_DOWN, Spans.NONE)
            .without(swept);
    long now = Math.min(time.now(), untilMillis);
    long end = lastOf(swept).filter(stop -> now - stop < SILENT).orElse(now);
    var nobody = new Spans();
    nobody.add(Math.max(Math.max(time.from(), time.begun()), time.since()), end);
    nobody.removeAll(swept);
    nobody.removeAll(redis);
    var hissrv = new Spans();
    nobody.forEach((start, stop) -> {
      if (stop - start > HANDED_OVER) {
        hissrv.add(start, stop);
      }
    });
    var all = new EnumMap<Kind, Spans>(Kind.class);
    all.put(Kind.REDIS_DOWN, redis);
    all.put(Kind.HISSRV_DOWN, hissrv);
    all.put(Kind.INTERRUPTED, of(shard, Kind.INTERRUPTED));
    return all;
  }

  private Spans swept(int shard) {
    return of(shard, Kind.SWEPT);
  }

  private Spans of(int shard, Kind kind) {
    return times
        .getOrDefault(field(Marks.Subject.shard(shard)), Map.of())
        .getOrDefault(kind, Spans.NONE);
  }

  private static String field(Marks.Subject subject) {
    return DayKeys.field(subject.source(), subject.level());
  }

  private static Optional<Long> lastOf(Spans spans) {
    return spans.isEmpty() ? Optional.empty() : Optional.of(spans.list().getLast().stop());
  }

  @Override
  public long settledMillis(String source, long own) {
    return lastOf(swept(Held.shard(source, shared.shards())))
        .map(windowStart::applyAsLong)
        .orElse(Long.MAX_VALUE);
  }
}
