package com.voltageems.hissrv.http;

import com.voltageems.hissrv.query.LatestQuery;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code /latest}: the newest that is stored of each series. */
final class LatestRoute {
  private static final double MILLIS = 1_000;

  private final LatestQuery latest;

  LatestRoute(LatestQuery latest) {
    this.latest = latest;
  }

  Route route() {
    return Route.get(
        "/latest",
        "The newest row of each series, with its age: ?measurement=telemetry&channel=1001",
        this::answer);
  }

  private void answer(Context ctx) {
    LatestQuery.Answer answer = latest.run(QueryString.parse(ctx.queryString()));
    var body = new LinkedHashMap<String, @Nullable Object>();
    body.put("measurement", answer.measurement());
    body.put("interval", answer.interval());
    body.put("start", answer.range().start().toString());
    body.put("stop", answer.range().stop().toString());
    body.put("series", answer.series().stream().map(LatestRoute::told).toList());
    body.put("after", answer.after());
    Json.answer(ctx, body);
  }

  private static Map<String, Object> told(LatestQuery.Newest newest) {
    var one = new LinkedHashMap<String, Object>();
    one.put("tags", newest.tags());
    one.put("time", newest.time().toString());
    one.put("age_seconds", newest.age().toMillis() / MILLIS);
    one.put("fields", newest.fields());
    return one;
  }
}
