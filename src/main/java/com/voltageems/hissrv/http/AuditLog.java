package com.voltageems.hissrv.http;

import com.voltageems.hissrv.config.Role;
import io.javalin.http.Context;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who changed what, when, and how it ended; a line for every request that needs more than reading,
 * also for those that were refused. The logger is known to users as {@code hissrv.audit}.
 */
final class AuditLog {
  private static final Logger LOG = LoggerFactory.getLogger("com.voltageems.hissrv.audit");
  private static final String NEEDED = "hissrv.role";
  private static final String WHO = "hissrv.who";
  private static final int TOO_MANY = 429;

  /** A token in an address is none of ours to take, and none of ours to keep. */
  private static final Pattern TOKEN = Pattern.compile("hissrv_[A-Za-z0-9_-]+");

  private AuditLog() {}

  /** Before it is known whether it may. */
  static void asked(Context ctx, Role needed) {
    ctx.attribute(NEEDED, needed);
  }

  static void isBy(Context ctx, String who) {
    ctx.attribute(WHO, who);
  }

  /** What a request did, besides the line that every one has. */
  static void says(Context ctx, String what) {
    @Nullable String who = ctx.attribute(WHO);
    LOG.info("{} from {}: {}", who, ctx.req().getRemoteAddr(), what.replaceAll("\\p{Cntrl}", "?"));
  }

  private static String shown(String text) {
    return Text.shown(TOKEN.matcher(text).replaceAll("hissrv_…"));
  }

  /** To be called when the answer's status is known. */
  static void answered(Context ctx) {
    @Nullable Role needed = ctx.attribute(NEEDED);
    if (needed == null || Role.READ.includes(needed) || ctx.statusCode() == TOO_MANY) {
      return;
    }
    @Nullable String who = ctx.attribute(WHO);
    String query = ctx.queryString();
    // Request URI and query are as they were sent, percent-encoded: no line end can be in them.
    LOG.info(
        "{} from {}: {} {}{} ({}) {}",
        who == null ? "nobody known" : who,
        ctx.req().getRemoteAddr(),
        ctx.req().getMethod(),
        shown(ctx.req().getRequestURI()),
        query == null ? "" : "?" + shown(query),
        needed.word(),
        ctx.statusCode());
  }
}
