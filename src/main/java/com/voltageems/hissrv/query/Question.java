package com.voltageems.hissrv.query;

import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.Nearest;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.StoreException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A question held against what is stored, and the ways to answer it.
 *
 * @param fresh what is not stored yet; null when that is not asked for
 * @param warnings what the answer lacks; grows while it is made
 */
record Question(
    QueryRequest request,
    List<Way> ways,
    SortedSet<String> tagNames,
    FreshPoints.@Nullable Found fresh,
    List<String> warnings) {
  /**
   * @param site whose midnights windows of a day follow
   * @throws QueryProblem for what is not stored
   */
  static Question of(QueryRequest request, HistoryStore store, ZoneId site) {
    return of(
        request,
        store,
        store.levels(request.measurement()),
        store.tagNames(request.measurement()),
        site,
        null,
        new ArrayList<>());
  }

  /** With what is not stored yet; answers also while the store can't. */
  static Question ofFresh(
      QueryRequest request,
      HistoryStore store,
      ZoneId site,
      FreshPoints.Found fresh,
      List<String> warnings) {
    SortedSet<Level> levels = fresh.levels();
    SortedSet<String> tagNames = fresh.tagNames();
    try {
      levels.addAll(store.levels(request.measurement()));
      tagNames.addAll(store.tagNames(request.measurement()));
    } catch (StoreException e) {
      if (levels.isEmpty()) {
        throw e;
      }
      warnings.add(FreshPoints.STORE_DOWN);
    }
    return of(request, store, levels, tagNames, site, fresh, warnings);
  }

  private static Question of(
      QueryRequest request,
      HistoryStore store,
      SortedSet<Level> levels,
      SortedSet<String> tagNames,
      ZoneId site,
      FreshPoints.@Nullable Found fresh,
      List<String> warnings) {
    if (levels.isEmpty()) {
      SortedSet<String> known = store.measurements();
      throw QueryProblem.unknownMeasurement(
          request.measurement(), Nearest.to(request.measurement(), known), known.size());
    }
    checkTags(request, tagNames);
    Level level = new LevelChoice(request, levels, site).choose();
    return new Question(
        request, Way.of(request, level, levels, tagNames), tagNames, fresh, warnings);
  }

  /** Where rows come from. */
  RowSource source(HistoryStore store) {
    boolean telling = request.functions().isEmpty();
    return fresh == null ? RowSource.of(store) : new Fresh(store::query, fresh, telling, warnings);
  }

  /** The columns of tags when rows are written as they are read. */
  List<String> tagNames(Way way) {
    var tags = new TreeSet<>(tagNames);
    if (!way.level().equals(Level.RAW)) {
      tags.remove(SeriesKey.INTERVAL_TAG);
    }
    if (way.withoutAggregations()) {
      tags.remove(SeriesKey.AGGREGATION_TAG);
    }
    return List.copyOf(tags);
  }

  /** The fields that are asked for, all when none is named. */
  SortedSet<String> fieldNames(HistoryStore store) {
    SortedSet<String> stored = store.fields(request.measurement());
    return request.fields().isEmpty()
        ? stored
        : FieldChoice.of(request.fields(), stored, request.measurement()).stored();
  }

  Reading reading(Way way, Samples.Percentiles percentiles, int most, HistoryStore store) {
    return new Reading(request, way, () -> fields(store), percentiles, most);
  }

  private SortedSet<String> fields(HistoryStore store) {
    if (fresh == null) {
      return store.fields(request.measurement());
    }
    SortedSet<String> fields = fresh.fields();
    try {
      fields.addAll(store.fields(request.measurement()));
    } catch (StoreException e) {
      if (!warnings.contains(FreshPoints.STORE_DOWN)) {
        warnings.add(FreshPoints.STORE_DOWN);
      }
    }
    return fields;
  }

  private static void checkTags(QueryRequest request, SortedSet<String> known) {
    for (String tag : request.tags().keySet()) {
      if (!known.contains(tag)) {
        var candidates = new TreeSet<>(known);
        candidates.addAll(QueryRequest.RESERVED);
        String expected =
            known.isEmpty() ? "no tag at all" : "one of the tags " + String.join(", ", known);
        throw QueryProblem.unknownTag(
            tag, request.measurement(), expected, Nearest.to(tag, candidates));
      }
    }
  }
}
