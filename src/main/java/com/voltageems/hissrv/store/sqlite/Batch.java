package com.voltageems.hissrv.store.sqlite;

import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.store.StoreException;
import com.voltageems.hissrv.store.WriteResult;
import com.voltageems.hissrv.store.WriteResult.Rejection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Points on their way to the files they belong to, and what became of them. */
final class Batch {
  private final Map<Period, Part> parts = new LinkedHashMap<>();
  private final SortedMap<Integer, String> rejected = new TreeMap<>();
  private final SortedMap<Integer, String> deferred = new TreeMap<>();

  /** The points of one file, and their places in the batch. */
  record Part(Period period, List<Point> points, List<Integer> places) {
    private Part(Period period) {
      this(period, new ArrayList<>(), new ArrayList<>());
    }

    List<HotRow> rows(Dictionary dictionary) {
      var rows = new ArrayList<HotRow>(points.size());
      for (Point point : points) {
        rows.add(HotRow.of(point, dictionary));
      }
      return rows;
    }
  }

  /** Writes one part; throws {@link StoreException}. */
  @FunctionalInterface
  interface PartWriter {
    void write(Part part);
  }

  /** Sorts out what can never be stored. */
  Batch(List<Point> all, Function<Period, Optional<String>> problemOfPeriod) {
    for (int place = 0; place < all.size(); place++) {
      Point point = all.get(place);
      Optional<String> problem = Storable.problemOf(point);
      if (problem.isPresent()) {
        rejected.put(place, problem.get());
      } else {
        Period period = Period.at(point.series().level(), Nanos.of(point.time()));
        Part part = parts.computeIfAbsent(period, Part::new);
        part.points().add(point);
        part.places().add(place);
      }
    }
    parts
        .values()
        .removeIf(part -> {
          Optional<String> problem = problemOfPeriod.apply(part.period());
          problem.ifPresent(why -> part.places().forEach(place -> rejected.put(place, why)));
          return problem.isPresent();
        });
  }

  /** All that can be stored. */
  List<Point> points() {
    return parts.values().stream().flatMap(part -> part.points().stream()).toList();
  }

  /**
   * Tries every part. What one file can't take is deferred, so that it holds up no other; but when
   * none took anything, for reasons that pass by themselves, it is the store.
   */
  WriteResult write(PartWriter writer) {
    @Nullable StoreException failure = null;
    boolean storeIsDown = true;
    for (Part part : parts.values()) {
      try {
        writer.write(part);
        storeIsDown = false;
      } catch (StoreException e) {
        storeIsDown &= e.retryable();
        String why = String.valueOf(e.getMessage());
        part.places().forEach(place -> deferred.put(place, why));
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null && storeIsDown) {
      throw failure;
    }
    return new WriteResult(listed(rejected), listed(deferred));
  }

  private static List<Rejection> listed(SortedMap<Integer, String> reasons) {
    return reasons.entrySet().stream()
        .map(entry -> new Rejection(entry.getKey(), entry.getValue()))
        .toList();
  }
}
