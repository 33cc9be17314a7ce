package com.voltageems.hissrv.http;

import com.voltageems.hissrv.config.Role;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;

/**
 * One thing the API does.
 *
 * @param role what who asks must at least be
 * @param summary one line for {@code GET /}
 */
record Route(HandlerType method, String path, Role role, String summary, Handler handler) {
  /** For all who may read. */
  static Route get(String path, String summary, Handler handler) {
    return get(path, Role.READ, summary, handler);
  }

  static Route get(String path, Role role, String summary, Handler handler) {
    return new Route(HandlerType.GET, path, role, summary, handler);
  }

  static Route post(String path, Role role, String summary, Handler handler) {
    return new Route(HandlerType.POST, path, role, summary, handler);
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
