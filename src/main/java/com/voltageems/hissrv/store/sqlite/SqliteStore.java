package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.model.CheckResult;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.sqlite.SqliteException;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.Row;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.store.StoreException;
import com.voltageems.hissrv.store.WriteResult;
import com.voltageems.hissrv.store.WriteResult.Rejection;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * History in SQLite files: {@code index.db}, the dictionary, and {@code <level>/<period>.db} with
 * the rows. A batch is one transaction per file it touches. The files may be locked, taken away and
 * put back at any time; a write that returned is in the files the folder had then.
 */
public final class SqliteStore implements HistoryStore {
  private final SeriesIndex index;
  private final PeriodFiles files;
  private final Sealer sealer;
  private final Troubles troubles = new Troubles();

  /**
   * A store in this folder, which is made when first needed. Never throws: what is wrong with the
   * folder shows in {@link #check} and mends itself.
   *
   * @param clock decides what is old enough to be sealed
   */
  public SqliteStore(Path folder, InstantSource clock) {
    index = new SeriesIndex(folder.resolve("index.db"));
    files = new PeriodFiles(folder);
    sealer = new Sealer(index, files, clock);
    sealer.start();
  }

  @Override
  public String name() {
    return "store";
  }

  /** Also asks again where a write failed; a file locked by others costs a second. */
  @Override
  public CheckResult check() {
    try {
      Dictionary _ = index.dictionary();
    } catch (SqliteException | StoreException e) {
      return CheckResult.down(String.valueOf(e.getMessage()));
    }
    Optional<String> trouble = troubles.first();
    if (trouble.isEmpty()) {
      trouble = Optional.ofNullable(sealer.trouble());
    }
    return trouble.map(CheckResult::down).orElse(CheckResult.ok("sqlite"));
  }

  /**
   * {@inheritDoc} Every file's part of the batch is tried, whatever became of the others. Refused
   * is only text that is not Unicode.
   */
  @Override
  public WriteResult write(List<Point> points) {
    var storable = new ArrayList<Point>(points.size());
    var rejections = new ArrayList<Rejection>();
    for (int i = 0; i < points.size(); i++) {
      Optional<String> problem = Storable.problemOf(points.get(i));
      if (problem.isPresent()) {
        rejections.add(new Rejection(i, problem.get()));
      } else {
        storable.add(points.get(i));
      }
    }
    if (!storable.isEmpty()) {
      Dictionary dictionary = learn(storable);
      Batch.of(storable, dictionary).write(this::writePart);
    }
    return new WriteResult(rejections);
  }

  @Override
  public void query(SeriesQuery query, Consumer<Row> rows) {
    var reading = new Reading(rows);
    reading.guarding(() -> {
      Dictionary dictionary = index.dictionary();
      Selection selection = Selection.of(query, dictionary);
      if (selection.size() == 0) {
        return;
      }
      long from = Nanos.of(query.range().start());
      long to = Nanos.of(query.range().stop());
      Consumer<PlacedRow> sink = reading.named(selection, dictionary);
      for (Period period : files.within(query.level(), from, to)) {
        files.use(period, file -> file.read(dictionary.identity(), selection, from, to, sink));
      }
    });
  }

  @Override
  public SortedSet<String> measurements() {
    return asked(() -> index.dictionary().measurements());
  }

  @Override
  public SortedSet<Level> levels(String measurement) {
    var levels = new TreeSet<Level>();
    for (Series series : asked(() -> index.dictionary().series(measurement))) {
      levels.add(series.key().level());
    }
    return levels;
  }

  @Override
  public SortedSet<String> tagNames(String measurement) {
    var names = new TreeSet<String>();
    for (Series series : asked(() -> index.dictionary().series(measurement))) {
      names.addAll(series.key().tags().keySet());
    }
    return names;
  }

  /** Seals all that is due now; returns how many blocks it wrote. It happens by itself as well. */
  public int seal() {
    return asked(sealer::seal);
  }

  @Override
  public void close() {
    sealer.close();
    files.close();
    index.close();
  }

  private Dictionary learn(List<Point> points) {
    try {
      Dictionary dictionary = asked(() -> index.dictionaryWith(points));
      troubles.clear(index.file());
      return dictionary;
    } catch (StoreException e) {
      troubles.add(index.file(), e, () -> asked(index::probe));
      throw e;
    }
  }

  private void writePart(Dictionary dictionary, Period period, List<HotRow> rows) {
    Path path = files.path(period);
    try {
      asked(() ->
          files.use(
              period,
              file -> file.write(dictionary.identity(), rows, () -> index.verify(dictionary))));
      troubles.clear(path);
    } catch (StoreException e) {
      troubles.add(
          path,
          e,
          () -> asked(() -> files.use(period, file -> file.probe(index.dictionary().identity()))));
      throw e;
    } finally {
      sealer.wrote(period);
    }
  }

  private static void asked(Runnable work) {
    boolean _ =
        asked(() -> {
          work.run();
          return true;
        });
  }

  private static <T> T asked(Supplier<T> work) {
    try {
      return work.get();
    } catch (SqliteException e) {
      throw Reading.storeException(e);
    }
  }
}
