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

  /** Whether an address is of this path, {@code {…}} in it being any segment. */
  boolean isAt(String address) {
    String bare =
        address.length() > 1 && address.endsWith("/")
            ? address.substring(0, address.length() - 1)
            : address;
    String[] segments = path.split("/", -1);
    String[] given = bare.split("/", -1);
    if (segments.length != given.length) {
      return false;
    }
    for (int i = 0; i < segments.length; i++) {
      if (!segments[i].startsWith("{") && !segments[i].equals(given[i])) {
        return false;
      }
    }
    return true;
  }
}
