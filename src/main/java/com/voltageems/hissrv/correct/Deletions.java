package com.voltageems.hissrv.correct;

import com.voltageems.hissrv.ledger.Ledger;
import com.voltageems.hissrv.ledger.Windows;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.model.Window;
import com.voltageems.hissrv.outbox.Outbox;
import com.voltageems.hissrv.query.QueryProblem;
import com.voltageems.hissrv.query.RangeText;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.store.StoreException;
import com.voltageems.hissrv.transform.Amendments;
import com.voltageems.hissrv.transform.Catalog;
import com.voltageems.hissrv.verify.SourceSeries;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Deletes stretches of history: from both stores, from what waits for them, and from the ledger's
 * expectations; what still comes of it from Redis is kept out. Only windows that lie wholly in the
 * range are deleted. One deletion at a time.
 */
public final class Deletions {
  /** They are counted before, row by row. */
  public static final long MOST_ROWS = 1_000_000;

  private static final String TIMES = "the first moment, and the first one after; both needed";
  private static final Set<String> MEMBERS =
      Set.of("measurement", "tags", "start", "stop", Order.REASON, "dry_run");

  private final HistoryStore store;
  private final Outbox outbox;
  private final Optional<SecondStore> also;
  private final Catalog catalog;
  private final Ledger ledger;
  private final SourceSeries sources;
  private final Windows windows;
  private final Consumer<Runnable> apart;
  private final InstantSource clock;
  private final Optional<CommonOrders> common;

  /**
   * @param also the second store, if there is one
   * @param windows of the site
   * @param apart runs work while nothing is collected or delivered
   * @param common where several instances share a Redis: what they all do
   */
  public Deletions(
      HistoryStore store,
      Outbox outbox,
      Optional<SecondStore> also,
      Catalog catalog,
      Ledger ledger,
      SourceSeries sources,
      Windows windows,
      Consumer<Runnable> apart,
      InstantSource clock,
      Optional<CommonOrders> common) {
    this.common = common;
    this.store = store;
    this.outbox = outbox;
    this.also = also;
    this.catalog = catalog;
    this.ledger = ledger;
    this.sources = sources;
    this.windows = windows;
    this.apart = apart;
    this.clock = clock;
  }

  /**
   * What was deleted, or would be.
   *
   * @param rows that the store held
   * @param waiting points that waited for the store; 0 in a dry run, which does not look
   * @param left rows that are there all the same
   * @param levels rows by level, those that have any
   * @param coarser windows that reach beyond the range, or are of another level than was named
   * @param also the same of the second store; null without one
   */
  public record Deleted(
      String measurement,
      SortedMap<String, String> tags,
      TimeRange range,
      String reason,
      boolean dryRun,
      long rows,
      long waiting,
      long left,
      SortedMap<Level, Long> levels,
      List<Coarser> coarser,
      @Nullable Second also) {}

  /**
   * Of the second store.
   *
   * @param rows that it held
   * @param waiting points that waited for it; 0 in a dry run
   * @param left rows that are there all the same
   */
  public record Second(long rows, long waiting, long left) {}

  private record Asked(
      String measurement,
      SortedMap<String, String> tags,
      TimeRange range,
      String reason,
      boolean dryRun) {}

  /**
   * Deletes, or counts what would be.
   *
   * @param members {@code measurement}, {@code tags}, {@code start}, {@code stop}, {@code reason},
   *     {@code dry_run}
   * @throws QueryProblem when it can't
   */
  public synchronized Deleted run(Map<String, @Nullable Object> members) {
    Asked asked = asked(members);
    try {
      Names.verify(store, asked.measurement(), asked.tags().keySet());
      SortedMap<Level, SeriesQuery> queries = queries(asked);
      var gone = new GoneWindows(windows);
      SortedMap<Level, Long> levels = count(queries.values(), gone);
      List<Coarser> coarser = coarser(asked, queries);
      Optional<SecondStore.Part> second = also.map(one -> one.part(queries.values(), MOST_ROWS));
      if (asked.dryRun()) {
        return deleted(asked, levels, coarser, 0, 0, second);
      }
      var held = queries.values().stream().filter(one -> levels.containsKey(one.level())).toList();
      List<Amendments.Deletion> deletions = deletions(asked, queries);
      Function<Point, Optional<Point>> left =
          point ->
              deletions.stream().anyMatch(one -> one.covers(point))
                  ? Optional.empty()
                  : Optional.of(point);
      long[] waiting = new long[1];
      Runnable work =
          () ->
              apart.accept(() -> {
                second.ifPresent(SecondStore.Part::delete);
                waiting[0] = delete(held, deletions, left);
                second.ifPresent(part -> part.amend(left));
              });
      common.ifPresentOrElse(all -> all.issue(new CommonOrder(deletions, List.of()), work), work);
      gone.tell(ledger, sources.of(Set.copyOf(ledger.sources())));
      long stays = sum(count(queries.values(), new GoneWindows(windows)));
      return deleted(asked, levels, coarser, waiting[0], stays, second);
    } catch (StoreException e) {
      throw e.kind() == StoreException.Kind.UNSUPPORTED
          ? QueryProblem.cannotDelete(e)
          : QueryProblem.storeDown(e);
    }
  }

