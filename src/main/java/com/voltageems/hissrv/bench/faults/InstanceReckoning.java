package com.voltageems.hissrv.bench.faults;

import com.voltageems.hissrv.bench.faults.SampleLog.Source;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.redis.RedisConnection;
import com.voltageems.hissrv.store.HistoryStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Compares what is in the store with what the sample log and the visits say must be there: each
 * window of exactly the samples that were taken for sure, with any of those that may have been
 * taken.
 */
final class InstanceReckoning {
  /** Beyond so many samples that are not sure only bounds are compared. */
  private static final int MOST_UNSURE = 12;

  private final SampleLog log;
  private final Visits visits;
  private final List<String> violations = new ArrayList<>();
  private long windows;
  private long whole;
  private long lowered;
  private long empty;

  InstanceReckoning(SampleLog log, Visits visits) {
    this.log = log;
    this.visits = visits;
  }

  List<String> violations() {
    return violations;
  }

  /** Windows of all sources and levels that were looked at. */
  long windows() {
    return windows;
  }

  /** Those of them that had every sample for sure. */
  long whole() {
    return whole;
  }

  /** Those that had some samples only, or perhaps. */
  long lowered() {
    return lowered;
  }

  /** Those that nobody sampled: in between two owners. */
  long empty() {
    return empty;
  }

  /**
   * Every window that has ended.
   *
   * @param ledger null: it is not asked
   */
  void reckon(HistoryStore store, @Nullable LedgerReckoning ledger) {
    var range =
        new TimeRange(
            Instant.ofEpochSecond(visits.start() - 86_400),
            Instant.ofEpochSecond(visits.now() + 86_400));
    Map<Place, SortedMap<String, FieldValue>> stored = StoredWindows.all(store, range, violations);
    for (Level level : Reckoning.LEVELS) {
      long length = level.length().toSeconds();
      for (Source source : log.sources()) {
        for (long start = visits.start(); start + length < visits.now(); start += length) {
          var place = Place.of(source, level, start);
          SortedMap<String, FieldValue> found = stored.remove(place);
          reckon(place, source, start, start + length, found);
          boolean isLowered = isLowered(source, start, start + length, found);
          String account = ledger == null ? "" : ledger.difference(place, found != null, isLowered);
          if (!account.isEmpty()) {
            violations.add(place.series() + " " + place.time() + ": " + account);
          }
        }
      }
    }
    stored.keySet().stream()
        .filter(place -> place.time().getEpochSecond() + 300 < visits.now())
        .forEach(place -> violations.add("never sampled, but stored: " + place));
  }

  private void reckon(
      Place place,
      Source source,
      long from,
      long to,
      @Nullable SortedMap<String, FieldValue> found) {
    List<Long> sure = visits.in(source.key(), from, to, true);
    List<Long> unsure = visits.in(source.key(), from, to, false);
    windows++;
    if (sure.size() == (to - from) / Timeline.STEP) {
      whole++;
    } else if (sure.isEmpty() && unsure.isEmpty()) {
      empty++;
    } else {
      lowered++;
    }
    String problem =
        unsure.size() > MOST_UNSURE
            ? beyond(source, sure, unsure, found)
            : difference(source, sure, unsure, found);
    if (!problem.isEmpty()) {
      violations.add(
          "%s %s: %s; sure %s, perhaps %s"
              .formatted(place.series(), place.time(), problem, sure, unsure));
    }
    if (found != null && !source.fields().containsAll(found.keySet())) {
      violations.add("fields of another source: " + place + ": " + found.keySet());
    }
  }

  /** Whether a point's count is not that of all moments of its window. */
  private boolean isLowered(
      Source source, long from, long to, @Nullable SortedMap<String, FieldValue> found) {
    List<Long> moments =
        LongStream.iterate(from, moment -> moment < to, moment -> moment + Timeline.STEP)
            .boxed()
            .toList();
    return source.points().stream()
        .anyMatch(point -> {
          var given = FoundStatistics.of(found, source, point);
          return given != null && given.count() < of(source, point, moments).count();
        });
  }

  /** What differs whichever of the unsure samples were taken; empty when nothing does. */
  private String difference(
      Source source,
      List<Long> sure,
      List<Long> unsure,
      @Nullable SortedMap<String, FieldValue> found) {
    String first = "";
    // All of them first: that is most likely.
    for (int taken = (1 << unsure.size()) - 1; taken >= 0; taken--) {
      var moments = new ArrayList<>(sure);
      for (int i = 0; i < unsure.size(); i++) {
        if ((taken >> i & 1) == 1) {
          moments.add(unsure.get(i));
        }
      }
      String problem = difference(source, moments, found);
      if (problem.isEmpty()) {
        return "";
      }
      first = first.isEmpty() ? problem : first;
    }
    return first;
  }

  private String difference(
      Source source, List<Long> moments, @Nullable SortedMap<String, FieldValue> found) {
    return source.points().stream()
        .map(point -> {
          String problem =
              of(source, point, moments).difference(FoundStatistics.of(found, source, point));
          return problem.isEmpty() ? "" : point + ": " + problem;
        })
        .filter(problem -> !problem.isEmpty())
        .findFirst()
        .orElse("");
  }

  /** What no choice of samples can have given; empty when one can. */
  private String beyond(
      Source source,
      List<Long> sure,
      List<Long> unsure,
      @Nullable SortedMap<String, FieldValue> found) {
    var moments = new ArrayList<>(sure);
    moments.addAll(unsure);
    for (String point : source.points()) {
      var given = FoundStatistics.of(found, source, point);
      Statistics least = of(source, point, sure);
      Statistics most = of(source, point, moments);
      boolean possible =
          given == null
              ? least.isEmpty()
              : given.count() >= least.count() && most.bounds(given, most.count());
      if (!possible) {
        return "%s: at least %s, at most %s, %s".formatted(point, least, most, given);
      }
    }
    return "";
  }

  private Statistics of(Source source, String point, List<Long> moments) {
    var statistics = new Statistics();
    for (long moment : moments) {
      OptionalDouble value = log.value(source, point, moment);
      value.ifPresent(statistics::add);
    }
    return statistics;
  }

  /** Nobody opened a window again that another one had closed. */
  void closedOnce(RedisConnection redis) {
    var archives = new TreeSet<String>();
    redis.scan("archive:*", archives::add);
    archives.remove("archive:pending");
    List<String> names = List.copyOf(archives);
    List<Optional<Map<String, String>>> found = redis.hashes(names, List.of("revision"));
    for (int i = 0; i < names.size(); i++) {
      String revision = found.get(i).map(fields -> fields.get("revision")).orElse("");
      if (!"1".equals(revision)) {
        violations.add("closed more than once: " + names.get(i) + " has revision " + revision);
      }
    }
    if (archives.isEmpty()) {
      violations.add("Redis has no archives to tell how often windows were closed");
    }
  }
}
