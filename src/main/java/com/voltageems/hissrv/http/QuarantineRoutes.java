package com.voltageems.hissrv.http;

import com.voltageems.hissrv.collect.Replay;
import com.voltageems.hissrv.config.Role;
import com.voltageems.hissrv.model.Point;
import com.voltageems.hissrv.outbox.Quarantine;
import com.voltageems.hissrv.outbox.QuarantineTotals;
import com.voltageems.hissrv.outbox.Quarantined;
import com.voltageems.hissrv.outbox.Retrial;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is set aside: seen, mended, tried again, thrown away. */
final class QuarantineRoutes {
  private static final Logger LOG = LoggerFactory.getLogger(QuarantineRoutes.class);
  private static final String ONE = "/quarantine/{id}";
  private static final int LISTED = 100;

  private static final int PAGE = 500;

  private final Quarantine quarantine;
  private final Replay replay;
  private final QuarantineBulk bulk;

  QuarantineRoutes(Shelf shelf) {
    quarantine = shelf.quarantine();
    replay = shelf.replay();
    bulk = new QuarantineBulk(quarantine, replay);
  }

  List<Route> routes() {
    return List.of(
        Route.get("/quarantine", "What is set aside, with its reasons, oldest first", this::list),
        Route.get("/quarantine/export", "All of it, a JSON object per line", this::export),
        Route.get(ONE, "One thing set aside, whole", this::show),
        new Route(HandlerType.PUT, ONE, Role.ADMIN, "Mends one thing set aside", this::repair),
        Route.post(
            ONE + "/replay", Role.OPERATE, "Tries one thing set aside again", this::replayOne),
        Route.post(
            "/quarantine/replay",
            Role.OPERATE,
            "Tries again what matches, or all=true",
            bulk::replay),
        new Route(
            HandlerType.DELETE,
            ONE,
            Role.ADMIN,
            "Throws one thing set aside away",
            this::discardOne),
        new Route(
            HandlerType.DELETE,
            "/quarantine",
            Role.ADMIN,
            "Throws away what matches, or all=true, with confirm=true",
            bulk::discard));
  }

  private void list(Context ctx) {
    var parameters = QuarantineParameters.of(ctx.queryString(), Set.of("after", "limit"));
    int limit = (int) parameters.number("limit", LISTED, 1, QuarantineParameters.MOST_LISTED);
    long after = parameters.number("after", 0, 0, Long.MAX_VALUE);
    var lines = new ArrayList<Map<String, Object>>();
    Quarantine.Page page;
    do {
      page = quarantine.page(parameters.filter(), after, limit - lines.size());
      page.items().forEach(item -> lines.add(QuarantineJson.line(item)));
      after = page.position();
    } while (!page.last() && lines.size() < limit);
    QuarantineTotals totals = quarantine.totals();
    var body = new LinkedHashMap<String, @Nullable Object>();
    body.put("waiting", totals.waiting());
    body.put("set_aside", totals.setAside());
    body.put("replayed", totals.replayed());
    body.put("discarded", totals.discarded());
    body.put("items", lines);
    body.put("after", page.last() ? null : after);
    Json.answer(ctx, body);
  }

  /** Page by page: a slow client holds up nobody, and no more than a page is in memory. */
  private void export(Context ctx) throws IOException {
    var parameters = QuarantineParameters.of(ctx.queryString(), Set.of("after"));
    long after = parameters.number("after", 0, 0, Long.MAX_VALUE);
    Quarantine.Page page = quarantine.page(parameters.filter(), after, PAGE);
    ctx.contentType("application/x-ndjson; charset=utf-8");
    if (ctx.method().equals(HandlerType.HEAD)) {
      return;
    }
    OutputStream out = ctx.outputStream();
    while (true) {
      for (Quarantined item : page.items()) {
        out.write(Json.bytes(QuarantineJson.whole(item)));
        out.write('\n');
      }
      if (page.last()) {
        return;
      }
      page = quarantine.page(parameters.filter(), page.position(), PAGE);
    }
  }

  private void show(Context ctx) {
    Json.answer(ctx, QuarantineJson.whole(item(ctx)));
  }

  private void repair(Context ctx) throws IOException {
    Repair repair = Repair.parse(BodyLimit.repair(ctx));
    Quarantined item = item(ctx);
    if (repair.revision() != null && repair.revision() != item.revision()) {
      throw changed(item.id());
    }
    Point point = null;
    if (repair.point() != null) {
      point = point(repair.point());
    }
    Quarantined mended =
        quarantine.repair(item, repair.content(), point).orElseThrow(() -> changed(item.id()));
    Json.answer(ctx, QuarantineJson.whole(mended));
  }

  private Point point(String document) {
    try {
      return replay.point(document);
    } catch (IllegalArgumentException e) {
      throw new ProblemException(
          Problem.of(
              422, "bad-point", "This is no point", "The point is refused: " + e.getMessage()));
    }
  }

  private void replayOne(Context ctx) {
    Quarantined item = item(ctx);
    List<Retrial> settled = replay.run(List.of(item));
    if (settled.isEmpty()) {
      throw changed(item.id());
    }
    String refusal = settled.getFirst().refusal();
    if (refusal != null) {
      throw new ProblemException(
          Problem.of(
              422, "refused-again", "It is refused again", "It stays in quarantine: " + refusal));
    }
    Json.answer(ctx, Map.of("replayed", 1, "points", settled.getFirst().points().size()));
  }

  private void discardOne(Context ctx) {
    Quarantined item = item(ctx);
    LOG.warn("discarding {} from quarantine: {}", item.id(), item.reason());
    Json.answer(ctx, Map.of("discarded", quarantine.discard(List.of(item.id()))));
  }

  private Quarantined item(Context ctx) {
    long id = QuarantineParameters.id(ctx.pathParam("id"));
    return quarantine
        .get(id)
        .orElseThrow(() ->
            new ProblemException(
                Problem.of(
                    404,
                    "not-in-quarantine",
                    "Nothing of this id is in quarantine",
                    "There is no %d in quarantine: it was replayed or discarded, or never was. GET /quarantine lists what is."
                        .formatted(id))));
  }

  private static ProblemException changed(long id) {
    return new ProblemException(
        Problem.of(
            409,
            "changed-meanwhile",
            "It has changed meanwhile",
            "%d is not any more as it was; read it again with GET /quarantine/%d."
                .formatted(id, id)));
  }
}
