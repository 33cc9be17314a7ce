package com.voltageems.hissrv.http;

import com.voltageems.hissrv.config.Role;
import com.voltageems.hissrv.correct.Coarser;
import com.voltageems.hissrv.correct.Corrections;
import com.voltageems.hissrv.correct.Deletions;
import com.voltageems.hissrv.query.Cell;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** History changed by hand: every value and every stretch is told in the audit log. */
final class CorrectionRoutes implements AutoCloseable {
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofPlatform().name("correct-", 0).factory());
  private final Semaphore atOnce = new Semaphore(1);
  private final Corrections corrections;
  private final Deletions deletions;

  CorrectionRoutes(Corrections corrections, Deletions deletions) {
    this.corrections = corrections;
    this.deletions = deletions;
  }

  List<Route> routes() {
    return List.of(
        Route.post("/corrections", Role.ADMIN, "Writes other values into history", this::correct),
        Route.post("/deletions", Role.ADMIN, "Deletes a stretch of history", this::delete));
  }

  private void correct(Context ctx) throws IOException, InterruptedException {
    Map<String, @Nullable Object> order = JsonBody.object(ctx.bodyAsBytes());
    QueryRoute.acquire(atOnce, 1);
    try {
      Corrections.Corrected done = QueryRoute.await(threads.submit(() -> corrections.run(order)));
      if (!done.dryRun()) {
        tell(ctx, done);
      }
      Json.answer(ctx, body(done));
    } finally {
      atOnce.release();
    }
  }

  private void delete(Context ctx) throws IOException, InterruptedException {
    Map<String, @Nullable Object> order = JsonBody.object(ctx.bodyAsBytes());
    QueryRoute.acquire(atOnce, 1);
    try {
      Deletions.Deleted done = QueryRoute.await(threads.submit(() -> deletions.run(order)));
      if (!done.dryRun()) {
        AuditLog.says(
            ctx,
            "deleted %d rows of %s %s from %s to %s, and %d that waited%s: %s"
                .formatted(
                    done.rows() - done.left(),
                    done.measurement(),
                    done.tags(),
                    done.range().start(),
                    done.range().stop(),
                    done.waiting(),
                    ofSecond(done.also()),
                    done.reason()));
      }
      Json.answer(ctx, body(done));
    } finally {
      atOnce.release();
    }
  }

  private static String ofSecond(Deletions.@Nullable Second also) {
    return also == null
        ? ""
        : "; of the second store %d, and %d that waited"
            .formatted(also.rows() - also.left(), also.waiting());
  }

  private static void tell(Context ctx, Corrections.Corrected done) {
    AuditLog.says(
        ctx,
        "corrected %d values of %s %s: %s"
            .formatted(
                done.changes().size(),
                done.series().measurement(),
                done.series().tags(),
                done.reason()));
    for (Corrections.Changed one : done.changes()) {
      AuditLog.says(
          ctx,
          "%s %s: %s -> %s"
              .formatted(one.time(), one.field(), Cell.of(one.before()), Cell.of(one.after())));
    }
  }

  private static Map<String, @Nullable Object> body(Corrections.Corrected done) {
    var body = new LinkedHashMap<String, @Nullable Object>();
    body.put("measurement", done.series().measurement());
    body.put("tags", done.series().tags());
    body.put("dry_run", done.dryRun());
    body.put("values", done.changes().stream().map(CorrectionRoutes::change).toList());
    body.put("coarser", done.coarser().stream().map(CorrectionRoutes::coarser).toList());
    return body;
  }

  private static Map<String, @Nullable Object> change(Corrections.Changed one) {
    var body = new LinkedHashMap<String, @Nullable Object>();
    body.put("time", one.time().toString());
    body.put("field", one.field());
    body.put("before", Cell.of(one.before()));
    body.put("after", Cell.of(one.after()));
    return body;
  }

  private static Map<String, @Nullable Object> body(Deletions.Deleted done) {
    var body = new LinkedHashMap<String, @Nullable Object>();
    body.put("measurement", done.measurement());
    body.put("tags", done.tags());
    body.put("start", done.range().start().toString());
    body.put("stop", done.range().stop().toString());
    body.put("dry_run", done.dryRun());
    body.put("rows", done.rows());
    var levels = new LinkedHashMap<String, Long>();
    done.levels().forEach((level, rows) -> levels.put(level.name(), rows));
    body.put("levels", levels);
    body.put("waiting", done.waiting());
    body.put("left", done.left());
    body.put("coarser", done.coarser().stream().map(CorrectionRoutes::coarser).toList());
    Deletions.Second also = done.also();
    if (also != null) {
      var second = new LinkedHashMap<String, Long>();
      second.put("rows", also.rows());
      second.put("waiting", also.waiting());
      second.put("left", also.left());
      body.put("also", second);
    }
    return body;
  }

  private static Map<String, Object> coarser(Coarser one) {
    var body = new LinkedHashMap<String, Object>();
    body.put("interval", one.level().name());
    body.put("start", one.range().start().toString());
    body.put("stop", one.range().stop().toString());
    body.put("windows", one.windows());
    return body;
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
