package com.voltageems.hissrv.query;

import com.voltageems.hissrv.aggregate.Functions;
import com.voltageems.hissrv.config.KnownFunctions;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.store.HistoryStore;
import com.voltageems.hissrv.store.StoreException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Answers questions about the past from one store, each from one of its levels. Safe for any
 * thread.
 *
 * <p>A table is held in memory until it is sent, hence the limits: a question beyond them is
 * refused as soon as that is known, not cut short. What is written row by row has none.
 */
public final class HistoryQuery {
  /** Rows in an answer, at most. */
  public static final int MAX_ROWS = 200_000;

  /** Rows times fields in an answer, at most; nine bytes each. */
  public static final int MAX_VALUES = 2_000_000;

  private static final KnownFunctions FUNCTIONS = Functions.builtIn();

  private final HistoryStore store;
  private final InstantSource clock;
  private final Supplier<ZoneId> site;
  private final @Nullable FreshPoints freshPoints;
  private final int maxRows;
  private final int maxValues;

  /** Reads {@code store}; ranges that end now end at {@code clock}. Days are UTC's. */
  public HistoryQuery(HistoryStore store, InstantSource clock) {
    this(store, clock, () -> ZoneOffset.UTC);
  }

  /**
   * Reads {@code store}; ranges that end now end at {@code clock}.
   *
   * @param site whose days buckets follow when nothing is said
   */
  public HistoryQuery(HistoryStore store, InstantSource clock, Supplier<ZoneId> site) {
    this(store, clock, site, null, MAX_ROWS, MAX_VALUES);
  }

  /**
   * Also reads what is not stored yet, where a question asks for it.
   *
   * @param site whose days buckets follow when nothing is said
   */
  public HistoryQuery(
      HistoryStore store, InstantSource clock, Supplier<ZoneId> site, FreshPoints fresh) {
    this(store, clock, site, fresh, MAX_ROWS, MAX_VALUES);
  }

  HistoryQuery(HistoryStore store, InstantSource clock, int maxRows, int maxValues) {
    this(store, clock, () -> ZoneOffset.UTC, null, maxRows, maxValues);
  }

  private HistoryQuery(
      HistoryStore store,
      InstantSource clock,
      Supplier<ZoneId> site,
      @Nullable FreshPoints freshPoints,
      int maxRows,
      int maxValues) {
    this.freshPoints = freshPoints;
    this.store = store;
    this.clock = clock;
    this.site = site;
    this.maxRows = maxRows;
    this.maxValues = maxValues;
  }

  /**
   * Runs a question given as request parameters: those of {@link QueryRequest#RESERVED}; any other
   * says what a tag must be, as does any that begins with {@code tag.}
   *
   * @throws QueryProblem when it has no answer
   */
  public QueryResult run(Map<String, List<String>> parameters) {
    return asked(() -> table(question(parameters)));
  }

  /**
   * Whether an answer is made row by row, whatever its length, when it is {@link #write written}.
   *
   * @throws QueryProblem when the question can't be understood
   */
  public boolean isEndless(Map<String, List<String>> parameters) {
    return isEndless(QueryRequest.parse(parameters, now(), site.get()));
  }

  /**
   * Runs a question and writes its rows as they are read, of any number.
   *
   * @throws QueryProblem when it has no answer; rows may have been written before
   */
  public void write(Map<String, List<String>> parameters, RowWriter writer) {
    boolean _ =
        asked(() -> {
          write(question(parameters), writer);
          return true;
        });
  }

  /**
   * Understands a question for rows as they are stored, to be written whatever their number.
   *
   * @param parameters those of {@link Export#PARAMETERS}; any other is a tag
   * @throws QueryProblem when it has no answer
   */
  public Export export(Map<String, List<String>> parameters) {
    Export.check(parameters);
    return asked(() -> Export.of(question(parameters), store));
  }

  private static boolean isEndless(QueryRequest request) {
    return request.mode() == QueryRequest.Mode.RAW
        && request.functions().isEmpty()
        && request.limit() == null
        && !request.includesOpen();
  }

  private Question question(Map<String, List<String>> parameters) {
    QueryRequest request = QueryRequest.parse(parameters, now(), site.get());
    if (!request.includesOpen() || freshPoints == null) {
      return Question.of(request, store, site.get());
    }
    var warnings = new ArrayList<String>();
    return Question.ofFresh(
        request, store, site.get(), freshPoints.find(request, warnings), warnings);
  }

  private QueryResult table(Question question) {
    QueryRequest request = question.request();
    int first = request.cursor() == null ? 0 : request.cursor().attempt();
    @Nullable QueryResult none = null;
    for (int attempt = first; attempt < question.ways().size(); attempt++) {
      Way way = question.ways().get(attempt);
      var table = new TableBuilder(maxRows, maxValues);
      var page = new Page(request, table::add);
      try {
        question.reading(way, percentiles(), maxRows, store).run(question.source(store), page);
      } catch (Page.Full full) {
        // There is more; the page says so.
      }
      var result = result(question, way, table, page.next(attempt));
      if (!page.isEmpty()) {
        return result;
      }
      none = none == null ? result : none;
    }
    if (none == null) {
      throw QueryProblem.badParameter("cursor", "This is not a cursor.", "a cursor, unchanged");
    }
    return none;
  }

  private static QueryResult result(
      Question question, Way way, TableBuilder table, @Nullable String cursor) {
    QueryRequest request = question.request();
    var tags = table.isEmpty() ? new TreeMap<>(request.equalTags()) : table.sharedTags();
    if (!way.level().equals(Level.RAW)) {
      tags.remove(SeriesKey.INTERVAL_TAG);
    }
    return new QueryResult(
        request.measurement(),
        tags,
        way.level().name(),
        request.range(),
        table.columns(),
        table.rows(),
        Optional.ofNullable(cursor),
        request.limit() != null,
        question.warnings());
  }

  private void write(Question question, RowWriter writer) {
    QueryRequest request = question.request();
    if (!isEndless(request)) {
      QueryResult result = table(question);
      writer.columns(result.columns());
      result.rows().forEach(writer::row);
      return;
    }
    SortedSet<String> fields = question.fieldNames(store);
    for (int attempt = 0; attempt < question.ways().size(); attempt++) {
      Way way = question.ways().get(attempt);
      boolean isLast = attempt + 1 == question.ways().size();
      var rows = new WrittenRows(question.tagNames(way), List.copyOf(fields), writer);
      question.reading(way, percentiles(), maxRows, store).run(store::query, rows);
      if (isLast || rows.any()) {
        rows.begin();
        return;
      }
    }
  }

  private Samples.Percentiles percentiles() {
    return new Samples.Percentiles() {
      private int kept;

      @Override
      public ToDoubleFunction<double[]> of(double percent) {
        return FUNCTIONS.bind("percentile", List.of(percent));
      }

      @Override
      public void keepOne() {
        kept++;
        if (kept > maxValues) {
          throw QueryProblem.answerTooLarge("values to sort", maxValues, "");
        }
      }
    };
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  static <T> T asked(Supplier<T> work) {
    try {
      return work.get();
    } catch (StoreException e) {
      throw QueryProblem.storeDown(e);
    }
  }
}
