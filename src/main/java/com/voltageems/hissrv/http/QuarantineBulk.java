package com.voltageems.hissrv.http;

import com.voltageems.hissrv.collect.Replay;
import com.voltageems.hissrv.outbox.Quarantine;
import com.voltageems.hissrv.outbox.Quarantined;
import com.voltageems.hissrv.outbox.Retrial;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Many things set aside at once: those of given ids, those that match, or all. One call takes a
 * bounded number, in transactions of a page each, and says where the next call goes on; what is set
 * aside again while it works is not taken again.
 */
final class QuarantineBulk {
  private static final Logger LOG = LoggerFactory.getLogger(QuarantineBulk.class);
  private static final int MOST_PER_CALL = 5_000;
  private static final int PAGE = 500;
  private static final int MOST_TOLD = 100;

  private final Quarantine quarantine;
  private final Replay replay;

  QuarantineBulk(Quarantine quarantine, Replay replay) {
    this.quarantine = quarantine;
    this.replay = replay;
  }

  void replay(Context ctx) {
    var settled = new Tally();
    Map<String, @Nullable Object> rest =
        each(
            QuarantineParameters.of(ctx.queryString(), Set.of("id", "all", "after", "until")),
            items -> replay.run(items).forEach(settled::add));
    Map<String, @Nullable Object> body = settled.body();
    body.putAll(rest);
    Json.answer(ctx, body);
  }

  void discard(Context ctx) {
    var parameters =
        QuarantineParameters.of(
            ctx.queryString(), Set.of("id", "all", "after", "until", "confirm"));
    if (!parameters.isTrue("confirm")) {
      throw new ProblemException(
          Problem.of(
                  400,
                  "not-confirmed",
                  "This can't be undone",
                  "What is discarded is gone for ever; say confirm=true when that is meant.")
              .with("parameter", "confirm")
              .with("expected", "true"));
    }
    long[] discarded = {0};
    Map<String, @Nullable Object> rest =
        each(
            parameters,
            items ->
                discarded[0] += quarantine.discard(items.stream().map(Quarantined::id).toList()));
    LOG.warn("discarded {} from quarantine", discarded[0]);
    var body = new LinkedHashMap<String, @Nullable Object>();
    body.put("discarded", discarded[0]);
    body.putAll(rest);
    Json.answer(ctx, body);
  }

  /** Returns what to say of the rest: {@code after}, null when there is none, and {@code until}. */
  private Map<String, @Nullable Object> each(
      QuarantineParameters parameters, Consumer<List<Quarantined>> action) {
    var rest = new LinkedHashMap<String, @Nullable Object>();
    List<Long> ids = parameters.ids();
    boolean hasRange = parameters.hasFilter() || parameters.isTrue("all");
    if (ids.isEmpty() == !hasRange) {
      throw new ProblemException(
          Problem.of(
                  400,
                  "missing-parameter",
                  "It is not said which are meant",
                  "Give id once or more, or a filter (reason, measurement, entry), or all=true.")
              .with("expected", "id, or a filter, or all=true"));
    }
    if (!ids.isEmpty()) {
      for (long id : ids) {
        quarantine.get(id).ifPresent(item -> action.accept(List.of(item)));
      }
      rest.put("after", null);
      return rest;
    }
    long after = parameters.number("after", 0, 0, Long.MAX_VALUE);
    long until = parameters.number("until", Long.MAX_VALUE, 0, Long.MAX_VALUE);
    long end = until == Long.MAX_VALUE ? quarantine.last() : until;
    int taken = 0;
    while (after < end && taken < MOST_PER_CALL) {
      Quarantine.Page page = quarantine.page(parameters.filter(), after, PAGE);
      List<Quarantined> items = page.items().stream().filter(one -> one.id() <= end).toList();
      if (!items.isEmpty()) {
        action.accept(items);
      }
      taken += items.size();
      after = page.last() ? end : page.position();
    }
    rest.put("after", after < end ? after : null);
    rest.put("until", end);
    return rest;
  }

  /** What a replay came to. */
  private static final class Tally {
    private long replayed;
    private long points;
    private long refused;
    private final List<Map<String, Object>> refusals = new ArrayList<>();

    void add(Retrial retrial) {
      String refusal = retrial.refusal();
      if (refusal == null) {
        replayed++;
        points += retrial.points().size();
        return;
      }
      refused++;
      if (refusals.size() < MOST_TOLD) {
        refusals.add(Map.of("id", retrial.item().id(), "reason", refusal));
      }
    }

    Map<String, @Nullable Object> body() {
      var body = new LinkedHashMap<String, @Nullable Object>();
      body.put("replayed", replayed);
      body.put("points", points);
      body.put("refused", refused);
      body.put("refusals", refusals);
      return body;
    }
  }
}
