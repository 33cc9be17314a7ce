package com.voltageems.hissrv.bench.faults;

import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.redis.RedisException;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Whether everything flows again after a fault: a window that began after it is in the store, of
 * every source, and nothing waits anywhere, also of what a lost instance had in its hands.
 */
final class InstanceFlow {
  private static final int MINUTE = 60;
  private static final Duration RECOVERY = Duration.ofSeconds(60);
  private static final String QUEUE = "archive:pending";
  private static final String IN_FLIGHT = "{" + QUEUE + "}:";

  private final Instances instances;
  private final SampleLog log;
  private final Visits visits;

  InstanceFlow(Instances instances, SampleLog log, Visits visits) {
    this.instances = instances;
    this.log = log;
    this.visits = visits;
  }

  /** What is still wrong a minute later; empty when nothing is. */
  Optional<String> trouble() {
    long start = Math.floorDiv(visits.now() + MINUTE - 1, MINUTE) * MINUTE;
    while (visits.now() <= start + MINUTE) {
      instances.steps(1);
    }
    long until = System.nanoTime() + RECOVERY.toNanos();
    Optional<String> trouble = troubleNow(start);
    while (trouble.isPresent() && System.nanoTime() < until) {
      Rig.pause(200);
      // What others have in flight is looked at by sample time.
      instances.steps(1);
      trouble = troubleNow(start);
    }
    return trouble.map(what -> "60 s after the fault ended: " + what);
  }

  private Optional<String> troubleNow(long start) {
    var missing = new TreeSet<Place>((a, b) -> a.toString().compareTo(b.toString()));
    log.sources()
        .forEach(source -> missing.add(Place.of(source, Reckoning.LEVELS.getFirst(), start)));
    try (var store = instances.influx().behind()) {
      var from = Instant.ofEpochSecond(start);
      var range = new TimeRange(from, from.plusSeconds(1));
      for (String measurement : store.measurements()) {
        store.query(
            new SeriesQuery(measurement, Map.of(), Reckoning.LEVELS.getFirst(), range),
            row -> missing.remove(new Place(new SeriesKey(measurement, row.tags()), row.time())));
      }
    } catch (StoreException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
    if (!missing.isEmpty()) {
      return Optional.of("not in the store: " + missing);
    }
    return queued().or(this::waiting);
  }

  private Optional<String> waiting() {
    for (Instance instance : instances.all()) {
      String waiting = instance.waiting().orElse("no answer");
      if (!waiting.equals("0")) {
        return Optional.of(instance.name() + " has still to bring " + waiting);
      }
    }
    return Optional.empty();
  }

  private Optional<String> queued() {
    try {
      var lists = new TreeSet<String>();
      instances.direct().scan(IN_FLIGHT + "*", lists::add);
      lists.add(QUEUE);
      lists.removeIf(list -> instances.direct().length(list) == 0);
      return lists.isEmpty() ? Optional.empty() : Optional.of("Redis still holds " + lists);
    } catch (RedisException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
