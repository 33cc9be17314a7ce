package com.voltageems.hissrv.http;

import com.voltageems.hissrv.config.FilterConfig;
import com.voltageems.hissrv.model.Level;
import com.voltageems.hissrv.model.SeriesKey;
import com.voltageems.hissrv.query.ExplainQuery;
import com.voltageems.hissrv.query.Explanation;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@code /explain}: why a value is what it is. */
final class ExplainRoute {
  /** Of the samples, what a window tells of them itself. */
  private static final List<String> SAMPLES =
      List.of("count", "min", "max", "first", "last", "good");

  private final ExplainQuery explain;
  private final QueryRoute queries;

  /**
   * @param queries whose limits hold: all that waits in the outbox may be looked through
   */
  ExplainRoute(ExplainQuery explain, QueryRoute queries) {
    this.explain = explain;
    this.queries = queries;
  }

  Route route() {
    return Route.get(
        "/explain",
        "Why a value is what it is: ?measurement=telemetry&channel=1001&field=voltage_avg&time=now-5m",
        this::answer);
  }

  private void answer(Context ctx) throws IOException, InterruptedException {
    var parameters = QueryString.parse(ctx.queryString());
    Explanation it = queries.bounded(() -> explain.run(parameters));
    boolean isRaw = it.level().equals(Level.RAW);
    var tags = new TreeMap<>(it.series().tags());
    if (!isRaw) {
      tags.remove(SeriesKey.INTERVAL_TAG);
    }
    var body = new LinkedHashMap<String, @Nullable Object>();
    body.put("measurement", it.series().measurement());
    body.put("tags", tags);
    body.put("field", it.field());
    body.put("interval", it.level().name());
    body.put("start", it.start().toString());
    body.put("stop", it.stop().toString());
    body.put("value", it.value());
    body.put("unit", it.origin() == null ? null : it.origin().unit());
    body.put("origin", it.from());
    var samples = new LinkedHashMap<String, @Nullable Object>();
    SAMPLES.forEach(one -> samples.put(one, it.statistics().get(one)));
    samples.values().removeIf(Objects::isNull);
    body.put("samples", samples);
    body.put("statistics", it.statistics());
    body.put("folded", folded(it.folded()));
    body.put("source", source(it));
    body.put("rule", rule(it.rule()));
    body.put("filters", it.filters().stream().map(one -> filter(one, it)).toList());
    body.put("archive", archive(it.archive()));
    body.put("delivery", delivery(it.delivery()));
    body.put("warnings", it.warnings().stream().distinct().toList());
    Json.answer(ctx, body);
  }

  private static @Nullable Map<String, @Nullable Object> source(Explanation it) {
    if (it.origin() == null) {
      return null;
    }
    var told = new LinkedHashMap<String, @Nullable Object>();
    told.put("key", it.origin().sourceKey());
    told.put("point", it.origin().pointId());
    return told;
  }

  private static @Nullable Map<String, @Nullable Object> folded(
      Explanation.@Nullable Folded folded) {
    if (folded == null) {
      return null;
    }
    var windows = new ArrayList<Map<String, @Nullable Object>>();
    for (Explanation.Part part : folded.windows()) {
      var one = new LinkedHashMap<String, @Nullable Object>();
      one.put("start", part.start().toString());
      one.put("value", part.value());
      windows.add(one);
    }
    var told = new LinkedHashMap<String, @Nullable Object>();
    told.put("interval", folded.level().name());
    told.put("expected", folded.expected());
    told.put("windows", windows);
    return told;
  }

  private static @Nullable Map<String, @Nullable Object> rule(Explanation.@Nullable Rule rule) {
    if (rule == null) {
      return null;
    }
    var told = new LinkedHashMap<String, @Nullable Object>();
    told.put("number", rule.number());
    told.put("source_pattern", rule.config().sourcePattern().pattern());
    told.put("field", rule.field().name());
    told.put("direct", !rule.config().fields().containsValue(rule.field()));
    told.put("statistics", rule.statistics());
    told.put("scale", rule.field().scaling().scale());
    told.put("offset", rule.field().scaling().offset());
    var counter = rule.field().counter();
    told.put(
        "counter",
        counter == null
            ? null
            : Map.of("register", counter.register(), "max_rate", counter.maxRate()));
    told.put("aggregation", rule.aggregation());
    return told;
  }

  private static Map<String, @Nullable Object> filter(FilterConfig filter, Explanation it) {
    var told = new LinkedHashMap<String, @Nullable Object>();
    told.put("name", filter.name());
    told.put("match", filter.any() ? "any" : "all");
    told.put("not_kept", filter.mark() ? "counts as not good" : "counts as not there");
    told.put(
        "conditions",
        filter.conditions().stream()
            .map(one ->
                "%s %s %s"
                    .formatted(
                        one.field() == null ? "value" : one.field(),
                        one.operator(),
                        String.join(", ", one.wanted()))
                    .strip())
            .toList());
    FilterConfig.Band band = it.origin() == null ? null : band(filter, it.origin().pointId());
    told.put(
        "deadband", band == null ? null : Map.of("width", band.width(), "share", band.share()));
    return told;
  }

  private static FilterConfig.@Nullable Band band(FilterConfig filter, String point) {
    FilterConfig.Band own = filter.deadband().get(point);
    return own == null ? filter.deadband().get("*") : own;
  }

  private static @Nullable Map<String, @Nullable Object> archive(
      Explanation.@Nullable Archive archive) {
    if (archive == null) {
      return null;
    }
    var told = new LinkedHashMap<String, @Nullable Object>();
    told.put("key", archive.key());
    told.put("held", archive.held());
    told.put("revision", archive.revision());
    told.put("collected_revision", archive.collected());
    told.put("stats", archive.stats());
    told.put("text", archive.text());
    return told;
  }

  private static Map<String, @Nullable Object> delivery(Explanation.Delivery delivery) {
    var told = new LinkedHashMap<String, @Nullable Object>();
    told.put("state", delivery.state());
    told.put("cause", delivery.cause());
    var times = delivery.times();
    told.put(
        "delivered",
        times == null
            ? null
            : Map.of("first", times.first().toString(), "last", times.last().toString()));
    told.put("late", delivery.late());
    told.put("interrupted", delivery.interrupted());
    told.put("waiting", delivery.waiting());
    told.put(
        "quarantined",
        delivery.quarantined().stream()
            .map(one -> Map.of("id", one.id(), "at", one.at().toString(), "reason", one.reason()))
            .toList());
    return told;
  }
}
