package com.voltageems.hissrv.http;

import com.voltageems.hissrv.config.Config;
import com.voltageems.hissrv.config.ConfigChange;
import com.voltageems.hissrv.config.ConfigException;
import com.voltageems.hissrv.config.ConfigRevision;
import com.voltageems.hissrv.config.Difference;
import com.voltageems.hissrv.config.LiveConfig;
import com.voltageems.hissrv.config.Role;
import com.voltageems.hissrv.config.SharedConfigException;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The configuration: seen, tried out, changed, taken back. */
final class ConfigRoutes {

  private final LiveConfig live;
  private final Function<Config, Object> dryRun;

  /**
   * @param dryRun tries a configuration on the live keys; its result is shown as JSON
   */
  ConfigRoutes(LiveConfig live, Function<Config, Object> dryRun) {
    this.live = live;
    this.dryRun = dryRun;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/config", "What holds and where each setting comes from", this::show),
        new Route(
            HandlerType.PATCH,
            "/config",
            Role.ADMIN,
            "Changes settings (JSON merge patch), dry_run=true only tells",
            this::patch),
        Route.post(
            "/config/reload", Role.OPERATE, "Reads the configuration file again", this::reload),
        Route.post("/reload", Role.OPERATE, "The same as /config/reload", this::reload),
        Route.post(
            "/config/validate",
            Role.ADMIN,
            "Tells what is wrong with a configuration, and what it would change",
            this::validate),
        Route.post("/validate", Role.ADMIN, "The same as /config/validate", this::validate),
        Route.get("/config/history", "The configurations that held, newest first", this::history),
        Route.post(
            "/config/rollback",
            Role.ADMIN,
            "Goes back to ?revision=N, or to the one before",
            this::rollback));
  }

  private void show(Context ctx) {
    ConfigRevision now = live.revision();
    var settings = new LinkedHashMap<String, Object>();
    var origins = live.origins();
    live.settings()
        .forEach((path, value) ->
            settings.put(
                path, Map.of("value", value, "from", origins.getOrDefault(path, "default"))));
    var body = new LinkedHashMap<String, @Nullable Object>();
    body.put("revision", now.number());
    body.put("since", now.at().toString());
    body.put("cause", now.cause());
    body.put("file", live.file().toString());
    body.put("settings", settings);
    body.put("written", live.written());
    body.put("need_restart", changes(live.needRestart()));
    Json.answer(ctx, body);
  }

  private void patch(Context ctx) throws IOException {
    boolean dryRun = Parameters.of(ctx.queryString(), Set.of("dry_run")).isTrue("dry_run");
    Map<String, @Nullable Object> patch = JsonBody.object(BodyLimit.configuration(ctx));
    Json.answer(ctx, told(() -> live.patch(patch, "PATCH /config", dryRun)));
  }

  private void reload(Context ctx) {
    Json.answer(ctx, told(() -> live.reload("POST " + ctx.path())));
  }

  private void validate(Context ctx) throws IOException {
    boolean onLiveKeys = Parameters.of(ctx.queryString(), Set.of("live")).isTrue("live");
    String yaml = new String(BodyLimit.configuration(ctx), StandardCharsets.UTF_8);
    var body = new LinkedHashMap<String, @Nullable Object>();
    try {
      ConfigChange change = live.tryOut(yaml);
      body.put("valid", true);
      body.put("changes", changes(change.changes()));
      body.put("need_restart", change.needRestart());
      if (onLiveKeys) {
        body.put("live", dryRun.apply(live.parsed(yaml)));
      }
    } catch (ConfigException e) {
      body.put("valid", false);
      body.put("problems", problems(e));
    }
    Json.answer(ctx, body);
  }

  private void history(Context ctx) {
    var revisions = new ArrayList<Map<String, Object>>();
    for (ConfigRevision revision : live.history().reversed()) {
      var one = new LinkedHashMap<String, Object>();
      one.put("revision", revision.number());
      one.put("at", revision.at().toString());
      one.put("cause", revision.cause());
      one.put("changes", changes(revision.changes()));
      revisions.add(one);
    }
    Json.answer(ctx, Map.of("revision", live.revision().number(), "revisions", revisions));
  }

  private void rollback(Context ctx) {
    long before = live.revision().number() - 1;
    long to =
        Parameters.of(ctx.queryString(), Set.of("revision"))
            .number("revision", before, 0, Long.MAX_VALUE);
    Json.answer(ctx, told(() -> live.rollback(to)));
  }

  /** A change that is made or refused. */
  interface Change {
    ConfigChange make();
  }

  /**
   * @throws ProblemException 422 with all that is wrong; where instances share their changes, 412
   *     when another was quicker and 503 when Redis did not take it
   */
  static Map<String, @Nullable Object> told(Change change) {
    try {
      ConfigChange made = change.make();
      var body = new LinkedHashMap<String, @Nullable Object>();
      body.put("revision", made.revision());
      body.put("changes", changes(made.changes()));
      body.put("need_restart", made.needRestart());
      return body;
    } catch (ConfigException e) {
      throw new ProblemException(
          Problem.of(
                  422,
                  "bad-configuration",
                  "The configuration is refused",
                  "Nothing is changed: " + e.problems().getFirst())
              .with("problems", problems(e)));
    } catch (SharedConfigException e) {
      throw new ProblemException(
          e.isOvertaken()
              ? Problem.of(
                  412,
                  "changed-meanwhile",
                  "The configuration has changed",
                  "Nothing is changed: another instance was quicker; look again.")
              : Problem.of(
                      503,
                      "redis-unavailable",
                      "Redis can't be asked now",
                      "Nothing is changed: with leases a change is made in Redis first, and it did"
                          + " not answer. Should it have taken it all the same, GET /config shows it"
                          + " as soon as Redis is back.")
                  .withHeader("Retry-After", "5"));
    }
  }

  private static List<Map<String, Object>> problems(ConfigException refusal) {
    return refusal.problems().stream()
        .map(problem -> {
          var one = new LinkedHashMap<String, Object>();
          one.put("file", problem.file());
          one.put("line", problem.line());
          one.put("column", problem.column());
          one.put("path", problem.path());
          one.put("message", problem.message());
          return (Map<String, Object>) one;
        })
        .toList();
  }

  private static Map<String, Object> changes(Map<String, Difference> differences) {
    var changes = new LinkedHashMap<String, Object>();
    differences.forEach((path, difference) -> {
      var one = new LinkedHashMap<String, @Nullable Object>();
      one.put("before", difference.before());
      one.put("after", difference.after());
      changes.put(path, one);
    });
    return changes;
  }
}
