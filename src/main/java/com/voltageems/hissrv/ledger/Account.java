package com.voltageems.hissrv.ledger;

import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.model.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What became of a source's windows on one level, told from the runs that are known of it. */
final class Account {
  private static final Duration DAY = Duration.ofDays(1);

  /** An archive lives two hours, and may be read a little later. */
  private static final long ARCHIVE_MILLIS = Duration.ofMinutes(130).toMillis();

  /** A window is closed, and its archive collected, so long after its end at the latest. */
  private static final long CLOSED_MILLIS = Duration.ofMinutes(2).toMillis();

  /** Replicas are behind by so much, and a fail-over forgets it. */
  private static final long LAG_MILLIS = 2_000;

  private static final Map<Kind, Cause> NOTES =
      new EnumMap<>(
          Map.of(
              Kind.REMOVED, Cause.REMOVED,
              Kind.STALE, Cause.STALE,
              Kind.ABSENT, Cause.ABSENT,
              Kind.FILTERED, Cause.FILTERED,
              Kind.UNREADABLE, Cause.UNREADABLE));

  private static final Map<Kind, Cause> FATES =
      new EnumMap<>(
          Map.of(
              Kind.REJECTED, Cause.REJECTED,
              Kind.UNMAPPED, Cause.UNMAPPED,
              Kind.LOST, Cause.LOST,
              Kind.DELETED, Cause.DELETED,
              Kind.EXPIRED, Cause.EXPIRED));

  private final String source;
  private final Level level;
  private final Windows windows;
  private final long nowMillis;
  private final long settledMillis;
  private final Map<Kind, Spans> own;
  private final Map<Kind, Spans> finest;
  private final Map<Kind, Spans> outages;

  /** Notes of the finest level, without the times of outages. */
  private final Map<Kind, Spans> notes = new EnumMap<>(Kind.class);

  private final List<Gap> gaps = new ArrayList<>();
  private final List<TimeRange> pending = new ArrayList<>();
  private final List<TimeRange> interruptions = new ArrayList<>();

  /**
   * @param nowMillis the time of the question
   * @param settledMillis what ends later may not be fully known
   * @param own what is known of it on this level
   * @param finest and on the finest level
   * @param outages and of all sources
   */
  Account(
      String source,
      Level level,
      Windows windows,
      long nowMillis,
      long settledMillis,
      Map<Kind, Spans> own,
      Map<Kind, Spans> finest,
      Map<Kind, Spans> outages) {
    this.source = source;
    this.level = level;
    this.windows = windows;
    this.nowMillis = nowMillis;
    this.settledMillis = settledMillis;
    this.own = own;
    this.finest = finest;
    this.outages = outages;
    NOTES
        .keySet()
        .forEach(kind -> {
          Spans spans = of(finest, kind);
          for (Kind outage : List.of(Kind.HISSRV_DOWN, Kind.REDIS_DOWN)) {
            spans = spans.without(of(outages, outage));
          }
          notes.put(kind, spans);
        });
  }

  /**
   * @param cause null where it is delivered or on its way
   */
  private record Fate(boolean sampled, boolean delivered, boolean late, @Nullable Cause cause) {
    boolean isExpected() {
      return cause != Cause.REMOVED && cause != Cause.DELETED;
    }
  }

  /** Of the windows from this one on that end by then. */
  Completeness upTo(Window first, long toMillis) {
    long expected = 0;
    long sampled = 0;
    long delivered = 0;
    long onTheirWay = 0;
    long late = 0;
    long interrupted = 0;
    long end = first.startMillis();
    for (Window window = first; window.endMillis() <= toMillis; ) {
      Fate fate = fate(window);
      long count = alike(window, toMillis);
      end =
          count == 1
              ? window.endMillis()
              : window.startMillis() + count * level.length().toMillis();
      var range =
          new TimeRange(Instant.ofEpochMilli(window.startMillis()), Instant.ofEpochMilli(end));
      late += fate.late() ? count : 0;
      if (fate.isExpected()) {
        expected += count;
        sampled += fate.sampled() ? count : 0;
        if (fate.sampled() && wasInterrupted(window)) {
          interrupted += count;
          interruptions.add(range);
        }
        delivered += fate.delivered() ? count : 0;
      }
      if (fate.cause() != null) {
        addGap(new Gap(source, level, range, count, fate.cause()));
      } else if (!fate.delivered()) {
        onTheirWay += count;
        pending.add(range);
      }
      window = windows.at(level, end);
    }
    var range = new TimeRange(Instant.ofEpochMilli(first.startMillis()), Instant.ofEpochMilli(end));
    return new Completeness(
        source,
        level,
        range,
        expected,
        sampled,
        delivered,
        onTheirWay,
        late,
        interrupted,
        gaps,
        pending,
        interruptions);
  }

