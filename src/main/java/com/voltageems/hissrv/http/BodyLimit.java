package com.voltageems.hissrv.http;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.util.regex.Pattern;

/** What is mended may be large; nothing else here takes a body of any size. */
final class BodyLimit {
  static final int MAX_BYTES = 64 * 1024;

  /** A document has at most half as much. */
  static final int MAX_REPAIR_BYTES = 2 << 20;

  /** As large as a configuration file may be. */
  static final int MAX_CONFIGURATION_BYTES = 4 << 20;

  /** Some ten thousand points. */
  static final int MAX_POINTS_BYTES = 4 << 20;

  private static final Pattern CONFIGURATION = Pattern.compile("/(config|validate|mappings)(/.*)?");

  private BodyLimit() {}

  /**
   * Refuses a body that is said to be, or turns out to be, larger than the limit.
   *
   * @throws ProblemException 413
   */
  static void check(Context ctx) {
    String encoding = ctx.header("Content-Encoding");
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw new ProblemException(
          Problem.of(
                  415,
                  "encoded-body",
                  "The body is compressed",
                  "Bodies are taken as they are, without Content-Encoding: what is small when"
                      + " compressed may be of any size.")
              .withHeader("Connection", "close"));
    }
    if (isRepair(ctx)
        || ctx.path().equals("/import")
        || CONFIGURATION.matcher(ctx.path()).matches()) {
      return;
    }
    if (ctx.req().getContentLengthLong() > MAX_BYTES) {
      throw new ProblemException(tooLarge());
    }
    ctx.bodyAsBytes();
  }

  /**
   * The body of a repair, not read before.
   *
   * @throws ProblemException 413
   */
  static byte[] repair(Context ctx) throws IOException {
    return read(ctx, MAX_REPAIR_BYTES);
  }

  /**
   * A configuration or a part of one, not read before.
   *
   * @throws ProblemException 413
   */
  static byte[] configuration(Context ctx) throws IOException {
    return read(ctx, MAX_CONFIGURATION_BYTES);
  }

  /**
   * Line protocol, not read before.
   *
   * @throws ProblemException 413
   */
  static byte[] points(Context ctx) throws IOException {
    return read(ctx, MAX_POINTS_BYTES);
  }

  private static byte[] read(Context ctx, int most) throws IOException {
    byte[] body = ctx.req().getInputStream().readNBytes(most + 1);
    if (body.length > most) {
      throw new ProblemException(tooLarge(most));
    }
    return body;
  }

  private static boolean isRepair(Context ctx) {
    return ctx.method().equals(HandlerType.PUT) && ctx.path().startsWith("/quarantine/");
  }

  static Problem tooLarge() {
    return tooLarge(MAX_BYTES);
  }

  private static Problem tooLarge(int most) {
    return Problem.of(
            413,
            "body-too-large",
            "The body is too large",
            "A request's body may have %,d bytes.".formatted(most))
        .with("limit", most)
        .withHeader("Connection", "close");
  }
}
