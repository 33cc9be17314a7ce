package com.voltageems.hissrv.http;

import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.parquet.TimeUnit;
import com.voltageems.hissrv.query.Export;
import com.voltageems.hissrv.query.HistoryQuery;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.zip.CRC32;

/**
 * {@code /export}: rows as they are stored, of any number, in a file. Other than {@code /query}
 * twice at once only, so that exports leave room for those who look. Threads as {@link
 * QueryRoute}'s.
 */
final class ExportRoute implements AutoCloseable {
  private static final int AT_ONCE = 2;
  private static final List<AnswerFormat> FORMATS =
      List.of(AnswerFormat.CSV, AnswerFormat.NDJSON, AnswerFormat.PARQUET);

  private final HistoryQuery history;
  private final Semaphore atOnce = new Semaphore(AT_ONCE, true);
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofPlatform().name("export-", 0).factory());

  ExportRoute(HistoryQuery history) {
    this.history = history;
  }

  Route route() {
    return Route.get(
        "/export",
        "Rows as they are stored, as a file: ?measurement=telemetry&range=30d&format=parquet",
        this::answer);
  }

  private void answer(Context ctx) throws IOException, InterruptedException {
    Map<String, List<String>> parameters = QueryString.parse(ctx.queryString());
    AnswerFormat format = AnswerFormat.of(parameters, ctx.header("Accept"), FORMATS);
    boolean withHead = withHead(parameters, format);
    Map<String, List<String>> asked = new LinkedHashMap<>(parameters);
    asked.remove("header");
    ctx.res().addHeader("Vary", "Accept");
    QueryRoute.acquire(atOnce, 1);
    try {
      Export export = QueryRoute.await(threads.submit(() -> history.export(asked)));
      tell(ctx, export, format);
      if (ctx.method().equals(HandlerType.HEAD)) {
        ctx.contentType(format.contentType());
        return;
      }
      var rows = new SentRows(ctx, format, bytes(format, export.level(), withHead));
      QueryRoute.await(
          threads.submit(() -> {
            rows.send(export::write);
            return rows;
          }));
    } finally {
      atOnce.release();
    }
  }

  private static boolean withHead(Map<String, List<String>> parameters, AnswerFormat format) {
    List<String> given = parameters.get("header");
    if (given == null || given.equals(List.of("true"))) {
      return true;
    }
    if (!given.equals(List.of("false")) || format != AnswerFormat.CSV) {
      throw Parameters.bad("header", "it is only for CSV", "true or false, with format=csv");
    }
    return false;
  }

  /** Whoever asks for parts holds them against each other by what stands here. */
  private static void tell(Context ctx, Export export, AnswerFormat format) {
    var columns = new CRC32();
    columns.update((export.level().name() + export.columns()).getBytes(StandardCharsets.UTF_8));
    ctx.header("Export-Start", export.range().start().toString());
    ctx.header("Export-Stop", export.range().stop().toString());
    ctx.header("Export-Interval", export.level().name());
    ctx.header("Export-Columns", HexFormat.of().toHexDigits((int) columns.getValue()));
    String name = export.measurement().replaceAll("[^A-Za-z0-9._-]", "_");
    ctx.header(
        "Content-Disposition",
        "attachment; filename=\"%s.%s\""
            .formatted(name.substring(0, Math.min(100, name.length())), format.label()));
  }

  private static Function<RowFormat.Output, RowFormat> bytes(
      AnswerFormat format, Level level, boolean withHead) {
    return switch (format) {
      case CSV -> output -> new CsvRows(output, withHead);
      case PARQUET ->
          // A window begins with a whole second; anything else may have been told to the
          // nanosecond.
          output ->
              new ParquetRows(output, level.equals(Level.RAW) ? TimeUnit.NANOS : TimeUnit.MICROS);
      default -> NdjsonRows::new;
    };
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