  private void addGap(Gap gap) {
    if (!gaps.isEmpty()) {
      Gap last = gaps.getLast();
      if (last.cause() == gap.cause() && last.range().stop().equals(gap.range().start())) {
        var range = new TimeRange(last.range().start(), gap.range().stop());
        gaps.set(
            gaps.size() - 1,
            new Gap(source, level, range, last.windows() + gap.windows(), gap.cause()));
        return;
      }
    }
    gaps.add(gap);
  }

  /** How many windows from this one on share its fate for sure: no run begins or ends in them. */
  private long alike(Window window, long toMillis) {
    if (level.length().compareTo(DAY) >= 0) {
      return 1;
    }
    long edge = toMillis;
    for (Map<Kind, Spans> known : List.of(own, finest, outages)) {
      for (Spans spans : known.values()) {
        edge = Math.min(edge, spans.nextEdge(window.startMillis()));
      }
    }
    long forgotten =
        of(outages, Kind.REDIS_DOWN).nextEdge(window.startMillis() + CLOSED_MILLIS) - CLOSED_MILLIS;
    long lagging =
        of(outages, Kind.REDIS_DOWN).nextEdge(window.startMillis() + LAG_MILLIS) - LAG_MILLIS;
    for (long turn : List.of(lagging, nowMillis - ARCHIVE_MILLIS, settledMillis, forgotten)) {
      edge = turn > window.startMillis() ? Math.min(edge, turn) : edge;
    }
    return Math.max(1, (edge - window.startMillis()) / level.length().toMillis());
  }

  private Fate fate(Window window) {
    boolean late = meets(finest, Kind.LATE, window);
    if (meets(own, Kind.DELIVERED, window)) {
      return new Fate(true, true, late, null);
    }
    if (meets(own, Kind.COLLECTED, window)) {
      return new Fate(true, false, late, null);
    }
    for (var fate : FATES.entrySet()) {
      if (meets(own, fate.getKey(), window)) {
        return new Fate(true, false, late, fate.getValue());
      }
    }
    boolean sampled =
        meets(finest, Kind.SAMPLED, window)
            || meets(finest, Kind.DELIVERED, window)
            || meets(finest, Kind.COLLECTED, window);
    return new Fate(sampled, false, late, sampled ? ofSampled(window) : ofUnsampled(window));
  }

  /** Its archive is made and collected soon, or was lost with Redis, or with its time to live. */
  private @Nullable Cause ofSampled(Window window) {
    if (overlap(finest, Kind.FORGOTTEN, window) == window.endMillis() - window.startMillis()) {
      return Cause.REDIS_DOWN;
    }
    if (nowMillis < window.endMillis() + ARCHIVE_MILLIS) {
      return null;
    }
    return redisMayHaveForgotten(window) ? Cause.REDIS_DOWN : Cause.EXPIRED;
  }

  private @Nullable Cause ofUnsampled(Window window) {
    long hissrv = overlap(outages, Kind.HISSRV_DOWN, window);
    long redis = overlap(outages, Kind.REDIS_DOWN, window);
    long most = Math.max(hissrv, redis);
    Cause cause = most == 0 ? null : redis >= hissrv ? Cause.REDIS_DOWN : Cause.HISSRV_DOWN;
    if (meets(finest, Kind.LATE, window)) {
      cause = Cause.LATE;
    }
    for (var note : NOTES.entrySet()) {
      long overlap = overlap(notes, note.getKey(), window);
      if (overlap > most) {
        most = overlap;
        cause = note.getValue();
      }
    }
    if (cause == Cause.UNREADABLE && redisMayHaveForgotten(window)) {
      return Cause.REDIS_DOWN;
    }
    return cause == null && window.endMillis() <= settledMillis ? Cause.UNKNOWN : cause;
  }

  /** Samples of it are missing, or may be: a source that ends with an outage shows no gap. */
  private boolean wasInterrupted(Window window) {
    return meets(finest, Kind.INTERRUPTED, window)
        || meets(outages, Kind.INTERRUPTED, window)
        || meets(outages, Kind.HISSRV_DOWN, window)
        || of(outages, Kind.REDIS_DOWN)
            .meets(window.startMillis(), window.endMillis() + LAG_MILLIS);
  }

  /** It went away before the window was closed, and came back without it. */
  private boolean redisMayHaveForgotten(Window window) {
    return of(outages, Kind.REDIS_DOWN)
        .meets(window.startMillis(), window.endMillis() + CLOSED_MILLIS);
  }

  private static boolean meets(Map<Kind, Spans> spans, Kind kind, Window window) {
    return of(spans, kind).meets(window.startMillis(), window.endMillis());
  }

  private static long overlap(Map<Kind, Spans> spans, Kind kind, Window window) {
    return of(spans, kind).overlap(window.startMillis(), window.endMillis());
  }

  private static Spans of(Map<Kind, Spans> spans, Kind kind) {
    return spans.getOrDefault(kind, Spans.NONE);
  }
}
