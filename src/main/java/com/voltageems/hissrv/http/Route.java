package com.voltageems.hissrv.http;

import io.javalin.http.Handler;
import io.javalin.http.HandlerType;

/**
 * One thing the API does.
 *
 * @param summary one line for {@code GET /}
 */
record Route(HandlerType method, String path, String summary, Handler handler) {
  static Route get(String path, String summary, Handler handler) {
    return new Route(HandlerType.GET, path, summary, handler);
  }

  static Route post(String path, String summary, Handler handler) {
    return new Route(HandlerType.POST, path, summary, handler);
  }
}
