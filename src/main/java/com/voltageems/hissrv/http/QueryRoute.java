package com.voltageems.hissrv.http;

import com.voltageems.hissrv.query.HistoryQuery;
import com.voltageems.hissrv.query.QueryResult;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * {@code /query}, with bounds on what all answers together hold in memory until they are sent. Each
 * runs on a thread of the system's own: tables are computing, and virtual threads that compute keep
 * sampling and {@code /health} from their turn.
 */
final class QueryRoute implements AutoCloseable {
  /** Three answers of the largest size being made; more, once it is known that they are smaller. */
  private static final int VALUES_AT_ONCE = 3 * HistoryQuery.MAX_VALUES;

  private static final int LEAST_VALUES = 10_000;

  private static final List<AnswerFormat> FORMATS =
      List.of(AnswerFormat.JSON, AnswerFormat.CSV, AnswerFormat.NDJSON);

  /** Answers without an end that are sent at once. */
  private static final int STREAMS = 8;

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String RETRY_AFTER_SECONDS = "5";

  private final HistoryQuery query;
  private final Semaphore values = new Semaphore(VALUES_AT_ONCE, true);
  private final Semaphore streams = new Semaphore(STREAMS, true);
  private final ExecutorService threads =
      Executors.newCachedThreadPool(Thread.ofPlatform().name("query-", 0).factory());

  QueryRoute(HistoryQuery query) {
    this.query = query;
  }

  Route route() {
    return Route.get(
        "/query", "History as a table: ?measurement=telemetry&channel=1001&range=1h", this::answer);
  }

  private void answer(Context ctx) throws IOException, InterruptedException {
    Map<String, List<String>> parameters = QueryString.parse(ctx.queryString());
    AnswerFormat format = AnswerFormat.of(parameters, ctx.header("Accept"), FORMATS);
    ctx.res().addHeader("Vary", "Accept");
    if (format != AnswerFormat.JSON && query.isEndless(parameters)) {
      if (ctx.method().equals(HandlerType.HEAD)) {
        ctx.contentType(format.contentType());
        return;
      }
      answerEndlessly(ctx, format, parameters);
      return;
    }
    try (var share = new Share()) {
      await(
          threads.submit(() -> {
            QueryResult result = query.run(parameters);
            share.shrinkTo(size(result));
            send(ctx, format, result);
            return result;
          }));
    }
  }

  /** A small answer of as much work, within the same bounds. */
  <T> T bounded(Callable<T> work) throws IOException, InterruptedException {
    try (var _ = new Share()) {
      return await(threads.submit(work));
    }
  }

  /** What one answer may hold: as much as the largest until it is known to be smaller. */
  private final class Share implements AutoCloseable {
    private final AtomicInteger held = new AtomicInteger(HistoryQuery.MAX_VALUES);

    Share() throws InterruptedException {
      acquire(values, held.get());
    }

    void shrinkTo(int needed) {
      int before = held.getAndAccumulate(needed, Math::min);
      values.release(Math.max(0, before - needed));
    }

    @Override
    public void close() {
      shrinkTo(0);
    }
  }

  private static void send(Context ctx, AnswerFormat format, QueryResult result)
      throws IOException {
    if (format == AnswerFormat.JSON) {
      Json.answer(ctx, result);
      return;
    }
    result.cursor().ifPresent(cursor -> ctx.header("Next-Cursor", cursor));
    if (!result.warnings().isEmpty()) {
      ctx.header("Query-Warnings", String.join(" ", result.warnings()));
    }
    var rows = new SentRows(ctx, format);
    rows.columns(result.columns());
    result.rows().forEach(rows::row);
    rows.end();
  }

  /** Row by row as they are read: of any number, and held up by a slow client only itself. */
  private void answerEndlessly(
      Context ctx, AnswerFormat format, Map<String, List<String>> parameters)
      throws IOException, InterruptedException {
    var rows = new SentRows(ctx, format);
    acquire(streams, 1);
    try {
      await(
          threads.submit(() -> {
            rows.send(writer -> query.write(parameters, writer));
            return rows;
          }));
    } finally {
      streams.release();
    }
  }

  static void acquire(Semaphore permits, int wanted) throws InterruptedException {
    if (!permits.tryAcquire(wanted, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new ProblemException(
          Problem.of(
                  429,
                  "busy",
                  "Too many answers at once",
                  "As many large answers are being made and sent as memory allows.")
              .withHeader("Retry-After", RETRY_AFTER_SECONDS));
    }
  }

  private static int size(QueryResult result) {
    long cells = (long) result.rows().size() * result.columns().size();
    return Math.clamp(cells, LEAST_VALUES, HistoryQuery.MAX_VALUES);
  }

  static <T> T await(Future<T> work) throws IOException, InterruptedException {
    try {
      return work.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case UncheckedIOException cause -> throw cause.getCause();
        case RuntimeException cause -> throw cause;
        case IOException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