  private static Deleted deleted(
      Asked asked,
      SortedMap<Level, Long> levels,
      List<Coarser> coarser,
      long waiting,
      long left,
      Optional<SecondStore.Part> second) {
    return new Deleted(
        asked.measurement(),
        asked.tags(),
        asked.range(),
        asked.reason(),
        asked.dryRun(),
        sum(levels),
        waiting,
        left,
        levels,
        coarser,
        second.map(SecondStore.Part::told).orElse(null));
  }

  private static long sum(SortedMap<Level, Long> levels) {
    return levels.values().stream().mapToLong(n -> n).sum();
  }

  private Asked asked(Map<String, @Nullable Object> members) {
    var order = new Order(members, MEMBERS);
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    String measurement = order.needed("measurement", "a measurement's name");
    TimeRange range =
        RangeText.read(null, order.needed("start", TIMES), order.needed("stop", TIMES), now);
    if (range.stop().isAfter(now)) {
      throw QueryProblem.badParameter(
          "stop",
          "'stop' (" + range.stop() + ") is in the future: what is not there yet can't be deleted.",
          "a time that is over");
    }
    return new Asked(measurement, order.tags(), range, order.reason(), order.flag("dry_run"));
  }

  /** Of each level there may be rows of, those that lie wholly in the range. */
  private SortedMap<Level, SeriesQuery> queries(Asked asked) {
    var levels = new TreeSet<>(store.levels(asked.measurement()));
    also.ifPresent(second -> levels.addAll(second.levels(asked.measurement())));
    levels.addAll(ledger.levels());
    levels.add(Level.RAW);
    String interval = asked.tags().get(SeriesKey.INTERVAL_TAG);
    if (interval != null) {
      levels.retainAll(Set.of(Level.parse(interval).orElse(Level.RAW)));
    }
    var queries = new TreeMap<Level, SeriesQuery>();
    for (Level level : levels) {
      TimeRange whole = whole(level, asked.range());
      if (whole.start().isBefore(whole.stop())) {
        queries.put(level, new SeriesQuery(asked.measurement(), asked.tags(), level, whole));
      }
    }
    return queries;
  }

  private TimeRange whole(Level level, TimeRange range) {
    if (level.equals(Level.RAW)) {
      return range;
    }
    Window first = windows.at(level, range.start().toEpochMilli());
    Instant start = Instant.ofEpochMilli(first.startMillis());
    if (start.isBefore(range.start())) {
      start = Instant.ofEpochMilli(first.endMillis());
    }
    Instant stop =
        Instant.ofEpochMilli(windows.at(level, range.stop().toEpochMilli()).startMillis());
    return new TimeRange(start, stop.isBefore(start) ? start : stop);
  }

  private SortedMap<Level, Long> count(Iterable<SeriesQuery> queries, GoneWindows gone) {
    var counts = new TreeMap<Level, Long>();
    long[] all = new long[1];
    for (SeriesQuery query : queries) {
      store.query(
          query,
          row -> {
            if (++all[0] > MOST_ROWS) {
              throw QueryProblem.tooManyRows(MOST_ROWS);
            }
            counts.merge(query.level(), 1L, Long::sum);
            gone.add(query.measurement(), query.level(), row);
          });
    }
    return counts;
  }

  /** What was made from it and stays. */
  private List<Coarser> coarser(Asked asked, SortedMap<Level, SeriesQuery> queries) {
    var found = new Coarser.Finder(windows);
    if (queries.isEmpty()) {
      return List.of();
    }
    var tags = new TreeMap<>(asked.tags());
    boolean isOfOne = tags.remove(SeriesKey.INTERVAL_TAG) != null;
    Level finest = queries.firstKey();
    for (Level level : store.levels(asked.measurement())) {
      if (level.equals(Level.RAW) || (isOfOne && level.compareTo(finest) <= 0)) {
        continue;
      }
      Instant from =
          Instant.ofEpochMilli(
              windows.at(level, asked.range().start().toEpochMilli()).startMillis());
      SeriesQuery whole = queries.get(level);
      var around = new TimeRange(from, asked.range().stop());
      store.query(
          new SeriesQuery(asked.measurement(), tags, level, around),
          row -> {
            if (whole == null || !whole.range().contains(row.time())) {
              found.add(level, row.time());
            }
          });
    }
    return found.found();
  }

  /**
   * Of what waits no more than this goes: a correction that waits is newer than what it corrects.
   */
  private static List<Amendments.Deletion> deletions(Asked asked, Map<Level, SeriesQuery> queries) {
    var deletions = new ArrayList<Amendments.Deletion>();
    queries.forEach((level, query) ->
        deletions.add(
            new Amendments.Deletion(asked.measurement(), asked.tags(), level, query.range())));
    return deletions;
  }

  private long delete(
      Collection<SeriesQuery> held,
      List<Amendments.Deletion> deletions,
      Function<Point, Optional<Point>> left) {
    store.delete(List.copyOf(held));
    catalog.amendments().keep(clock.instant(), deletions, List.of());
    return outbox.amend(left);
  }
}
