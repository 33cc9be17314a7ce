package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.store.StoreException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The period files of a store: {@code <level>/<period>.db}. Keeps a bounded number of them open;
 * the least recently used goes first, never one in use.
 */
final class PeriodFiles implements AutoCloseable {
  private static final int OPEN = 16;

  /** Looking for a file takes as long as listing some. */
  private static final int FEW = 16;

  private static final String ENDING = ".db";

  private final Path folder;
  private final Map<Period, Entry> open = new LinkedHashMap<>(16, 0.75f, true);
  private final Predicate<Period> hasHeld;
  private boolean closed;

  /**
   * @param hasHeld whether something was ever written to a period
   */
  PeriodFiles(Path folder, Predicate<Period> hasHeld) {
    this.folder = folder;
    this.hasHeld = hasHeld;
  }

  private static final class Entry {
    private final PeriodFile file;
    private int users;

    Entry(PeriodFile file) {
      this.file = file;
    }
  }

  Path path(Period period) {
    return folder.resolve(period.level().name()).resolve(period.name() + ENDING);
  }

  /**
   * Makes sure that a file without a byte, which SQLite would take for a new one, never held any.
   */
  void verifyNotEmptied(Period period) {
    Path file = path(period);
    try {
      if (Files.exists(file) && Files.size(file) == 0 && hasHeld.test(period)) {
        throw StoreException.fatal(
            file + " is damaged: it is empty and was not; put back a copy, or take it away", null);
      }
    } catch (IOException e) {
      throw StoreException.retryable("can't read " + file + ": " + e, e);
    }
  }

  /**
   * The files there are of a level that may hold something from {@code from}, before {@code to}, by
   * time. A few are looked for by name: of years of days, most would be listed for nothing.
   */
  List<Period> within(Level level, long from, long to) {
    var few = new ArrayList<Period>();
    for (long at = from; at < to; at = few.getLast().end()) {
      if (few.size() == FEW) {
        return of(level).stream()
            .filter(period -> period.start() < to && period.end() > from)
            .toList();
      }
      few.add(Period.at(level, at));
    }
    few.removeIf(period -> !isThere(period));
    return few;
  }

  private boolean isThere(Period period) {
    Path file = path(period);
    boolean isThere = Files.exists(file);
    if (!isThere && !Files.notExists(file)) {
      throw StoreException.retryable("can't look for " + file, null);
    }
    return isThere;
  }

  /** Every file of every level, by level and time. */
  List<Period> all() {
    var periods = new ArrayList<Period>();
    for (Path levelFolder : list(folder)) {
      Level.parse(levelFolder.getFileName().toString())
          .ifPresent(level -> periods.addAll(of(level)));
    }
    return periods;
  }

  /** Lends the file of a period. */
  void use(Period period, Consumer<PeriodFile> work) {
    Entry entry = acquire(period);
    try {
      work.accept(entry.file);
    } finally {
      release(entry);
    }
  }

  /** Lends the file of a period if there is one: it may have been dropped since it was listed. */
  void useExisting(Period period, Consumer<PeriodFile> work) {
    int _ =
        askExisting(
            period,
            file -> {
              work.accept(file);
              return 1;
            });
  }

  /**
   * Deletes the file of a period.
   *
   * @return false when it is in use, and stays
   */
  synchronized boolean drop(Period period) {
    Entry entry = open.get(period);
    if (entry != null && entry.users > 0) {
      return false;
    }
    if (entry != null) {
      entry.file.close();
      open.remove(period);
    }
    try {
      for (String beside : List.of("-wal", "-shm", "")) {
        Files.deleteIfExists(Path.of(path(period) + beside));
      }
    } catch (IOException e) {
      throw StoreException.retryable(e.toString(), e);
    }
    return true;
  }

  /** Lends the file of a period if there is one; zero if not. */
  int askExisting(Period period, ToIntFunction<PeriodFile> work) {
    Entry entry = acquireExisting(period);
    if (entry == null) {
      return 0;
    }
    try {
      return work.applyAsInt(entry.file);
    } finally {
      release(entry);
    }
  }

  /** Closes what is not in use, and the rest when it is given back. */
  @Override
  public synchronized void close() {
    closed = true;
    closeIdle(0);
  }

  /** Every file of a level, by time. */
  List<Period> of(Level level) {
    var periods = new ArrayList<Period>();
    for (Path file : list(folder.resolve(level.name()))) {
      String name = file.getFileName().toString();
      if (name.endsWith(ENDING)) {
        Period.parse(level, name.substring(0, name.length() - ENDING.length()))
            .ifPresent(periods::add);
      }
    }
    periods.sort(Comparator.comparingLong(Period::start));
    return periods;
  }

  private static List<Path> list(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      var found = new ArrayList<Path>();
      files.forEach(found::add);
      found.sort(null);
      return found;
    } catch (IOException e) {
      throw StoreException.retryable("can't list " + folder + ": " + e, e);
    }
  }

  private synchronized @Nullable Entry acquireExisting(Period period) {
    return open.containsKey(period) || Files.exists(path(period)) ? acquire(period) : null;
  }

  private synchronized Entry acquire(Period period) {
    if (closed) {
      throw StoreException.retryable("the store in " + folder + " is closed", null);
    }
    Entry entry = open.computeIfAbsent(period, this::opened);
    entry.users++;
    closeIdle(OPEN);
    return entry;
  }

  private Entry opened(Period period) {
    verifyNotEmptied(period);
    return new Entry(new PeriodFile(path(period), period));
  }

  private synchronized void release(Entry entry) {
    entry.users--;
    closeIdle(closed ? 0 : OPEN);
  }

  private void closeIdle(int keep) {
    var oldestFirst = open.values().iterator();
    while (open.size() > keep && oldestFirst.hasNext()) {
      Entry entry = oldestFirst.next();
      if (entry.users == 0) {
        entry.file.close();
        oldestFirst.remove();
      }
    }
  }
}
