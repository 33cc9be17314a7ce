package com.voltageems.hissrv.http;

import com.voltageems.hissrv.config.LiveConfig;
import com.voltageems.hissrv.config.Role;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The mapping rules one by one, by their place: their order decides. Who changes one may say of
 * which revision ({@code If-Match}), so that nobody changes another than the one he saw.
 */
final class MappingRoutes {
  private static final String ONE = "/mappings/{n}";

  private final LiveConfig live;

  MappingRoutes(LiveConfig live) {
    this.live = live;
  }

  List<Route> routes() {
    return List.of(
        Route.get(
            "/mappings", "The mapping rules, in the order in which they are tried", this::list),
        Route.get(ONE, "One rule, by its place from 0", this::show),
        Route.post("/mappings", Role.ADMIN, "Adds a rule behind the others", this::add),
        new Route(HandlerType.PUT, ONE, Role.ADMIN, "Puts a rule in another's place", this::put),
        new Route(HandlerType.DELETE, ONE, Role.ADMIN, "Takes a rule away", this::remove));
  }

  private void list(Context ctx) {
    long revision = live.revision().number();
    ctx.header("ETag", etag(revision));
    Json.answer(ctx, Map.of("revision", revision, "mappings", rules(live.written())));
  }

  private void show(Context ctx) {
    List<@Nullable Object> rules = rules(live.written());
    ctx.header("ETag", etag(live.revision().number()));
    var body = new LinkedHashMap<String, @Nullable Object>();
    body.put("mapping", rules.get(place(ctx, rules)));
    Json.answer(ctx, body);
  }

  private void add(Context ctx) throws IOException {
    Map<String, @Nullable Object> rule = JsonBody.object(BodyLimit.configuration(ctx));
    change(ctx, rules -> rules.add(rule));
  }

  private void put(Context ctx) throws IOException {
    Map<String, @Nullable Object> rule = JsonBody.object(BodyLimit.configuration(ctx));
    change(ctx, rules -> rules.set(place(ctx, rules), rule));
  }

  private void remove(Context ctx) {
    change(ctx, rules -> rules.remove(place(ctx, rules)));
  }

  private interface Edit {
    @Nullable Object of(List<@Nullable Object> rules);
  }

  private void change(Context ctx, Edit edit) {
    String cause = ctx.method().name() + " " + ctx.path();
    Json.answer(
        ctx,
        ConfigRoutes.told(() ->
            live.change(
                now -> {
                  refuseOther(ctx);
                  List<@Nullable Object> rules = rules(now);
                  Object _ = edit.of(rules);
                  var next = new LinkedHashMap<String, @Nullable Object>(now);
                  next.put("mappings", rules);
                  return next;
                },
                cause)));
  }

  private void refuseOther(Context ctx) {
    String wanted = ctx.header("If-Match");
    String now = etag(live.revision().number());
    if (wanted != null && !wanted.equals("*") && !wanted.equals(now)) {
      throw new ProblemException(
          Problem.of(
              412,
              "changed-meanwhile",
              "The configuration has changed",
              "It has the revision " + now + " now, not " + Text.shown(wanted) + "; look again."));
    }
  }

  private static int place(Context ctx, List<@Nullable Object> rules) {
    String asked = ctx.pathParam("n");
    if (asked.matches("\\d{1,6}") && Integer.parseInt(asked) < rules.size()) {
      return Integer.parseInt(asked);
    }
    throw new ProblemException(
        Problem.of(
            404,
            "unknown-mapping",
            "No such rule",
            "There are %d rules, the first has the number 0; %s is none of them."
                .formatted(rules.size(), Text.shown(asked))));
  }

  private static List<@Nullable Object> rules(Map<String, @Nullable Object> tree) {
    return tree.get("mappings") instanceof List<?> list
        ? new ArrayList<@Nullable Object>(list)
        : new ArrayList<>();
  }

  private static String etag(long revision) {
    return "\"" + revision + "\"";
  }
}
