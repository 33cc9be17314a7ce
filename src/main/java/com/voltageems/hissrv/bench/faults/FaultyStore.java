package com.voltageems.hissrv.bench.faults;

import com.voltageems.hissrv.model.CheckResult;
import com.voltageems.hissrv.model.FieldValue;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.Row;
import com.voltageems.hissrv.store.SeriesQuery;
import com.voltageems.hissrv.store.StoreException;
import com.voltageems.hissrv.store.StoreException.Kind;
import com.voltageems.hissrv.store.WriteResult;
import com.voltageems.hissrv.store.WriteResult.Rejection;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The embedded store behind answers that it can't be made to give. */
final class FaultyStore implements HistoryStore {
  /** In its reasons for refusing a poisoned point. */
  static final String POISON = "poisoned";

  private static final Duration WAIT = Duration.ofMillis(400);
  private static final int POISON_ONE_IN = 5;

  private final HistoryStore store;
  private Answer answer;
  private int felt;

  FaultyStore(HistoryStore store, Answer answer) {
    this.store = store;
    this.answer = answer;
  }

  /** Whether this point is refused while poison is about. */
  static boolean isPoisoned(Point point) {
    return isPoisoned(point.series(), point.time());
  }

  static boolean isPoisoned(SeriesKey series, Instant time) {
    return Math.floorMod(series.hashCode() * 31 + time.hashCode(), POISON_ONE_IN) == 0;
  }

  synchronized void answers(Answer next) {
    answer = next;
    felt = 0;
    notifyAll();
  }

  /** How many writes met the answer it has now. */
  synchronized int felt() {
    return felt;
  }

  private synchronized Answer met() {
    felt++;
    return answer;
  }

  @Override
  public WriteResult write(List<Point> points) {
    return switch (met()) {
      case WELL -> store.write(points);
      case TOO_MANY -> throw StoreException.busy("429 too many requests", WAIT);
      case UNAVAILABLE -> throw StoreException.retryable("503 service unavailable", null);
      case BAD_REQUEST -> throw StoreException.refused(Kind.REFUSED, "400 no such thing");
      case POISONED -> {
        if (points.stream().anyMatch(FaultyStore::isPoisoned)) {
          throw StoreException.refused(Kind.BAD_POINTS, "400 " + POISON);
        }
        yield store.write(points);
      }
      case PARTIAL -> written(points, FaultyStore::isPoisoned, true);
      case TOO_LARGE -> {
        if (points.size() > 2) {
          throw StoreException.refused(Kind.TOO_LARGE, "413 too large");
        }
        yield store.write(points);
      }
      case DEFERRED -> written(points, point -> points.indexOf(point) % 2 == 1, false);
      case HANGING -> {
        hang();
        throw StoreException.retryable("timed out", null);
      }
      case RESET -> throw StoreException.retryable("reset", new IOException("connection reset"));
      case HALF_WAY -> {
        WriteResult _ = store.write(points.subList(0, points.size() / 2));
        throw StoreException.retryable("closed", new IOException("closed half-way"));
      }
      case UNANSWERED -> {
        WriteResult _ = store.write(points);
        throw StoreException.retryable("closed", new IOException("closed before the answer"));
      }
      case FORGETFUL -> WriteResult.ALL_ACCEPTED;
      case MISTAKEN -> store.write(points.stream().map(FaultyStore::mistaken).toList());
    };
  }

  private WriteResult written(List<Point> points, Predicate<Point> isNot, boolean rejected) {
    var taken = new ArrayList<Point>();
    var others = new ArrayList<Rejection>();
    for (int i = 0; i < points.size(); i++) {
      if (isNot.test(points.get(i))) {
        others.add(new Rejection(i, rejected ? "400 partial write: " + POISON : "not now"));
      } else {
        taken.add(points.get(i));
      }
    }
    WriteResult _ = store.write(taken);
    return rejected ? new WriteResult(others) : new WriteResult(List.of(), others);
  }

  private static Point mistaken(Point point) {
    var fields = new TreeMap<>(point.fields());
    fields.replaceAll((name, value) ->
        name.endsWith("_avg") && value instanceof FieldValue.FloatValue avg
            ? FieldValue.of(avg.value() + 1e-6)
            : value);
    return new Point(point.series(), point.time(), fields);
  }

  private synchronized void hang() {
    try {
      while (answer == Answer.HANGING) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void query(SeriesQuery query, Consumer<Row> rows) {
    store.query(query, rows);
  }

  @Override
  public void delete(List<SeriesQuery> rows) {
    store.delete(rows);
  }

  @Override
  public List<Row> latest(SeriesQuery query) {
    return store.latest(query);
  }

  @Override
  public SortedSet<String> fields(String measurement) {
    return store.fields(measurement);
  }

  @Override
  public SortedSet<String> measurements() {
    return store.measurements();
  }

  @Override
  public SortedSet<Level> levels(String measurement) {
    return store.levels(measurement);
  }

  @Override
  public SortedSet<String> tagNames(String measurement) {
    return store.tagNames(measurement);
  }

  @Override
  public List<SeriesKey> series(String measurement) {
    return store.series(measurement);
  }

  @Override
  public String name() {
    return store.name();
  }

  @Override
  public CheckResult check() {
    return store.check();
  }

  @Override
  public void close() {
    store.close();
  }
}
