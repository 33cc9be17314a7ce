package com.voltageems.hissrv.bench.faults;

import com.voltageems.hissrv.bench.faults.SampleLog.Source;
import com.voltageems.hissrv.ledger.Gap;
import com.voltageems.hissrv.ledger.Ledger;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.outbox.Outbox;
import com.voltageems.hissrv.outbox.Quarantined;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.Row;
import com.voltageems.hissrv.store.SeriesQuery;
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
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Compares what is in the store and in quarantine with what the sample log and the timeline say
 * must be there, to the value.
 */
final class Reckoning {
  private static final List<Level> LEVELS =
      List.of(new Level("1m", Duration.ofMinutes(1)), new Level("5m", Duration.ofMinutes(5)));

  /** Relative to the sum of the magnitudes: sums may be folded in another order. */
  private static final double ROUNDING = 1e-12;

  private final SampleLog log;
  private final Timeline timeline;
  private final Map<Place, SortedMap<String, FieldValue>> stored = new HashMap<>();
  private final Map<Place, SortedMap<String, FieldValue>> quarantined = new HashMap<>();
  private final Set<Place> seen = new HashSet<>();
  private final List<String> violations = new ArrayList<>();
  private long windows;
  private long unexcused;

  private record Place(SeriesKey series, Instant time) {}

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
    for (String measurement : store.measurements()) {
      for (Level level : store.levels(measurement)) {
        store.query(everything(measurement, level), row -> keep(measurement, row));
      }
    }
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

  private SeriesQuery everything(String measurement, Level level) {
    return new SeriesQuery(measurement, Map.of(), level, range());
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
      var place = new Place(series(source, gap.level()), Instant.ofEpochSecond(start));
      if (timeline.isWhole(start, start + length)
          && !timeline.isDisturbed(start, start + length)
          && !quarantined.containsKey(place)) {
        violations.add(
            "the ledger tells a gap that nothing explains: %s %s %s: %s"
                .formatted(gap.level().name(), place.time(), gap.source(), gap.cause()));
      }
    }
  }

  private void keep(String measurement, Row row) {
    var place = new Place(new SeriesKey(measurement, row.tags()), row.time());
    if (stored.put(place, row.fields()) != null) {
      violations.add("stored twice: " + place);
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
      var place = new Place(series(source, level), Instant.ofEpochSecond(start));
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

  private static SeriesKey series(Source source, Level level) {
    var tags = new TreeMap<>(source.tags());
    tags.put("interval", level.name());
    return new SeriesKey(source.measurement(), tags);
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
    Double count = number(found, source, point, "count");
    if (expected.count == 0) {
      return count == null ? "" : "no value was sampled, found a count of " + count;
    }
    if (count == null) {
      return expected.count + " values were sampled, nothing was found";
    }
    Double min = number(found, source, point, "min");
    Double max = number(found, source, point, "max");
    Double avg = number(found, source, point, "avg");
    boolean equal =
        count == expected.count
            && min != null
            && min == expected.min
            && max != null
            && max == expected.max
            && avg != null
            && Math.abs(avg * expected.count - expected.sum) <= ROUNDING * expected.magnitude;
    return equal
        ? ""
        : "expected %s, found count %s, min %s, max %s, avg %s"
            .formatted(expected, count, min, max, avg);
  }

  /** What no sampling of these moments, however disturbed, can have given; empty when nothing. */
  private String inconsistency(
      @Nullable SortedMap<String, FieldValue> found,
      Source source,
      String point,
      long start,
      long length) {
    Double count = number(found, source, point, "count");
    if (count == null) {
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
    Double min = number(found, source, point, "min");
    Double max = number(found, source, point, "max");
    boolean consistent =
        count <= most && min != null && min >= possible.min && max != null && max <= possible.max;
    return consistent
        ? ""
        : "at most %d of %s, found count %s, min %s, max %s"
            .formatted(most, possible, count, min, max);
  }

  private static @Nullable Double number(
      @Nullable SortedMap<String, FieldValue> fields, Source source, String point, String what) {
    FieldValue value = fields == null ? null : fields.get(source.field(point) + "_" + what);
    return switch (value) {
      case FieldValue.FloatValue v -> v.value();
      case FieldValue.IntegerValue v -> (double) v.value();
      case null, default -> null;
    };
  }

  private static final class Statistics {
    private long count;
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;
    private double sum;
    private double magnitude;

    void add(double value) {
      count++;
      min = Math.min(min, value);
      max = Math.max(max, value);
      sum += value;
      magnitude += Math.abs(value);
    }

    @Override
    public String toString() {
      return "count %d, min %s, max %s, avg %s".formatted(count, min, max, sum / count);
    }
  }
}
