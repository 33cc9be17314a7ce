package com.voltageems.hissrv.http;

import com.voltageems.hissrv.config.Role;
import com.voltageems.hissrv.model.CheckResult;
import com.voltageems.hissrv.observe.PrometheusText;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the service is, and its one command. */
final class ServiceRoutes {
  private final Operations operations;

  ServiceRoutes(Operations operations) {
    this.operations = operations;
  }

  List<Route> routes() {
    return List.of(
        Route.get(
            "/health",
            Role.ANYONE,
            "200 while the process lives; each component's state",
            this::health),
        Route.get("/hisApi/health", Role.ANYONE, "The same as /health", this::health),
        Route.get("/status", "Counters, queue and last sync", this::status),
        Route.get("/metrics", "The same and more for Prometheus", this::metrics),
        Route.post("/sync", Role.OPERATE, "A full cycle now", this::sync));
  }

  private void health(Context ctx) {
    String status;
    var components = new LinkedHashMap<String, Object>();
    try {
      var report = operations.health();
      status = report.status();
      report.components().forEach((name, result) -> components.put(name, component(result)));
    } catch (RuntimeException e) {
      status = "degraded";
      String message = Problems.unexpected(e, "GET /health").detail();
      components.put("service", component(CheckResult.down(message)));
    }
    Json.answer(ctx, ordered("status", status, "components", components));
  }

  private static Map<String, @Nullable Object> component(CheckResult result) {
    String status = result.ok() ? "up" : "down";
    return result.warning() == null
        ? ordered("status", status, "message", result.message())
        : ordered("status", status, "message", result.message(), "warning", result.warning());
  }

  private void status(Context ctx) {
    Status status = operations.status();
    var body =
        ordered(
            "status",
            status.status(),
            "processed",
            status.processed(),
            "failed",
            status.failed(),
            "queue_size",
            status.queueSize(),
            "last_sync",
            status.lastSync() == null ? null : status.lastSync().toString());
    status
        .more()
        .forEach((name, value) -> {
          if (!body.containsKey(name)) {
            body.put(name, value);
          }
        });
    Json.answer(ctx, body);
  }

  private void metrics(Context ctx) {
    String accept = ctx.header("Accept");
    PrometheusText text = PrometheusText.of(operations.readings(), accept == null ? "" : accept);
    ctx.contentType(text.contentType()).result(text.body());
  }

  private void sync(Context ctx) {
    SyncReport report = operations.sync();
    Json.answer(
        ctx,
        ordered(
            "closed",
            report.closed(),
            "collected",
            report.collected(),
            "delivered",
            report.delivered(),
            "quarantined",
            report.quarantined(),
            "queue_size",
            report.queueSize(),
            "problems",
            report.problems()));
  }

  private static Map<String, @Nullable Object> ordered(@Nullable Object... namesAndValues) {
    var map = new LinkedHashMap<String, @Nullable Object>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
    }
    return map;
  }
}
