package com.voltageems.hissrv.http;

import com.voltageems.hissrv.config.ApiAccess;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;

/**
 * What browsers are told of pages of other hosts (CORS): nothing, unless {@code api.cors} names the
 * host. Credentials that a browser sends by itself are never let in: a page must have a token.
 */
final class OtherOrigins {
  private static final int NO_CONTENT = 204;

  private OtherOrigins() {}

  /** Answers what browsers ask beforehand. */
  static void tell(Context ctx, ApiAccess rules) {
    String origin = ctx.header("Origin");
    if (rules.origins().isEmpty()) {
      return;
    }
    ctx.header("Vary", "Origin");
    if (origin == null || !rules.origins().contains(origin)) {
      return;
    }
    ctx.header("Access-Control-Allow-Origin", origin);
    ctx.header("Access-Control-Expose-Headers", "ETag, Retry-After, WWW-Authenticate");
    if (ctx.method().equals(HandlerType.OPTIONS)
        && ctx.header("Access-Control-Request-Method") != null) {
      ctx.header("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE");
      ctx.header("Access-Control-Allow-Headers", "Authorization, Content-Type, If-Match");
      ctx.header("Access-Control-Max-Age", "600");
      ctx.status(NO_CONTENT);
      ctx.skipRemainingHandlers();
    }
  }
}
