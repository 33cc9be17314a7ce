package com.voltageems.hissrv.http;

import io.javalin.http.Context;

/** Nothing here takes a body of any size. */
final class BodyLimit {
  static final int MAX_BYTES = 64 * 1024;

  private BodyLimit() {}

  /**
   * Refuses a body that is said to be, or turns out to be, larger than the limit.
   *
   * @throws ProblemException 413
   */
  static void check(Context ctx) {
    if (ctx.req().getContentLengthLong() > MAX_BYTES) {
      throw new ProblemException(tooLarge());
    }
    ctx.bodyAsBytes();
  }

  static Problem tooLarge() {
    return Problem.of(
            413,
            "body-too-large",
            "The body is too large",
            "A request's body may have %,d bytes.".formatted(MAX_BYTES))
        .with("limit", MAX_BYTES)
        .withHeader("Connection", "close");
  }
}
