package com.voltageems.hissrv.query;

import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.SeriesQuery;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Rows of one level as they are stored, of any number. Other than an answer of {@link
 * HistoryQuery}, it does not depend on where its range is cut: parts put one after the other are
 * the whole.
 */
public final class Export {
  /** Parameters with a meaning. Any other is a tag. */
  public static final Set<String> PARAMETERS =
      Set.of("measurement", "range", "start", "stop", "interval", "fields", "format");

  private final Question question;
  private final Way way;
  private final List<String> fields;
  private final HistoryStore store;

  private Export(Question question, Way way, List<String> fields, HistoryStore store) {
    this.question = question;
    this.way = way;
    this.fields = fields;
    this.store = store;
  }

  static void check(Map<String, List<String>> parameters) {
    for (String name : parameters.keySet()) {
      if (QueryRequest.RESERVED.contains(name) && !PARAMETERS.contains(name)) {
        throw QueryProblem.unknownParameter(name, PARAMETERS);
      }
    }
  }

  static Export of(Question question, HistoryStore store) {
    return new Export(
        question, settled(question, store), List.copyOf(question.fieldNames(store)), store);
  }

  /** The first way that any series answers, whenever its rows are. */
  private static Way settled(Question question, HistoryStore store) {
    QueryRequest request = question.request();
    if (question.ways().size() > 1) {
      var all = store.series(request.measurement());
      for (Way way : question.ways()) {
        SeriesQuery query = query(request, way, Set.of());
        if (all.stream().anyMatch(series -> query.wants(series.tags()))) {
          return way;
        }
      }
    }
    return question.ways().getFirst();
  }

  private static SeriesQuery query(QueryRequest request, Way way, Set<String> fields) {
    return new SeriesQuery(
        request.measurement(),
        way.conditions(request),
        way.level(),
        request.range(),
        fields,
        SeriesQuery.Order.OLDEST_FIRST);
  }

  /** What is read. */
  public String measurement() {
    return question.request().measurement();
  }

  /** The first moment, and the first after. */
  public TimeRange range() {
    return question.request().range();
  }

  /** The level that is read. */
  public Level level() {
    return way.level();
  }

  /** As {@link QueryResult#columns}, but of all tags. */
  public List<String> columns() {
    return ColumnNames.of(question.tagNames(way), fields);
  }

  /**
   * Writes all rows, by time, then by tags.
   *
   * @throws QueryProblem when the store can't be read; rows may have been written before
   */
  public void write(RowWriter writer) {
    boolean _ =
        HistoryQuery.asked(() -> {
          QueryRequest request = question.request();
          Set<String> named = request.fields().isEmpty() ? Set.of() : Set.copyOf(fields);
          var rows = new WrittenRows(question.tagNames(way), fields, writer);
          store.query(query(request, way, named), rows);
          rows.begin();
          return true;
        });
  }
}
