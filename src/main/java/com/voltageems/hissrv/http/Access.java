package com.voltageems.hissrv.http;

import com.voltageems.hissrv.config.ApiAccess;
import com.voltageems.hissrv.config.ApiToken;
import com.voltageems.hissrv.config.Role;
import io.javalin.http.Context;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may do what: by bearer tokens where there are any, else by where the request comes from.
 * Tokens come in the {@code Authorization} header alone: addresses end up in logs and histories,
 * and no browser sends that header by itself, so no foreign page can act for its user.
 */
final class Access {
  private static final Logger LOG = LoggerFactory.getLogger(Access.class);
  private static final String SCHEME = "bearer ";
  private static final String CHALLENGE = "WWW-Authenticate";

  /** Longer than any token of ours. */
  private static final int MOST_CHARS = 256;

  private final String ownHost;
  private final FailedTokens failed;
  private volatile ApiAccess rules;

  /**
   * @param host that it listens on, by name or address
   */
  Access(String host, ApiAccess rules, InstantSource clock) {
    ownHost = host;
    this.rules = rules;
    this.failed = new FailedTokens(clock);
  }

  /** Goes on by other rules, from the next request on. */
  void follow(ApiAccess next) {
    if (!next.equals(rules)) {
      rules = next;
      tell();
    }
  }

  ApiAccess rules() {
    return rules;
  }

  /** Says in the log how far the API is open. */
  void tell() {
    ApiAccess now = rules;
    if (now.tokens().isEmpty()) {
      LOG.info(
          "no api.tokens are configured: reading is open to all, what changes state answers to this"
              + " machine only");
    } else {
      LOG.info(
          "{} tokens are configured; reading {}",
          now.tokens().size(),
          now.readWithoutToken() ? "is open to all" : "needs one, too");
    }
  }

  /**
   * Lets through who may, and returns who it is: a token's name, or where the request comes from.
   *
   * @throws ProblemException 401, 403 or 429
   */
  String require(Context ctx, Role needed) {
    String from = ctx.req().getRemoteAddr();
    ApiAccess now = rules;
    if (now.tokens().isEmpty()) {
      if (Role.READ.includes(needed)) {
        verifyHost(ctx, needed, now);
        return from;
      }
      LoopbackOnly.require(ctx.req());
      return "loopback";
    }
    if (needed == Role.ANYONE) {
      return from;
    }
    List<String> given = Collections.list(ctx.req().getHeaders("Authorization"));
    if (given.isEmpty()) {
      if (now.readWithoutToken() && Role.READ.includes(needed)) {
        verifyHost(ctx, needed, now);
        return from;
      }
      throw new ProblemException(unauthorized("There is no token", needed));
    }
    ApiToken token = given.size() == 1 ? token(given.getFirst(), now) : null;
    if (token == null) {
      failed
          .add(from)
          .ifPresent(wait -> {
            throw new ProblemException(tooManyFailures(wait));
          });
      LOG.warn("a request from {} had no valid token", from);
      throw new ProblemException(
          unauthorized("The Authorization header is not 'Bearer' and a valid token", needed));
    }
    if (!token.role().includes(needed)) {
      throw new ProblemException(forbidden(token, needed));
    }
    return token.name();
  }

  /** A browser always says whom it means; what names none is none. */
  private void verifyHost(Context ctx, Role needed, ApiAccess now) {
    String host = ctx.header("Host");
    if (needed != Role.ANYONE
        && host != null
        && !KnownHosts.isKnown(host, ownHost, now.allowedHosts())) {
      throw new ProblemException(KnownHosts.unknown(host));
    }
  }

  /** Every token is compared, so that the time taken tells nothing. */
  private static @Nullable ApiToken token(String header, ApiAccess now) {
    if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        || header.length() > MOST_CHARS) {
      return null;
    }
    String text = header.substring(SCHEME.length()).strip();
    ApiToken found = null;
    for (ApiToken token : now.tokens()) {
      if (token.isOf(text)) {
        found = token;
      }
    }
    return found;
  }

  private static Problem unauthorized(String why, Role needed) {
    return Problem.of(
            401,
            "token-needed",
            "A token is needed",
            "%s; this needs one with the role %s, sent as 'Authorization: Bearer …'. ./hissrv token create makes one."
                .formatted(why, needed.word()))
        .with("role", needed.word())
        .withHeader(CHALLENGE, "Bearer realm=\"hissrv\"");
  }

  private static Problem forbidden(ApiToken token, Role needed) {
    return Problem.of(
            403,
            "role-needed",
            "The token's role is not enough",
            "This needs the role %s; the token '%s' has the role %s."
                .formatted(needed.word(), token.name(), token.role().word()))
        .with("role", needed.word())
        .withHeader(CHALLENGE, "Bearer realm=\"hissrv\", error=\"insufficient_scope\"");
  }

  private static Problem tooManyFailures(long waitSeconds) {
    return Problem.of(
            429,
            "too-many-failures",
            "Too many wrong tokens",
            "From this address came too many wrong tokens; a valid one is still taken.")
        .withHeader("Retry-After", Long.toString(waitSeconds));
  }
}
