package com.voltageems.hissrv.ledger;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import com.voltageems.hissrv.lease.Held;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Window;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Makes marks of what sweeps see, one window of the finest level after the other, and outages of
 * the times without sweeps. Not safe for several threads.
 */
final class Watch {
  /** A start takes so long with nothing amiss. */
  private static final long RESTART_MILLIS = 2_000;

  /** A clock that falls back by less sees times again that are accounted for. */
  private static final Duration LONGEST_STEP_BACK = Duration.ofHours(2);

  private final Windows windows;
  private final Level finest;
  private final Predicate<String> configured;
  private final LongSupplier nanos;
  private final Map<String, Long> since = new HashMap<>();
  private final Map<String, Map<Sighting, Integer>> seen = new HashMap<>();

  /** By live key. */
  private final Map<String, Looks> looks = new HashMap<>();

  private @Nullable Window current;
  private @Nullable Life previous;
  private long firstMillis = Long.MIN_VALUE;
  private long lastMillis = Long.MIN_VALUE;
  private long lastNanos;
  private boolean failing;

  /** The longer one of this sweep's and of that of the sweep before. */
  private long intervalMillis;

  /** When the sweep before was, also that of the process before. */
  private long sweptMillis = Long.MIN_VALUE;

  /** Since when an outage says that there are no samples until the present sweep. */
  private long awaySince = Long.MAX_VALUE;

  private Held held = Held.NONE;

  /** When a source was sampled last, and when it was looked at last without a sample. */
  private static final class Looks {
    private long sampledMillis = Long.MIN_VALUE;
    private long unsampledMillis = Long.MIN_VALUE;
  }

  /**
   * @param configured whether a mapping names a source
   * @param nanos passes while the process stands still, whatever the clocks say
   */
  Watch(Windows windows, Level finest, Predicate<String> configured, LongSupplier nanos) {
    this.nanos = nanos;
    this.windows = windows;
    this.finest = finest;
    this.configured = configured;
  }

  /** Goes on where the process before this one ended: until now, HisSrv was down. */
  void remember(Book.Found found, Marks marks) {
    found.since().forEach((source, start) -> since.merge(source, start, Math::min));
    if (found.life() == null) {
      return;
    }
    previous = found.life();
    if (firstMillis != Long.MIN_VALUE) {
      wasDownUntil(firstMillis, marks);
      awaySince = Long.MAX_VALUE;
    }
  }

  /** Begins anew: sources are expected from the next sweep on. */
  void forget() {
    since.clear();
    seen.clear();
    looks.clear();
    current = null;
  }

  /** Windows that end by then are fully known, epoch milliseconds. */
  long settledMillis() {
    return current == null ? Long.MAX_VALUE : current.startMillis();
  }

  /** The latest moment that was swept, or tried first; the first of all before there is one. */
  long lastMillis() {
    return lastMillis;
  }

  boolean failing() {
    return failing;
  }

  Map<String, Long> since() {
    return since;
  }

  void swept(Observation.Swept sweep, Marks marks) {
    long now = sweep.atMillis();
    intervalMillis = Math.max(intervalMillis, sweep.intervalMillis());
    begins(now, marks);
    cover(sweep.held(), now, marks);
    if (lastMillis - now > LONGEST_STEP_BACK.toMillis()) {
      lastMillis = now;
    }
    if (failing) {
      outage(Kind.REDIS_DOWN, lastMillis, now, marks);
      failing = false;
    } else if (now - lastMillis > silentMillis()) {
      outage(Kind.HISSRV_DOWN, lastMillis, now, marks);
    }
    lastMillis = Math.max(lastMillis, now);
    lastNanos = nanos.getAsLong();
    long accounted = sweep.held().isShared() ? Long.MAX_VALUE : awaySince;
    sweep.missing().forEach((source, last) -> interrupted(source, last, now, accounted, marks));
    awaySince = Long.MAX_VALUE;
    intervalMillis = sweep.intervalMillis();
    sweptMillis = now;
    Window window = windows.at(finest, now);
    Window before = current;
    if (before == null || before.startMillis() != window.startMillis()) {
      settle(marks);
      seen.clear();
      current = window;
    }
    sweep.seen().forEach((source, sighting) -> note(source, sighting, window, marks));
    for (String source : since.keySet()) {
      if (!sweep.seen().containsKey(source) && sweep.held().has(source)) {
        note(source, Sighting.ABSENT, window, marks);
      }
    }
  }

  /** After so long without a sweep nobody was there. */
  private long silentMillis() {
    return Math.max(finest.length().toMillis() / 2, 3 * intervalMillis / 2);
  }

  private void outage(Kind kind, long from, long now, Marks marks) {
    marks.outage(kind, from, now);
    awaySince = Math.min(awaySince, from);
  }

  /** Where others sample too, times that nobody covers are outages. */
  private void cover(Held now, long nowMillis, Marks marks) {
    boolean goesOn = !failing && Math.abs(nowMillis - lastMillis) <= silentMillis();
    for (int shard : now.isShared() ? now.shards() : Set.<Integer>of()) {
      long from =
          goesOn && held.shards().contains(shard) ? Math.min(lastMillis, nowMillis) : nowMillis;
      marks.mark(Marks.Subject.shard(shard), Kind.SWEPT, from, nowMillis + 1);
    }
    held = now;
  }

