package com.voltageems.hissrv.http;

import com.voltageems.hissrv.config.Role;
import com.voltageems.hissrv.ledger.Completeness;
import com.voltageems.hissrv.ledger.Gap;
import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.query.CompletenessQuery;
import com.voltageems.hissrv.verify.Verification;
import com.voltageems.hissrv.verify.VerifyQuery;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What became of windows: {@code /completeness} and {@code /verify}. On threads of the system's
 * own, as {@link QueryRoute}: this is computing.
 */
final class WindowRoutes implements AutoCloseable {
  /** Each may read every gap of a year. */
  private static final int ACCOUNTS = 4;

  private static final String RETRY_AFTER_SECONDS = "5";

  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofPlatform().name("windows-", 0).factory());
  private final Semaphore accounts = new Semaphore(ACCOUNTS);
  private final Semaphore verifications = new Semaphore(1);
  private final CompletenessQuery completeness;
  private final VerifyQuery verify;

  WindowRoutes(CompletenessQuery completeness, VerifyQuery verify) {
    this.completeness = completeness;
    this.verify = verify;
  }

  List<Route> routes() {
    return List.of(
        Route.get(
            "/completeness",
            "What was expected, sampled and delivered, and why there are gaps: ?range=24h",
            this::completeness),
        Route.post("/verify", Role.OPERATE, "Holds the ledger against the store", this::verify));
  }

  private void completeness(Context ctx) throws IOException, InterruptedException {
    var parameters = QueryString.parse(ctx.queryString());
    CompletenessQuery.Answer answer;
    QueryRoute.acquire(accounts, 1);
    try {
      answer = QueryRoute.await(threads.submit(() -> completeness.run(parameters)));
    } finally {
      accounts.release();
    }
    List<Completeness> accounts = answer.accounts();
    Map<String, @Nullable Object> body = range(answer.range());
    body.put("known_since", answer.knownSince() == null ? null : answer.knownSince().toString());
    if (answer.knownUntil() != null) {
      body.put("known_until", answer.knownUntil().toString());
    }
    body.put("expected", sum(accounts, Completeness::expected));
    body.put("sampled", sum(accounts, Completeness::sampled));
    body.put("delivered", sum(accounts, Completeness::delivered));
    body.put("pending", sum(accounts, Completeness::pending));
    putSources(body, accounts, answer.gapsLeftOut());
    Json.answer(ctx, body);
  }

  private void verify(Context ctx) throws IOException, InterruptedException {
    var parameters = QueryString.parse(ctx.queryString());
    VerifyQuery.Answer answer;
    if (!verifications.tryAcquire()) {
      throw new ProblemException(
          Problem.of(
                  429,
                  "busy",
                  "Another verification is under way",
                  "One at a time: it reads every window from the store.")
              .withHeader("Retry-After", RETRY_AFTER_SECONDS));
    }
    try {
      answer = QueryRoute.await(threads.submit(() -> verify.run(parameters)));
    } finally {
      verifications.release();
    }
    Verification verification = answer.verification();
    Map<String, @Nullable Object> body = range(verification.range());
    body.put("expected", verification.expected());
    body.put("stored", verification.stored());
    body.put("pending", verification.pending());
    body.put("missing", verification.missing());
    body.put("found", verification.found());
    body.put("lost", verification.lost());
    body.put("resent", verification.resent());
    putSources(body, answer.accounts(), answer.gapsLeftOut());
    Json.answer(ctx, body);
  }

  private static Map<String, @Nullable Object> range(TimeRange range) {
    var body = new LinkedHashMap<String, @Nullable Object>();
    body.put("start", range.start().toString());
    body.put("stop", range.stop().toString());
    return body;
  }

  private static long sum(List<Completeness> accounts, ToLongFunction<Completeness> number) {
    return accounts.stream().mapToLong(number).sum();
  }

  private static void putSources(
      Map<String, @Nullable Object> body, List<Completeness> accounts, int gapsLeftOut) {
    body.put("gaps_left_out", gapsLeftOut);
    body.put("sources", accounts.stream().map(WindowRoutes::source).toList());
  }

  private static Map<String, Object> source(Completeness account) {
    var source = new LinkedHashMap<String, Object>();
    source.put("source", account.source());
    source.put("interval", account.level().name());
    source.put("start", account.range().start().toString());
    source.put("stop", account.range().stop().toString());
    source.put("expected", account.expected());
    source.put("sampled", account.sampled());
    source.put("delivered", account.delivered());
    source.put("pending", account.pending());
    source.put("late", account.late());
    source.put("interrupted", account.interrupted());
    source.put("gaps", account.gaps().stream().map(WindowRoutes::gap).toList());
    return source;
  }

  private static Map<String, Object> gap(Gap gap) {
    var told = new LinkedHashMap<String, Object>();
    told.put("start", gap.range().start().toString());
    told.put("stop", gap.range().stop().toString());
    told.put("windows", gap.windows());
    told.put("cause", gap.cause().label());
    return told;
  }

  /** What is being verified is not waited for: it can be asked again. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
