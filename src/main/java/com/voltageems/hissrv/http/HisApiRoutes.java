package com.voltageems.hissrv.http;

import com.voltageems.hissrv.model.TimeRange;
import com.voltageems.hissrv.query.PointQuery;
import com.voltageems.hissrv.query.PointQuery.Buckets;
import com.voltageems.hissrv.query.PointQuery.PointId;
import com.voltageems.hissrv.query.QueryProblem;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** History as the front ends of VoltageEMS ask for it: by live key and point id. */
final class HisApiRoutes {
  private static final int PAGE_SIZE = 1_000;
  private static final int MOST_PAGE_SIZE = 10_000;
  private static final int MOST_PAGE = 1_000_000;
  private static final Duration HOUR = Duration.ofHours(1);
  private static final int MOST_SECONDS = 999_999;
  private static final Pattern LENGTH = Pattern.compile("([1-9]\\d{0,5})([smhd]?)");
  private static final List<String> FUNCTIONS = List.of("mean", "sum", "min", "max", "count");

  private final PointQuery points;
  private final QueryRoute queries;

  /** Beside {@code /query}, and within the same bounds. */
  HisApiRoutes(PointQuery points, QueryRoute queries) {
    this.points = points;
    this.queries = queries;
  }

  List<Route> routes() {
    return List.of(
        Route.get(
            "/hisApi/data/query",
            "A point's history, newest first: ?redis_key=comsrv:1001:m&point_id=1&interval=720",
            this::query),
        Route.get("/hisApi/data/latest", "A point's newest stored value", this::latest),
        Route.get(
            "/hisApi/data/statistics",
            "Means, sums, extremes or counts of a point, newest first",
            this::statistics),
        Route.get("/hisApi/channels", "Live keys and their points in history", this::channels));
  }

  private void query(Context ctx) throws IOException, InterruptedException {
    var parameters = parameters(ctx, "interval", "start_time", "end_time", "page", "page_size");
    Duration interval = interval(parameters);
    answer(ctx, parameters, interval == null ? null : new Buckets("mean", interval));
  }

  private void statistics(Context ctx) throws IOException, InterruptedException {
    var parameters =
        parameters(ctx, "aggregation", "interval", "start_time", "end_time", "page", "page_size");
    String aggregation = parameters.text("aggregation");
    String fn = aggregation == null ? "mean" : aggregation;
    if (!FUNCTIONS.contains(fn)) {
      throw Parameters.bad(
          "aggregation",
          "'" + Text.shown(fn) + "' is none",
          "one of " + String.join(", ", FUNCTIONS));
    }
    Duration interval = interval(parameters);
    answer(ctx, parameters, new Buckets(fn, interval == null ? HOUR : interval));
  }

  private void latest(Context ctx) throws IOException, InterruptedException {
    PointId point = point(parameters(ctx));
    Map.Entry<Instant, Object> latest = queries.bounded(() -> points.latest(point));
    var body = success();
    body.put("data", value(latest, new TimeText()));
    Json.answer(ctx, body);
  }

  private void channels(Context ctx) throws IOException, InterruptedException {
    Parameters.of(ctx.queryString(), Set.of());
    var all = queries.bounded(points::points);
    var data = new ArrayList<Map<String, Object>>();
    all.forEach((key, ids) -> {
      var one = new LinkedHashMap<String, Object>();
      one.put("redis_key", key);
      one.put("point_ids", List.copyOf(ids.keySet()));
      data.add(one);
    });
    var body = success();
    body.put("data", data);
    body.put("total", data.size());
    Json.answer(ctx, body);
  }

  private void answer(Context ctx, Parameters parameters, @Nullable Buckets buckets)
      throws IOException, InterruptedException {
    PointId point = point(parameters);
    int page = (int) parameters.number("page", 1, 1, MOST_PAGE);
    int size = (int) parameters.number("page_size", PAGE_SIZE, 1, MOST_PAGE_SIZE);
    TimeRange range =
        points.range(
            "start_time", parameters.text("start_time"), "end_time", parameters.text("end_time"));
    NavigableMap<Instant, Object> values =
        queries.bounded(() -> points.values(point, range, buckets));
    long skipped = (long) (page - 1) * size;
    var times = new TimeText();
    var body = success();
    body.put("redis_key", point.source());
    body.put("point_id", point.id());
    body.put(
        "data",
        values.descendingMap().entrySet().stream()
            .skip(skipped)
            .limit(size)
            .map(one -> value(one, times))
            .toList());
    body.put("total", values.size());
    body.put("page", page);
    body.put("page_size", size);
    body.put("has_more", skipped + size < values.size());
    Json.answer(ctx, body);
  }

  private static Parameters parameters(Context ctx, String... more) {
    var names = new HashSet<>(List.of(more));
    names.addAll(List.of("redis_key", "point_id"));
    return Parameters.of(ctx.queryString(), names);
  }

  private static PointId point(Parameters parameters) {
    return new PointId(
        needed(parameters, "redis_key", "a live key, for example inst:1:M"),
        needed(parameters, "point_id", "a field of the live hash, for example 1"));
  }

  private static String needed(Parameters parameters, String name, String expected) {
    String text = parameters.text(name);
    if (text == null) {
      throw QueryProblem.missing(name, expected);
    }
    return text;
  }

  /** Seconds, or a number with a unit; null when it is not given. */
  private static @Nullable Duration interval(Parameters parameters) {
    String text = parameters.text("interval");
    if (text == null) {
      return null;
    }
    Matcher match = LENGTH.matcher(text);
    if (match.matches()) {
      long unit =
          switch (match.group(2)) {
            case "m" -> 60;
            case "h" -> 3_600;
            case "d" -> 86_400;
            default -> 1;
          };
      long seconds = Long.parseLong(match.group(1)) * unit;
      if (seconds <= MOST_SECONDS) {
        return Duration.ofSeconds(seconds);
      }
    }
    throw Parameters.bad(
        "interval",
        "'" + Text.shown(text) + "' is no such length",
        "whole seconds from 1 to " + MOST_SECONDS + ", or 15m, 1h, 1d");
  }

  private static Map<String, Object> success() {
    var body = new LinkedHashMap<String, Object>();
    body.put("status", "success");
    return body;
  }

  private static Map<String, Object> value(Map.Entry<Instant, Object> value, TimeText times) {
    var one = new LinkedHashMap<String, Object>();
    one.put("timestamp", times.of(value.getKey()));
    one.put("value", value.getValue());
    return one;
  }
}
