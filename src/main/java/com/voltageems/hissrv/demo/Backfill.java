package com.voltageems.hissrv.demo;

import static java.util.stream.Collectors.toUnmodifiableSet;

import com.voltageems.hissrv.app.HisSrv;
import com.voltageems.hissrv.config.Config;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.model.Window;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.transform.ArchiveKey;
import com.voltageems.hissrv.transform.MappedSource;
import com.voltageems.hissrv.transform.Mapping;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import redis.clients.jedis.RedisClient;

/**
 * Gives a demo a past: the plant's earlier seconds go through the same Lua scripts, mapping and
 * delivery as live ones, with their own times. Windows the store has are left as they are.
 */
final class Backfill {
  private static final Duration STEP = Duration.ofSeconds(10);
  private static final Duration DAY = Duration.ofDays(1);
  private static final String PENDING = "archive:pending";

  /** Archives this young stay in Redis, as they would at a site. */
  private static final Duration KEPT = Duration.ofHours(2);

  private final Config config;
  private final LivePlant plant;
  private final RedisClient redis;
  private final Level fine;
  private final Level coarse;

  Backfill(Config config, LivePlant plant, RedisClient redis) {
    this.config = config;
    this.plant = plant;
    this.redis = redis;
    fine = config.aggregation().levels().getFirst();
    coarse = config.aggregation().levels().getLast();
  }

  /**
   * Fills what is missing between two moments, up to the start of the window that is open at the
   * end.
   *
   * @param cancelled asked now and then; what is delivered by then stays
   */
  void run(Instant start, Instant end, Progress progress, BooleanSupplier cancelled) {
    long from = coarse.windowAt(start.toEpochMilli()).startMillis();
    long to = fine.windowAt(end.toEpochMilli()).startMillis();
    var clock = new ReplayClock(from);
    try (HisSrv service = HisSrv.replay(config, clock)) {
      List<Gap> gaps = gaps(service, from, to, cancelled);
      int done = 0;
      for (Gap gap : gaps) {
        if (cancelled.getAsBoolean()) {
          return;
        }
        drive(service, clock, gap.span(), Math.min(gap.span().endMillis(), to));
        dropPending(gap.stored());
        done++;
        if (done % 12 == 0 || done == gaps.size()) {
          deliver(service);
          forgetArchivesBefore(end.minus(KEPT));
        }
        progress.done(done, gaps.size());
      }
    }
  }

  /**
   * A coarse window in which not every archive is stored yet.
   *
   * @param stored those that are
   */
  private record Gap(Window span, Set<String> stored) {}

  /** Looks a day at a time: what a year has stored would not fit into memory. */
  private List<Gap> gaps(HisSrv service, long from, long to, BooleanSupplier cancelled) {
    var gaps = new ArrayList<Gap>();
    for (long day = from; day < to && !cancelled.getAsBoolean(); day += DAY.toMillis()) {
      long end = Math.min(day + DAY.toMillis(), to);
      Set<String> stored = stored(service, day, end);
      for (long start = day; start < end; start += coarse.length().toMillis()) {
        Window span = coarse.windowAt(start);
        List<String> archives = archives(span, to);
        if (!stored.containsAll(archives)) {
          gaps.add(
              new Gap(
                  span, archives.stream().filter(stored::contains).collect(toUnmodifiableSet())));
        }
      }
    }
    return gaps;
  }

  private List<String> archives(Window span, long to) {
    var keys = new ArrayList<String>();
    for (String source : Plant.SOURCES) {
      if (span.endMillis() <= to && isEverHeard(source, span)) {
        keys.add(ArchiveKey.of(source, coarse, span.startSeconds()).toString());
      }
      long end = Math.min(span.endMillis(), to);
      for (long start = span.startMillis(); start < end; start += fine.length().toMillis()) {
        if (isEverHeard(source, fine.windowAt(start))) {
          keys.add(ArchiveKey.of(source, fine, start / 1_000).toString());
        }
      }
    }
    return keys;
  }

  /** No device is away for a part of a window that leaves out both its ends. */
  private boolean isEverHeard(String source, Window window) {
    Duration age = config.sources().staleAfter();
    return plant.isHeard(source, Instant.ofEpochMilli(window.startMillis()), age)
        || plant.isHeard(source, Instant.ofEpochMilli(window.endMillis() - 1), age);
  }

  private Set<String> stored(HisSrv service, long from, long to) {
    var range = new TimeRange(Instant.ofEpochMilli(from), Instant.ofEpochMilli(to));
    var mapping = new Mapping(config.mappings(), config.aggregations());
    var keys = new HashSet<String>();
    for (String source : Plant.SOURCES) {
      MappedSource mapped = mapping.of(source).orElseThrow();
      for (Level level : List.of(fine, coarse)) {
        service
            .store()
            .query(
                new SeriesQuery(
                    mapped.series().measurement(), mapped.series().tags(), level, range),
                row ->
                    keys.add(ArchiveKey.of(source, level, row.time().getEpochSecond()).toString()));
      }
    }
    return keys;
  }

  private void drive(HisSrv service, ReplayClock clock, Window span, long end) {
    for (long now = span.startMillis(); now < end; now += STEP.toMillis()) {
      clock.set(now);
      plant.write(Instant.ofEpochMilli(now));
      service.aggregation().sample();
    }
    clock.set(end);
    int _ = service.aggregation().closeDue();
  }

  /** Windows driven only so that a coarser one can be folded, but stored before, stay as stored. */
  private void dropPending(Set<String> stored) {
    for (String entry : redis.lrange(PENDING, 0, -1)) {
      if (stored.contains(entry)) {
        long _ = redis.lrem(PENDING, 1, entry);
      }
    }
  }

  private static void deliver(HisSrv service) {
    var report = service.sync();
    if (!report.problems().isEmpty()) {
      throw new DemoException("Can't back-fill: " + String.join("; ", report.problems()), null);
    }
  }

  private void forgetArchivesBefore(Instant moment) {
    String[] old =
        redis.keys(ArchiveKey.PREFIX + "*:*:*").stream()
            .filter(key ->
                ArchiveKey.parse(key)
                    .filter(archive -> archive.startSeconds() < moment.getEpochSecond())
                    .isPresent())
            .toArray(String[]::new);
    if (old.length > 0) {
      long _ = redis.unlink(old);
    }
  }
}
