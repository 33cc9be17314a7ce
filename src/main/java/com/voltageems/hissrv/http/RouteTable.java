package com.voltageems.hissrv.http;

import com.voltageems.hissrv.model.Nearest;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import java.util.List;
import java.util.TreeSet;

/** What the API does, and what to say of anything else. */
final class RouteTable {
  private final List<Route> routes;

  RouteTable(List<Route> routes) {
    this.routes = List.copyOf(routes);
  }

  List<Route> routes() {
    return routes;
  }

  /** Registers every route behind its guard; what can be got can be asked for its head. */
  void register(RoutesConfig config, Access access) {
    for (Route route : routes) {
      Handler guarded =
          ctx -> {
            AuditLog.asked(ctx, route.role());
            AuditLog.isBy(ctx, access.require(ctx, route.role()));
            route.handler().handle(ctx);
          };
      config.addHttpHandler(route.method(), route.path(), guarded);
      if (route.method().equals(HandlerType.GET)) {
        config.addHttpHandler(HandlerType.HEAD, route.path(), guarded);
      }
    }
    config.after(AuditLog::answered);
  }

  Problem unknownPath(String path) {
    List<String> nearest = Nearest.to(path, routes.stream().map(Route::path).toList());
    var problem =
        Problem.of(
            404,
            "unknown-path",
            "No such path",
            "There is nothing at "
                + Text.shown(path)
                + (nearest.isEmpty() ? "" : ". Nearest: " + String.join(", ", nearest))
                + ". GET / lists what is.");
    return nearest.isEmpty() ? problem : problem.with("nearest", nearest);
  }

  Problem wrongMethod(String method, String path) {
    var allowed = new TreeSet<String>();
    for (Route route : routes) {
      if (route.isAt(path)) {
        allowed.add(route.method().name());
        if (route.method().equals(HandlerType.GET)) {
          allowed.add(HandlerType.HEAD.name());
        }
      }
    }
    String allow = String.join(", ", allowed);
    return Problem.of(
            405,
            "wrong-method",
            "This method is not for this path",
            "%s does not answer to %s, only to %s."
                .formatted(Text.shown(path), Text.shown(method), allow))
        .with("expected", allow)
        .withHeader("Allow", allow);
  }
}
