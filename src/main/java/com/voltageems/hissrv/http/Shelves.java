package com.voltageems.hissrv.http;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The quarantines of both stores, by the same routes: {@code store=also} means the second. */
final class Shelves {
  static final String STORE = "store";
  private static final String ALSO = "also";

  private final List<Route> first;
  private final List<Route> also;

  Shelves(Shelf first, Optional<Shelf> also) {
    this.first = new QuarantineRoutes(first).routes();
    this.also = also.map(shelf -> new QuarantineRoutes(shelf).routes()).orElseGet(List::of);
  }

  List<Route> routes() {
    var routes = new ArrayList<Route>();
    for (int i = 0; i < first.size(); i++) {
      Route one = first.get(i);
      Handler other = also.isEmpty() ? Shelves::absent : also.get(i).handler();
      Handler chosen = ctx -> (isAlso(ctx) ? other : one.handler()).handle(ctx);
      routes.add(new Route(one.method(), one.path(), one.role(), one.summary(), chosen));
    }
    return routes;
  }

  private static boolean isAlso(Context ctx) {
    List<String> stores = ctx.queryParams(STORE);
    if (!stores.isEmpty() && !stores.equals(List.of(ALSO))) {
      throw refused("There is no such store; store=also is the second one.");
    }
    return !stores.isEmpty();
  }

  private static void absent(Context ctx) {
    throw refused("There is no second store: store.also is not configured.");
  }

  private static ProblemException refused(String detail) {
    return new ProblemException(
        Problem.of(400, "bad-parameter", "A parameter is wrong", detail)
            .with("parameter", STORE)
            .with("expected", "also, where store.also is configured; else leave it out"));
  }
}
