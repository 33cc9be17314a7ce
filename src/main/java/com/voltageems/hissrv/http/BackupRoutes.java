package com.voltageems.hissrv.http;

import com.voltageems.hissrv.backup.PointImport;
import com.voltageems.hissrv.backup.StoredDays;
import com.voltageems.hissrv.config.Role;
import com.voltageems.hissrv.model.Level;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.DateTimeException;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** History by the day as line protocol, and back. Threads as {@link QueryRoute}'s. */
final class BackupRoutes implements AutoCloseable {
  private static final int DAYS_AT_ONCE = 2;
  private static final LocalDate FIRST_DAY = LocalDate.of(1678, 1, 1);
  private static final LocalDate LAST_DAY = LocalDate.of(2261, 12, 31);

  private final StoredDays days;
  private final PointImport imports;
  private final InstantSource clock;
  private final Semaphore atOnce = new Semaphore(DAYS_AT_ONCE, true);
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofPlatform().name("backup-", 0).factory());

  BackupRoutes(StoredDays days, PointImport imports, InstantSource clock) {
    this.days = days;
    this.imports = imports;
    this.clock = clock;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/backup/days", "The days of each level that have history", this::days),
        Route.get(
            "/backup", "A day of a level as line protocol: ?interval=1m&day=2026-11-28", this::day),
        Route.post("/import", Role.ADMIN, "Takes history as line protocol", this::take));
  }

  private void days(Context ctx) throws IOException, InterruptedException {
    Parameters _ = Parameters.of(ctx.queryString(), Set.of());
    QueryRoute.acquire(atOnce, 1);
    try {
      var found = QueryRoute.await(threads.submit(days::days));
      var levels = new LinkedHashMap<String, Object>();
      found.forEach((level, some) ->
          levels.put(level.name(), some.stream().map(LocalDate::toString).toList()));
      Json.answer(ctx, Map.of("now", clock.instant().toString(), "levels", levels));
    } finally {
      atOnce.release();
    }
  }

  private void day(Context ctx) throws IOException, InterruptedException {
    var parameters = Parameters.of(ctx.queryString(), Set.of("interval", "day"));
    Level level =
        parameters.needed(
            "interval", "a level, as 1m, or raw", text -> Level.parse(text).orElse(null));
    LocalDate day =
        parameters.needed(
            "day", "a day of UTC, as 2026-11-28, from 1678 to 2261", BackupRoutes::day);
    ctx.contentType("text/plain; charset=utf-8");
    if (ctx.method().equals(HandlerType.HEAD)) {
      return;
    }
    QueryRoute.acquire(atOnce, 1);
    try {
      QueryRoute.await(
          threads.submit(() -> {
            write(ctx, level, day);
            return day;
          }));
    } finally {
      atOnce.release();
    }
  }

  /** What breaks off after the first bytes must not look whole. */
  private void write(Context ctx, Level level, LocalDate day) throws IOException {
    var sent = new Sent(ctx);
    try {
      days.write(level, day, sent);
    } catch (RuntimeException e) {
      sent.abort();
      throw e;
    }
  }

  private static @Nullable LocalDate day(String text) {
    try {
      LocalDate day = LocalDate.parse(text);
      return day.isBefore(FIRST_DAY) || day.isAfter(LAST_DAY) ? null : day;
    } catch (DateTimeException e) {
      return null;
    }
  }

  private void take(Context ctx) throws IOException {
    var parameters = Parameters.of(ctx.queryString(), Set.of("precision"));
    List<String> precisions = PointImport.precisions();
    Function<String, @Nullable String> known = text -> precisions.contains(text) ? text : null;
    String precision =
        parameters.has("precision")
            ? parameters.needed("precision", "one of " + String.join(", ", precisions), known)
            : "ns";
    byte[] lines = BodyLimit.points(ctx);
    imports
        .full()
        .ifPresent(why -> {
          throw new ProblemException(
              Problem.of(
                      429,
                      "outbox-full",
                      "Too much waits for the store",
                      "Nothing was taken: " + why + ". Send it again later.")
                  .withHeader("Retry-After", "1"));
        });
    PointImport.Result result = run(lines, precision);
    var body = new LinkedHashMap<String, Object>();
    body.put("accepted", result.accepted());
    body.put("quarantined", result.quarantined());
    body.put("refused", result.refused());
    body.put(
        "lines",
        result.named().stream()
            .map(bad -> {
              var line = new LinkedHashMap<String, Object>();
              line.put("line", bad.line());
              line.put("column", bad.column());
              line.put("reason", bad.reason());
              return line;
            })
            .toList());
    Json.answer(ctx, body);
  }

  /** It is in memory: what can't be read is its own fault. */
  private PointImport.Result run(byte[] lines, String precision) {
    try {
      return imports.run(new ByteArrayInputStream(lines), precision);
    } catch (IOException e) {
      throw new ProblemException(
          Problem.of(
              400, "bad-body", "The body can't be used", "Nothing was taken: " + e.getMessage()));
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  /** Opened with the first bytes: until then a problem can still be told. */
  private static final class Sent extends OutputStream {
    private final Context ctx;
    private @Nullable OutputStream out;

    private Sent(Context ctx) {
      this.ctx = ctx;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      OutputStream opened = out;
      if (opened == null) {
        opened = ctx.outputStream();
        out = opened;
      }
      opened.write(bytes, from, length);
    }

    private void abort() {
      if (out != null) {
        SentRows.breakOff(ctx);
      }
    }
  }
}
