package com.voltageems.hissrv.verify;

import static java.util.stream.Collectors.toSet;

import com.voltageems.hissrv.ledger.Cause;
import com.voltageems.hissrv.ledger.Completeness;
import com.voltageems.hissrv.ledger.Gap;
import com.voltageems.hissrv.ledger.Ledger;
import com.voltageems.hissrv.ledger.SourceWindow;
import com.voltageems.hissrv.ledger.Windows;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.model.Window;
import com.voltageems.hissrv.store.HistoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Holds the ledger against what the store really holds, and corrects the ledger: the store is
 * right. Throws what store, ledger and catalog throw.
 */
public final class Reconciler {
  /** So much of the past is read from the store at once. */
  private static final Duration AT_ONCE = Duration.ofHours(6);

  /** Points wait no longer in the outbox than its bounds allow. */
  private static final Duration LONGEST_BACKLOG = Duration.ofDays(30);

  /** The ledger is written more often. */
  private static final Duration UNWRITTEN = Duration.ofMinutes(15);

  private final Ledger ledger;
  private final Windows windows;
  private final HistoryStore store;
  private final SourceSeries series;
  private final HeldArchives archives;
  private final Function<Level, Instant> dropped;

  /**
   * @param windows of the site
   * @param archives what is still in Redis
   * @param dropped the first moment of a level that the store may not have dropped for its age
   */
  public Reconciler(
      Ledger ledger,
      Windows windows,
      HistoryStore store,
      SourceSeries series,
      HeldArchives archives,
      Function<Level, Instant> dropped) {
    this.dropped = dropped;
    this.ledger = ledger;
    this.windows = windows;
    this.store = store;
    this.series = series;
    this.archives = archives;
  }

  /**
   * Of windows that begin in a range.
   *
   * @param repair whether archives of missing windows that are still in Redis are queued again
   */
  public Verification verify(
      TimeRange range, Predicate<String> sources, Set<Level> levels, boolean repair) {
    var found = new ArrayList<SourceWindow>();
    var lost = new ArrayList<SourceWindow>();
    compare(range, sources, levels, found, lost);
    ledger.delivered(found);
    ledger.lost(lost);
    List<Completeness> accounts = ledger.completeness(range, sources, levels::contains);
    long resent = repair ? archives.queueAgain(missing(accounts)) : 0;
    return Verification.of(range, accounts, found.size(), lost.size(), resent);
  }

  /**
   * Tells the ledger what the store holds of what it takes to be on its way, and of all since a
   * process was killed that had no time to.
   *
   * @param killed when that was, about
   */
  public void recall(Instant killed, Instant now) {
    Set<Level> levels = Set.copyOf(ledger.levels());
    var range = new TimeRange(earlier(now.minus(LONGEST_BACKLOG), killed), now);
    Instant recent = killed.minus(UNWRITTEN);
    var found = new ArrayList<SourceWindow>();
    for (TimeRange part : parts(range)) {
      boolean isAsked =
          part.stop().isAfter(recent)
              || ledger.completeness(part, _ -> true, levels::contains).stream()
                  .anyMatch(account -> account.pending() > 0);
      if (isAsked) {
        compare(part, _ -> true, levels, found, new ArrayList<>());
      }
    }
    ledger.delivered(found);
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private static List<TimeRange> parts(TimeRange range) {
    var parts = new ArrayList<TimeRange>();
    for (Instant from = range.start(); from.isBefore(range.stop()); from = from.plus(AT_ONCE)) {
      parts.add(new TimeRange(from, earlier(from.plus(AT_ONCE), range.stop())));
    }
    return parts;
  }

  private void compare(
      TimeRange range,
      Predicate<String> sources,
      Set<Level> levels,
      List<SourceWindow> found,
      List<SourceWindow> lost) {
    Set<String> known = ledger.sources().stream().filter(sources).collect(toSet());
    Map<String, Set<SourceSeries.Name>> names = series.of(known);
    for (TimeRange part : parts(range)) {
      for (Level level : levels) {
        List<Completeness> accounts = ledger.completeness(part, names::containsKey, level::equals);
        var all = names.values().stream().flatMap(Collection::stream).collect(toSet());
        StoredWindows stored = StoredWindows.read(store, all, level, part);
        for (Completeness account : accounts) {
          if (known.contains(account.source())) {
            compare(account, stored, names.getOrDefault(account.source(), Set.of()), found, lost);
          }
        }
      }
    }
  }

  private void compare(
      Completeness account,
      StoredWindows stored,
      Set<SourceSeries.Name> names,
      List<SourceWindow> found,
      List<SourceWindow> lost) {
    var undelivered = new ArrayList<TimeRange>(account.onTheirWay());
    var refused = new ArrayList<TimeRange>();
    for (Gap gap : account.gaps()) {
      (gap.cause() == Cause.REJECTED ? refused : undelivered).add(gap.range());
    }
    each(
        account,
        account.range(),
        window -> {
          Instant start = Instant.ofEpochSecond(window.startSeconds());
          boolean isStored = stored.has(names, window.startSeconds());
          boolean isUndelivered = undelivered.stream().anyMatch(range -> range.contains(start));
          boolean isRefused = refused.stream().anyMatch(range -> range.contains(start));
          if (isStored && isUndelivered) {
            found.add(window);
          } else if (!isStored
              && !isUndelivered
              && !isRefused
              && !start.isBefore(dropped.apply(window.level()))) {
            lost.add(window);
          }
        });
  }

  private List<SourceWindow> missing(List<Completeness> accounts) {
    var missing = new ArrayList<SourceWindow>();
    for (Completeness account : accounts) {
      for (Gap gap : account.gaps()) {
        if (gap.cause() != Cause.REJECTED
            && gap.cause() != Cause.UNMAPPED
            && gap.cause() != Cause.DELETED) {
          each(account, archives.part(gap.range()), missing::add);
        }
      }
    }
    return missing;
  }

  private void each(Completeness account, TimeRange range, Consumer<SourceWindow> work) {
    long at = range.start().toEpochMilli();
    while (at < range.stop().toEpochMilli()) {
      Window window = windows.at(account.level(), at);
      work.accept(new SourceWindow(account.source(), account.level(), window.startSeconds()));
      at = window.endMillis();
    }
  }
}
