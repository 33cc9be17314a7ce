package com.voltageems.hissrv.bench.faults;

import com.voltageems.hissrv.bench.faults.SampleLog.Source;
import com.voltageems.hissrv.ledger.Gap;
import com.voltageems.hissrv.ledger.Ledger;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.outbox.Outbox;
import com.voltageems.hissrv.outbox.Quarantined;
import com.voltageems.hissrv.store.HistoryStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Compares what is in the store and in quarantine with what the sample log and the timeline say
 * must be there, to the value.
 */
final class Reckoning {
  static final List<Level> LEVELS =
      List.of(new Level("1m", Duration.ofMinutes(1)), new Level("5m", Duration.ofMinutes(5)));

  private final SampleLog log;
  private final Timeline timeline;
  private final Map<Place, SortedMap<String, FieldValue>> stored = new HashMap<>();
  private final Map<Place, SortedMap<String, FieldValue>> quarantined = new HashMap<>();
  private final Set<Place> seen = new HashSet<>();
  private final List<String> violations = new ArrayList<>();
  private long windows;
  private long unexcused;

  Reckoning(SampleLog log, Timeline timeline) {
    this.log = log;
    this.timeline = timeline;
  }

  List<String> violations() {
    return violations;
  }

  /** Windows of all sources and levels that were looked at. */
  long windows() {
    return windows;
  }

  /** Those of them that no fault of the script excuses. */
  long unexcused() {
    return unexcused;
  }

  /** Reads the files of a service that has ended. */
  void reckon(HistoryStore store, Path data) {
    InstantSource clock = InstantSource.fixed(Instant.ofEpochSecond(timeline.now()));
    stored.putAll(StoredWindows.all(store, range(), violations));
    try (var outbox = new Outbox(data.resolve("outbox.db"), clock)) {
      for (Quarantined one : outbox.quarantine().list(Integer.MAX_VALUE)) {
        keep(one);
      }
    }
    for (Level level : LEVELS) {
      for (Source source : SampleLog.SOURCES) {
        reckon(level, source);
      }
    }
    try (var ledger =
        new Ledger(data.resolve("ledger.db"), LEVELS, Level::windowAt, _ -> true, clock)) {
      ledger.gaps(range()).forEach(this::reckon);
    }
    stored.keySet().forEach(place -> violations.add("never sampled, but stored: " + place));
    quarantined.keySet().stream()
        .filter(place -> !seen.contains(place))
        .forEach(place -> violations.add("never sampled, but in quarantine: " + place));
  }

  private TimeRange range() {
    return new TimeRange(
        Instant.ofEpochSecond(timeline.start() - 86_400),
        Instant.ofEpochSecond(timeline.lastVisit() + 86_400));
  }

  /** A gap that the ledger tells must be one that the script, or the quarantine, explains. */
  private void reckon(Gap gap) {
    Source source =
        SampleLog.SOURCES.stream()
            .filter(one -> one.key().equals(gap.source()))
            .findAny()
            .orElseThrow();
    long length = gap.level().length().toSeconds();
    long first = gap.range().start().getEpochSecond();
    for (long start = first; start < gap.range().stop().getEpochSecond(); start += length) {
      var place = Place.of(source, gap.level(), start);
      if (timeline.isWhole(start, start + length)
          && !timeline.isDisturbed(start, start + length)
          && !quarantined.containsKey(place)) {
        violations.add(
            "the ledger tells a gap that nothing explains: %s %s %s: %s"
                .formatted(gap.level().name(), place.time(), gap.source(), gap.cause()));
      }
    }
  }

  private void keep(Quarantined one) {
    Point point = one.point();
    if (point == null) {
      violations.add("a queue entry in quarantine: " + one.entry() + ": " + one.reason());
    } else if (!FaultyStore.isPoisoned(point)) {
      violations.add("a good point in quarantine: " + point + ": " + one.reason());
    } else if (!one.reason().contains(FaultyStore.POISON)) {
      violations.add("in quarantine without the store's reason: " + point + ": " + one.reason());
    } else if (quarantined.put(new Place(point.series(), point.time()), point.fields()) != null
        && !isDisturbed(point)) {
      violations.add("twice in quarantine: " + point);
    }
  }

  private boolean isDisturbed(Point point) {
    long start = point.time().getEpochSecond();
    return timeline.isDisturbed(start, start + point.series().level().length().toSeconds());
  }

  private void reckon(Level level, Source source) {
    long length = level.length().toSeconds();
    for (long start = timeline.start(); start + length <= timeline.lastVisit(); start += length) {
      var place = Place.of(source, level, start);
      boolean disturbed = timeline.isDisturbed(start, start + length);
      SortedMap<String, FieldValue> found = stored.remove(place);
      if (found == null) {
        found = quarantined.get(place);
      } else if (!disturbed && quarantined.containsKey(place)) {
        violations.add("in the store and in quarantine: " + place);
      }
      if (found != null && !source.fields().containsAll(found.keySet())) {
        violations.add("fields of another source: " + place + ": " + found.keySet());
      }
      windows++;
      seen.add(place);
      if (!disturbed && timeline.isWhole(start, start + length)) {
        unexcused++;
      }
      for (String point : source.points()) {
        String problem =
            disturbed
                ? inconsistency(found, source, point, start, length)
                : difference(found, source, point, start, length);
        if (!problem.isEmpty()) {
          violations.add(
              "%s %s %s %s: %s"
                  .formatted(level.name(), place.time(), source.key(), point, problem));
        }
      }
    }
  }

  /** What differs from the samples that were taken; empty when nothing does. */
  private String difference(
      @Nullable SortedMap<String, FieldValue> found,
      Source source,
      String point,
      long start,
      long length) {
    Statistics expected = new Statistics();
    for (long second = start; second < start + length; second += Timeline.STEP) {
      OptionalDouble value = log.value(source, point, second);
      for (int visit = 0; value.isPresent() && visit < timeline.visits(second); visit++) {
        expected.add(value.getAsDouble());
      }
    }
    return expected.difference(FoundStatistics.of(found, source, point));
  }

  /** What no sampling of these moments, however disturbed, can have given; empty when nothing. */
  private String inconsistency(
      @Nullable SortedMap<String, FieldValue> found,
      Source source,
      String point,
      long start,
      long length) {
    var given = FoundStatistics.of(found, source, point);
    if (given == null) {
      return "";
    }
    Statistics possible = new Statistics();
    long most = 0;
    for (long second = start; second < start + length; second += Timeline.STEP) {
      OptionalDouble value = log.value(source, point, second);
      if (value.isPresent() && timeline.visits(second) > 0) {
        possible.add(value.getAsDouble());
        most += timeline.visits(second);
      }
    }
    return possible.bounds(given, most)
        ? ""
        : "at most %d of %s, %s".formatted(most, possible, given);
  }
}
