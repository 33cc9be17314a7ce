package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.config.Retention;
import com.voltageems.hissrv.model.CheckResult;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.observe.Metrics;
import com.voltageems.hissrv.sqlite.SqliteException;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.Row;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.store.StoreException;
import com.voltageems.hissrv.store.WriteResult;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiFunction;
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
  private final Expiry expiry;
  private final Inspection inspection;
  private final Upkeep upkeep;
  private final Troubles troubles = new Troubles();

  /**
   * A store in this folder, which is made when first needed. Never throws: what is wrong with the
   * folder shows in {@link #check} and mends itself.
   *
   * @param clock decides what is old enough to be sealed, and to be dropped
   * @param retention how long what is kept
   */
  public SqliteStore(Path folder, InstantSource clock, Retention retention, Metrics metrics) {
    index = new SeriesIndex(folder.resolve("index.db"));
    files = new PeriodFiles(folder, index::remembers);
    sealer = new Sealer(index, files, clock);
    expiry = new Expiry(files, retention, clock, metrics);
    inspection = new Inspection(files, troubles);
    upkeep = new Upkeep(List.of(this::drop, this::seal, this::inspect));
    upkeep.start();
  }

  /** A store that never drops anything. */
  public SqliteStore(Path folder, InstantSource clock) {
    this(folder, clock, Retention.ALL_FOREVER, new Metrics());
  }

  /** Keeps what it has for so long from now on. */
  public void keep(Retention retention) {
    expiry.keep(retention);
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
    return trouble
        .or(() -> Optional.ofNullable(sealer.trouble()))
        .or(() -> Optional.ofNullable(expiry.trouble()))
        .map(CheckResult::down)
        .orElse(CheckResult.ok("sqlite"));
  }

  /**
   * {@inheritDoc} Every file's part of the batch is tried, whatever became of the others; deferred
   * is what belongs to a file that is damaged, newer or locked. Refused is text that is not Unicode
   * and what is older than its retention.
   */
  @Override
  public WriteResult write(List<Point> points) {
    var batch = asked(() -> new Batch(points, expiry::problemOf));
    List<Point> storable = batch.points();
    if (storable.isEmpty()) {
      return batch.write(part -> {});
    }
    Dictionary dictionary = learn(storable);
    return batch.write(part -> writePart(dictionary, part.period(), part.rows(dictionary)));
  }

  /**
   * Writes history that is old, as it would be when it is sealed, without its being hot before:
   * many times faster than {@link #write}. It takes the place of a sealed block of the same series
   * and time; hot rows stay above it.
   *
   * @param stretches each within one block's time
   */
  public void load(List<SeriesStretch> stretches) {
    asked(() -> {
      Dictionary dictionary = index.dictionaryWith(stretches.stream().map(Loading::point).toList());
      Loading.blocks(stretches, dictionary)
          .forEach(
              (period, blocks) -> files.use(period, file -> file.load(index, dictionary, blocks)));
    });
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
      Consumer<PlacedRow> sink = reading.named(new RowNames(selection, dictionary));
      List<Period> periods = files.within(query.level(), from, to);
      for (Period period : selection.newestFirst() ? periods.reversed() : periods) {
        files.useExisting(
            period, file -> file.read(dictionary.identity(), selection, from, to, sink));
      }
    });
  }

  @Override
  public List<Row> latest(SeriesQuery query) {
    return asked(() -> {
      Dictionary dictionary = index.dictionary();
      Selection selection = Selection.of(query, dictionary);
      var newest = new NewestRows(selection);
      long from = Nanos.of(query.range().start());
      long to = Nanos.of(query.range().stop());
      for (Period period : files.within(query.level(), from, to).reversed()) {
        if (newest.isComplete()) {
          break;
        }
        files.useExisting(period, file -> file.readNewest(dictionary.identity(), newest, from, to));
      }
      var names = new RowNames(selection, dictionary);
      return newest.found().stream().map(names::of).toList();
    });
  }

  @Override
  public SortedSet<String> measurements() {
    return asked(() -> index.dictionary().measurements());
  }

  @Override
  public SortedSet<Level> levels(String measurement) {
    return known(measurement, (_, known) -> known.levels());
  }

  @Override
  public SortedSet<String> tagNames(String measurement) {
    return known(measurement, (_, known) -> known.tagNames());
  }

  @Override
  public SortedSet<String> fields(String measurement) {
    return known(
        measurement,
        (dictionary, known) -> {
          var names = new TreeSet<String>();
          for (int id : known.fields()) {
            String name = dictionary.fieldName(id);
            if (name != null) {
              names.add(name);
            }
          }
          return names;
        });
  }

  private <T> SortedSet<T> known(
      String measurement, BiFunction<Dictionary, Measurement, SortedSet<T>> what) {
    return asked(() -> {
      Dictionary dictionary = index.dictionary();
      Measurement known = dictionary.measurement(measurement);
      return known == null ? new TreeSet<>() : what.apply(dictionary, known);
    });
  }

  @Override
  public List<SeriesKey> series(String measurement) {
    return asked(() -> {
      Measurement known = index.dictionary().measurement(measurement);
      return known == null
          ? List.of()
          : known.series().stream()
              .map(Series::key)
              .sorted(Comparator.comparing(SeriesKey::tags, Row.TAG_ORDER))
              .toList();
    });
  }

  /** {@inheritDoc} In one transaction a file; the others' rows of a file stay as they are. */
  @Override
  public void delete(List<SeriesQuery> rows) {
    for (SeriesQuery query : rows) {
      asked(() -> {
        Dictionary dictionary = index.dictionary();
        Selection selection = Selection.of(query, dictionary);
        if (selection.size() == 0) {
          return;
        }
        long from = Nanos.of(query.range().start());
        long to = Nanos.of(query.range().stop());
        for (Period period : files.within(query.level(), from, to)) {
          files.useExisting(
              period, file -> file.delete(dictionary.identity(), selection, from, to));
          sealer.wrote(period);
        }
      });
    }
  }

  /** Seals all that is due now; returns how many blocks it wrote. It happens by itself as well. */
  public int seal() {
    return asked(sealer::seal);
  }

  /** Drops what is older than its retention; returns how many files. It happens by itself. */
  public int drop() {
    return asked(expiry::drop);
  }

  /** Looks for damaged files; {@link #check} names them. It happens by itself. */
  public void inspect() {
    inspection.look();
  }

  @Override
  public void close() {
    upkeep.close();
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
      asked(() -> files.use(period, file -> file.write(index, dictionary, rows)));
      troubles.clear(path);
    } catch (StoreException e) {
      troubles.add(
          path,
          e,
          () ->
              asked(() ->
                  files.useExisting(period, file -> file.probe(index.dictionary().identity()))));
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
