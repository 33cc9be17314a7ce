package com.voltageems.hissrv.query;

import com.voltageems.hissrv.model.TimeRange;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A range cut into buckets. The first and the last may reach beyond it; only what is in the range
 * is in them.
 *
 * @param step null for one bucket, the range itself
 */
record Buckets(TimeRange range, @Nullable Step step, ZoneId zone) {
  private static final Duration DAY = Duration.ofDays(1);

  /** The bucket that holds a moment of the range. */
  TimeRange at(Instant time) {
    if (step == null) {
      return range;
    }
    Instant start = step.floor(time, zone);
    return new TimeRange(start, step.next(start, zone));
  }

  /** The bucket that begins where another ends. */
  TimeRange after(TimeRange bucket) {
    return step == null
        ? new TimeRange(bucket.stop(), bucket.stop())
        : new TimeRange(bucket.stop(), step.next(bucket.stop(), zone));
  }

  /** All of them. */
  List<TimeRange> all(int most) {
    var all = new ArrayList<TimeRange>();
    if (range.start().equals(range.stop())) {
      return all;
    }
    for (TimeRange one = at(range.start()); one.start().isBefore(range.stop()); one = after(one)) {
      if (all.size() == most) {
        throw QueryProblem.answerTooLarge("buckets", most, " A longer 'every' does, too.");
      }
      all.add(one);
      if (step == null) {
        break;
      }
    }
    return all;
  }

  /** What of a bucket is in the range. */
  TimeRange within(TimeRange bucket) {
    Instant start = bucket.start().isBefore(range.start()) ? range.start() : bucket.start();
    Instant stop = bucket.stop().isAfter(range.stop()) ? range.stop() : bucket.stop();
    return new TimeRange(start, stop.isBefore(start) ? start : stop);
  }

  /**
   * Whether no window of a length lies across a bucket's bounds. Windows below a day are aligned to
   * the epoch, those of a day to the midnights of the site.
   */
  boolean holdWhole(Duration window, ZoneId site) {
    if (step == null || window.isZero()) {
      return true;
    }
    if (window.compareTo(DAY) >= 0) {
      return window.equals(DAY) && !step.isClock() && zone.equals(site);
    }
    long length = window.toMillis();
    if (step.fromEpoch() && step.isClock()) {
      return step.length().toMillis() % length == 0;
    }
    boolean evenly =
        DAY.toMillis() % length == 0 && (!step.isClock() || step.length().toMillis() % length == 0);
    return evenly && offsets().allMatch(seconds -> seconds * 1_000L % length == 0);
  }

  /**
   * When the first bucket after the epoch begins, where all have one length; empty where they have
   * not, or where there are more than wanted.
   */
  Optional<Duration> offset(int most) {
    if (step == null || !(step.isClock() || step.equals(new Step(1, "d", step.fromEpoch())))) {
      return Optional.empty();
    }
    long length = step.length().toMillis();
    if (Duration.between(range.start(), range.stop()).toMillis() / length > most) {
      return Optional.empty();
    }
    if (step.fromEpoch() && step.isClock()) {
      return Optional.of(Duration.ZERO);
    }
    int offset = zone.getRules().getOffset(range.start().minus(DAY)).getTotalSeconds();
    boolean evenly = DAY.toMillis() % length == 0 && offsets().allMatch(one -> one == offset);
    long zoneMillis = offset * 1_000L;
    return evenly
        ? Optional.of(Duration.ofMillis(Math.floorMod(-zoneMillis, length)))
        : Optional.empty();
  }

  /** The zone's offsets in the range, seconds. */
  private IntStream offsets() {
    var rules = zone.getRules();
    var offsets = new ArrayList<Integer>();
    offsets.add(rules.getOffset(range.start()).getTotalSeconds());
    var next = rules.nextTransition(range.start());
    while (next != null && next.getInstant().isBefore(range.stop())) {
      offsets.add(next.getOffsetAfter().getTotalSeconds());
      next = rules.nextTransition(next.getInstant());
    }
    return offsets.stream().mapToInt(seconds -> seconds);
  }
}
