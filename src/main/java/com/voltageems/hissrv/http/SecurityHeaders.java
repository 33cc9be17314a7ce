package com.voltageems.hissrv.http;

import java.util.Map;

/** Sent with every answer. */
final class SecurityHeaders {
  static final Map<String, String> ALL =
      Map.of("X-Content-Type-Options", "nosniff", "Cache-Control", "no-store");

  private SecurityHeaders() {}
}