  /** At a time of the system's, as Redis can't be asked. */
  void missed(long nowMillis, Marks marks) {
    begins(nowMillis, marks);
    long stoodStill = MILLISECONDS.convert(nanos.getAsLong() - lastNanos, NANOSECONDS);
    if (!failing && stoodStill > silentMillis()) {
      outage(Kind.HISSRV_DOWN, lastMillis, lastMillis + stoodStill, marks);
      lastMillis += stoodStill;
    }
    lastNanos = nanos.getAsLong();
    failing = true;
  }

  private void begins(long now, Marks marks) {
    if (firstMillis == Long.MIN_VALUE) {
      firstMillis = now;
      lastMillis = now;
      lastNanos = nanos.getAsLong();
      wasDownUntil(now, marks);
    }
  }

  private void wasDownUntil(long now, Marks marks) {
    Life life = previous;
    if (life == null) {
      return;
    }
    previous = null;
    long from = life.sweptMillis();
    sweptMillis = from;
    if (life.failing() && life.aliveMillis() > from) {
      outage(Kind.REDIS_DOWN, from, Math.min(life.aliveMillis(), now), marks);
      from = life.aliveMillis();
    }
    if (now - from > Math.max(RESTART_MILLIS, 3 * intervalMillis / 2)) {
      outage(Kind.HISSRV_DOWN, from, now, marks);
    }
  }

  /**
   * What is missing before a sample: forgotten by Redis, if this instance took it; else nobody did,
   * or somebody else and Redis has forgotten it.
   *
   * @param told when the last sample that is there was taken
   * @param accounted from then on an outage says it
   */
  private void interrupted(String source, long told, long now, long accounted, Marks marks) {
    boolean isNew = told == Observation.Swept.NONE_BEFORE && !since.containsKey(source);
    if (isNew) {
      return;
    }
    long last =
        told == Observation.Swept.NONE_BEFORE
            ? windows.at(finest, now).startMillis() - intervalMillis
            : told;
    long from = last;
    Looks looked = looks.get(source);
    if (looked != null) {
      if (looked.sampledMillis >= last + intervalMillis / 2 && looked.sampledMillis < now) {
        interrupted(new Marks.Subject(source, finest), last, looked.sampledMillis + 1, now, marks);
        forgotten(source, last, now, marks);
        from = looked.sampledMillis;
      }
      if (looked.unsampledMillis < now) {
        from = Math.max(from, looked.unsampledMillis);
      }
    }
    long end = now - intervalMillis / 2;
    if (from + intervalMillis >= end || from >= accounted) {
      return;
    }
    if (from == sweptMillis) {
      // A late sweep is late for all: one mark, however many sources there are.
      interrupted(all(source), from, end, now, marks);
    } else {
      interrupted(new Marks.Subject(source, finest), from, end, now, marks);
      if (from == last) {
        forgotten(source, last, now, marks);
      }
    }
  }

  private Marks.Subject all(String source) {
    return held.isShared()
        ? Marks.Subject.shard(Held.shard(source, held.of()))
        : Marks.Subject.SITE;
  }

  /**
   * Of the window of the last sample that is there, and of that of the next one, some are missing.
   *
   * @param end before it samples are missing
   */
  private void interrupted(Marks.Subject subject, long last, long end, long now, Marks marks) {
    Window left = windows.at(finest, last);
    Window next = windows.at(finest, now);
    if (last + intervalMillis < Math.min(left.endMillis(), end)) {
      marks.mark(subject, Kind.INTERRUPTED, left.startMillis(), left.endMillis());
    }
    if (end > next.startMillis()) {
      marks.mark(subject, Kind.INTERRUPTED, next.startMillis(), next.endMillis());
    }
  }

  /** Of the windows in between Redis has nothing. */
  private void forgotten(String source, long last, long now, Marks marks) {
    long from = windows.at(finest, last).endMillis();
    long to = windows.at(finest, now).startMillis();
    if (from < to) {
      marks.mark(new Marks.Subject(source, finest), Kind.FORGOTTEN, from, to);
    }
  }

  private void note(String source, Sighting sighting, Window window, Marks marks) {
    if (sighting != Sighting.ABSENT && !since.containsKey(source)) {
      since.put(source, window.startMillis());
      marks.sourcesSince.put(source, window.startMillis());
    }
    Map<Sighting, Integer> counts =
        seen.computeIfAbsent(source, s -> new EnumMap<Sighting, Integer>(Sighting.class));
    int times = counts.merge(sighting, 1, Integer::sum);
    Looks looked = looks.computeIfAbsent(source, _ -> new Looks());
    if (sighting == Sighting.SAMPLED) {
      looked.sampledMillis = sweptMillis;
    } else {
      looked.unsampledMillis = sweptMillis;
    }
    if (times == 1 && (sighting == Sighting.SAMPLED || sighting == Sighting.LATE)) {
      mark(source, sighting.kind, window, marks);
    }
  }

  /** What was seen of a source without a sample is why its window has none, so far or for good. */
  void settle(Marks marks) {
    Window window = current;
    if (window == null) {
      return;
    }
    seen.forEach((source, counts) -> {
      if (!counts.containsKey(Sighting.SAMPLED) && since.containsKey(source)) {
        Sighting most =
            counts.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse(Sighting.ABSENT);
        boolean removed = most == Sighting.ABSENT && !configured.test(source);
        mark(source, removed ? Kind.REMOVED : most.kind, window, marks);
      }
    });
  }

  private void mark(String source, Kind kind, Window window, Marks marks) {
    marks.mark(new Marks.Subject(source, finest), kind, window.startMillis(), window.endMillis());
  }
}
