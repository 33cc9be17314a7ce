package com.voltageems.hissrv.http;

import com.voltageems.hissrv.config.Role;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the API says of itself. */
final class IndexRoutes {
  private static final String OPENAPI = "/openapi.yaml";

  private final List<Route> all;
  private final byte[] openApi;

  /** Describes {@code others} and itself. */
  IndexRoutes(List<Route> others) {
    var routes = new ArrayList<Route>();
    var dashboard = new DashboardRoutes();
    routes.add(
        Route.get(
            "/",
            Role.ANYONE,
            "The dashboard for browsers, this list for others",
            dashboard.pageOr(this::index)));
    routes.addAll(others);
    routes.addAll(dashboard.routes());
    routes.add(Route.get(OPENAPI, Role.ANYONE, "This API, as OpenAPI 3.1", this::openApi));
    this.all = List.copyOf(routes);
    this.openApi = resource(OPENAPI);
  }

  /** The others, and those here. */
  List<Route> all() {
    return all;
  }

  private void index(Context ctx) {
    var body = new LinkedHashMap<String, Object>();
    body.put("name", "hissrv");
    body.put("version", version());
    body.put("routes", all.stream().map(IndexRoutes::describe).toList());
    Json.answer(ctx, body);
  }

  private static Map<String, Object> describe(Route route) {
    var entry = new LinkedHashMap<String, Object>();
    entry.put("method", route.method().name());
    entry.put("path", route.path());
    entry.put("role", route.role().word());
    entry.put("summary", route.summary());
    return entry;
  }

  private void openApi(Context ctx) {
    ctx.contentType("application/yaml; charset=utf-8").result(openApi);
  }

  /** As the jar's manifest has it; a build that is not packed yet has none. */
  private static String version() {
    String packed = IndexRoutes.class.getPackage().getImplementationVersion();
    return packed == null ? "development" : packed;
  }

  private static byte[] resource(String name) {
    try (InputStream in = IndexRoutes.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing from the jar");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
