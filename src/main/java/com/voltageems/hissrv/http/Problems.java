package com.voltageems.hissrv.http;

import com.voltageems.hissrv.outbox.OutboxException;
import com.voltageems.hissrv.outbox.QuarantineAwayException;
import com.voltageems.hissrv.query.QueryProblem;
import com.voltageems.hissrv.transform.CatalogException;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns whatever ends a request into a problem document. */
final class Problems {
  private static final Logger log = LoggerFactory.getLogger(Problems.class);

  private static final String RETRY_AFTER_SECONDS = "5";
  private static final long QUIET_NANOS = Duration.ofSeconds(30).toNanos();

  private final RouteTable table;
  private final AtomicLong lastUnavailable = new AtomicLong(System.nanoTime() - QUIET_NANOS);

  Problems(RouteTable table) {
    this.table = table;
  }

  void register(JavalinConfig config) {
    config.routes.exception(ProblemException.class, (e, ctx) -> send(ctx, e.problem()));
    config.routes.exception(QueryProblem.class, (e, ctx) -> send(ctx, of(e)));
    config.routes.exception(QuarantineAwayException.class, (e, ctx) -> send(ctx, away(e)));
    config.routes.exception(OutboxException.class, (e, ctx) -> send(ctx, unavailable(e)));
    config.routes.exception(CatalogException.class, (e, ctx) -> send(ctx, unavailable(e)));
    config.routes.exception(HttpResponseException.class, (e, ctx) -> send(ctx, of(e, ctx)));
    config.routes.exception(IOException.class, this::connectionLost);
    config.routes.exception(Exception.class, (e, ctx) -> send(ctx, unexpected(e, where(ctx))));
    config.router.javaLangErrorHandler(this::error);
  }

  private static void send(Context ctx, Problem problem) {
    ctx.res().setHeader("Content-Disposition", null); // Of the file that did not come about.
    problem.headers().forEach(ctx::header);
    ctx.status(problem.status())
        .contentType(Problem.CONTENT_TYPE)
        .result(Json.bytes(problem.body()));
  }

  private Problem of(QueryProblem e) {
    var problem =
        new Problem(
            e.status(), e.type(), e.title(), String.valueOf(e.getMessage()), e.facts(), Map.of());
    if (e.status() != 503 && e.status() != 429) {
      return problem;
    }
    long last = lastUnavailable.get();
    long now = System.nanoTime();
    if (now - last >= QUIET_NANOS && lastUnavailable.compareAndSet(last, now)) {
      log.warn("queries get no answer: {}", e.getCause() == null ? e : e.getCause().getMessage());
    }
    return problem.withHeader("Retry-After", RETRY_AFTER_SECONDS);
  }

  private static Problem unavailable(RuntimeException e) {
    return Problem.of(
            503,
            "outbox-unavailable",
            "The outbox can't be read or written now",
            "Nothing has changed. " + e.getMessage())
        .withHeader("Retry-After", RETRY_AFTER_SECONDS);
  }

  private static Problem away(QuarantineAwayException e) {
    return Problem.of(
            503,
            "quarantine-unavailable",
            "The quarantine can't be asked now",
            "With leases it lies in Redis, and Redis does not answer. What is set aside meanwhile waits in the outbox. "
                + e.getMessage())
        .withHeader("Retry-After", RETRY_AFTER_SECONDS);
  }

  private Problem of(HttpResponseException e, Context ctx) {
    return switch (e.getStatus()) {
      case 404 -> table.unknownPath(ctx.path());
      case 405 -> table.wrongMethod(ctx.req().getMethod(), ctx.path());
      case 413 -> BodyLimit.tooLarge();
      default -> Problem.of(e.getStatus(), "refused", "Refused", String.valueOf(e.getMessage()));
    };
  }

  private void connectionLost(IOException e, Context ctx) {
    log.debug("{}: the client went away: {}", where(ctx), e.toString());
  }

  private void error(HttpServletResponse response, Error error) {
    Problem problem = unexpected(error, "a request");
    if (response.isCommitted()) {
      return;
    }
    try {
      response.reset();
      response.setStatus(problem.status());
      response.setContentType(Problem.CONTENT_TYPE);
      response.getOutputStream().write(Json.bytes(problem.body()));
    } catch (IOException | IllegalStateException e) {
      log.debug("could not answer", e);
    }
  }

  /** Says nothing of what is inside; the id finds it in the log. */
  static Problem unexpected(Throwable cause, String where) {
    String id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    log.error("{} failed unexpectedly, id {}", where, id, cause);
    return Problem.of(
            500,
            "unexpected",
            "Something unexpected went wrong",
            "This is a fault of HisSrv. Its log has the details under the id " + id + ".")
        .with("id", id);
  }

  private static String where(Context ctx) {
    return ctx.req().getMethod() + " " + ctx.path();
  }
}
