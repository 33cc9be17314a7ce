package com.voltageems.hissrv.http;

import com.voltageems.hissrv.query.InventoryQuery;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What there is to ask for: {@code /series} and {@code /fields}. */
final class InventoryRoutes {
  private final InventoryQuery inventory;

  InventoryRoutes(InventoryQuery inventory) {
    this.inventory = inventory;
  }

  List<Route> routes() {
    return List.of(
        Route.get(
            "/series",
            "Which series there are, their levels and fields: ?measurement=telemetry&q=1001",
            this::series),
        Route.get(
            "/fields",
            "Which fields there are, their types, units and points: ?measurement=telemetry",
            this::fields));
  }

  private void series(Context ctx) {
    var page = inventory.series(QueryString.parse(ctx.queryString()));
    var body = new LinkedHashMap<String, @Nullable Object>();
    body.put("series", page.series().stream().map(InventoryRoutes::told).toList());
    body.put("after", page.after());
    Json.answer(ctx, body);
  }

  private void fields(Context ctx) {
    var fields = inventory.fields(QueryString.parse(ctx.queryString()));
    Json.answer(ctx, Map.of("fields", fields.stream().map(InventoryRoutes::told).toList()));
  }

  private static Map<String, Object> told(InventoryQuery.SeriesEntry entry) {
    var one = new LinkedHashMap<String, Object>();
    one.put("measurement", entry.measurement());
    one.put("tags", entry.tags());
    one.put("intervals", entry.intervals());
    one.put("aggregations", entry.aggregations());
    one.put("fields", entry.fields());
    one.put("sources", entry.sources());
    return one;
  }

  private static Map<String, @Nullable Object> told(InventoryQuery.FieldEntry entry) {
    var one = new LinkedHashMap<String, @Nullable Object>();
    one.put("measurement", entry.measurement());
    one.put("name", entry.name());
    one.put("field", entry.field());
    one.put("statistic", entry.statistic());
    one.put("type", entry.type() == null ? null : entry.type().label());
    one.put("unit", entry.unit());
    one.put("points", entry.points());
    one.put("series", entry.series());
    return one;
  }
}
