package com.voltageems.hissrv.ledger;

import com.voltageems.hissrv.model.CheckResult;
import com.voltageems.hissrv.model.Component;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.model.Window;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What was expected, sampled and delivered of every source and window. It is told things in memory
 * and writes them together at {@link #flush}; what a crash takes makes it know less of what was
 * delivered, never more. Safe for any thread; only the questions throw, {@link LedgerException}.
 */
public final class Ledger implements Component, AutoCloseable {
  /** With nothing to write it says this often that HisSrv is alive. */
  private static final Duration HEARTBEAT = Duration.ofSeconds(30);

  private final List<Level> levels;
  private final Windows windows;
  private final InstantSource clock;
  private final Watch watch;
  private final Book book;
  private final Object writing = new Object();
  private Marks marks = new Marks();
  private long writtenMillis = Long.MIN_VALUE;

  /** Of the one instance there is. */
  public Ledger(
      Path file,
      Collection<Level> levels,
      Windows windows,
      Predicate<String> configured,
      InstantSource clock) {
    this(file, null, levels, windows, configured, clock, System::nanoTime);
  }

  /**
   * Opens nothing yet. Where instances share one Redis, what any of them learns is there, for all.
   *
   * @param file without others the whole ledger, else what this instance knows of itself
   * @param shared null where there is no other
   * @param levels that are stored
   * @param configured whether a mapping names a source
   * @param clock the system's
   */
  public Ledger(
      Path file,
      @Nullable Shared shared,
      Collection<Level> levels,
      Windows windows,
      Predicate<String> configured,
      InstantSource clock) {
    this(file, shared, levels, windows, configured, clock, System::nanoTime);
  }

  Ledger(
      Path file,
      @Nullable Shared shared,
      Collection<Level> levels,
      Windows windows,
      Predicate<String> configured,
      InstantSource clock,
      LongSupplier nanos) {
    this.levels = levels.stream().sorted().toList();
    this.windows = windows;
    this.clock = clock;
    watch = new Watch(windows, this.levels.getFirst(), configured, nanos);
    var own = new LedgerKeeper(file, clock);
    Level finest = this.levels.getFirst();
    book =
        shared == null
            ? own
            : new RedisBook(
                shared, own, this.levels, now -> windows.at(finest, now).startMillis(), clock);
  }

  @Override
  public String name() {
    return "ledger";
  }

  @Override
  public CheckResult check() {
    return book.check();
  }

  /** The levels it keeps account of, finest first. */
  public List<Level> levels() {
    return levels;
  }

  /** Takes note of what sampling and closing saw. */
  public synchronized void observe(Observation observation) {
    switch (observation) {
      case Observation.Swept sweep -> watch.swept(sweep, marks);
      case Observation.Missed _ -> watch.missed(clock.millis(), marks);
      case Observation.Emptied(String source, Window window) ->
          marks.mark(
              new Marks.Subject(source, window.level()),
              Kind.UNREADABLE,
              window.startMillis(),
              window.endMillis());
    }
  }

  /** The store has acknowledged them. */
  public void delivered(Collection<SourceWindow> some) {
    mark(some, Kind.DELIVERED);
  }

  /** They are in quarantine. */
  public void rejected(Collection<SourceWindow> some) {
    mark(some, Kind.REJECTED);
  }

  /** Their archives are on disk in the outbox. */
  public void collected(Collection<SourceWindow> some) {
    mark(some, Kind.COLLECTED);
  }

  /** Their archives were gone before they were collected. */
  public void expired(Collection<SourceWindow> some) {
    mark(some, Kind.EXPIRED);
  }

  /** Their archives had nothing that is stored. */
  public void unmapped(Collection<SourceWindow> some) {
    mark(some, Kind.UNMAPPED);
  }

  /** They were delivered, and the store has them no more. */
  public void lost(Collection<SourceWindow> some) {
    mark(some, Kind.LOST);
  }

  /** Somebody has deleted them. */
  public void deleted(Collection<SourceWindow> some) {
    mark(some, Kind.DELETED);
  }

  /** Somebody has deleted all windows of a level in this range, from a start to an end. */
  public synchronized void deleted(String source, Level level, TimeRange range) {
    if (levels.contains(level)) {
      marks.mark(
          new Marks.Subject(source, level),
          Kind.DELETED,
          range.start().toEpochMilli(),
          range.stop().toEpochMilli());
    }
  }

  private synchronized void mark(Collection<SourceWindow> some, Kind kind) {
    for (SourceWindow one : some) {
      if (levels.contains(one.level())) {
        Window window = windows.at(one.level(), one.startSeconds() * 1_000);
        if (window.startSeconds() == one.startSeconds()) {
          expect(one.source(), window);
          marks.mark(
              new Marks.Subject(one.source(), one.level()),
              kind,
              window.startMillis(),
              window.endMillis());
        }
      }
    }
  }

  /** Others may sample: then a source is known by its first archive. */
  private void expect(String source, Window window) {
    boolean isKnown =
        book.knownSinceMillis().map(since -> window.startMillis() >= since).orElse(false);
    if (isKnown && watch.since().putIfAbsent(source, window.startMillis()) == null) {
      marks.sourcesSince.put(source, window.startMillis());
    }
  }

  /**
   * Writes what was learnt, in one transaction; to be called every few seconds. Trouble is kept for
   * {@link #check}, and what could not be written for the next call.
   */
  public void flush() {
    var _ = write(false, false);
  }

  /** The same; whether nothing that was learnt before the call is left to be written. */
  public boolean flushed() {
    return write(false, false);
  }

  private boolean write(boolean always, boolean clean) {
    synchronized (writing) {
      Marks batch;
      Book.State state;
      Optional<Book.Found> found = book.open();
      synchronized (this) {
        long now = clock.millis();
        found.ifPresent(left -> watch.remember(left, marks));
        boolean isDue =
            always || !marks.isEmpty() || Math.abs(now - writtenMillis) >= HEARTBEAT.toMillis();
        if (!isDue) {
          return true;
        }
        writtenMillis = now;
        watch.settle(marks);
        batch = marks;
        marks = new Marks();
        state = new Book.State(watch.lastMillis(), watch.failing(), clean);
      }
      Book.Outcome outcome = book.write(batch, state);
      switch (outcome) {
        case WRITTEN -> {}
        case FAILED -> giveBack(batch);
        case BEGUN_ANEW -> beginAnew();
      }
      return outcome == Book.Outcome.WRITTEN;
    }
  }

  private synchronized void giveBack(Marks batch) {
    batch.addAll(marks);
    marks = batch;
  }

  private synchronized void beginAnew() {
    marks = new Marks();
    watch.forget();
  }

  /**
   * When a process before this one was killed, about: what it did last may be missing, and what the
   * store holds of it is to be told, by {@link #delivered}. Empty when nothing is missing.
   */
  public Optional<Instant> knowsTooLittleSince() {
    return book.knowsTooLittleSince();
  }

  /** It was told. */
  public void reconciled() {
    book.reconciled();
  }

  /** From when on it knows anything; empty while its file can't be opened. */
  public Optional<Instant> knownSince() {
    return book.knownSinceMillis().map(Instant::ofEpochMilli);
  }

  /** The sources it has ever seen, sorted. */
  public synchronized List<String> sources() {
    return List.copyOf(new TreeSet<>(watch.since().keySet()));
  }

  /** Every gap in windows that begin in this range, by source, level and time. */
  public List<Gap> gaps(TimeRange range) {
    return completeness(range, source -> true, level -> true).stream()
        .flatMap(one -> one.gaps().stream())
        .toList();
  }

  /** The accounts of windows that begin in this range and have ended, by source and level. */
  public List<Completeness> completeness(
      TimeRange range, Predicate<String> ofSources, Predicate<Level> ofLevels) {
    var accounts = new ArrayList<Completeness>();
    var _ = completeness(range, ofSources, ofLevels, accounts::add);
    return accounts;
  }

  /**
   * The same, one after the other: all gaps of a year may be too many to hold.
   *
   * @return until when it knows, where that is not until now
   */
  public Optional<Instant> completeness(
      TimeRange range,
      Predicate<String> ofSources,
      Predicate<Level> ofLevels,
      Consumer<Completeness> accounts) {
    flush();
    var asked = new TreeMap<String, Long>();
    long settled;
    long failingSince;
    synchronized (this) {
      watch
          .since()
          .forEach((source, since) -> {
            if (ofSources.test(source)) {
              asked.put(source, since);
            }
          });
      settled = watch.settledMillis();
      failingSince = watch.failing() ? watch.lastMillis() : Long.MAX_VALUE;
    }
    long now = clock.millis();
    long from = range.start().toEpochMilli() - levels.getLast().length().toMillis();
    Reading reading = book.read(from, Math.min(range.stop().toEpochMilli(), now));
    new Accounts(levels.stream().filter(ofLevels).toList(), levels.getFirst(), windows, reading)
        .of(asked, range, new Accounts.Now(now, settled, failingSince), accounts);
    return Optional.of(reading.untilMillis())
        .filter(until -> until < now)
        .map(Instant::ofEpochMilli);
  }

  /** Writes that HisSrv stops in good order. */
  @Override
  public void close() {
    var _ = write(true, true);
    book.close();
  }
}
