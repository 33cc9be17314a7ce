package com.voltageems.hissrv.http;

import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Lets through only who sits on this machine and speaks to us directly. The address alone does not
 * tell: a proxy on this machine, a web page open in its browser, and a name that an attacker points
 * at 127.0.0.1 all arrive from loopback.
 */
final class LoopbackOnly {
  private static final Set<String> PROXY_HEADERS = Set.of("forwarded", "x-real-ip", "via");
  private static final String PROXY_PREFIX = "x-forwarded-";
  private static final String HOST = "(localhost|127(\\.\\d{1,3}){3}|\\[::1])(:\\d{1,5})?";
  private static final Pattern LOCAL_HOST = Pattern.compile(HOST, Pattern.CASE_INSENSITIVE);
  private static final Pattern LOCAL_ORIGIN =
      Pattern.compile("https?://" + HOST, Pattern.CASE_INSENSITIVE);

  private LoopbackOnly() {}

  /**
   * @throws ProblemException 403 that says why and what to do
   */
  static void require(HttpServletRequest request) {
    objection(request)
        .ifPresent(why -> {
          throw new ProblemException(
              Problem.of(
                  403,
                  "loopback-only",
                  "This changes state and answers only to the machine itself",
                  "This request "
                      + why
                      + ". Send it on the machine that runs HisSrv, directly, to localhost: curl -X "
                      + request.getMethod()
                      + " http://localhost:"
                      + request.getLocalPort()
                      + request.getRequestURI()));
        });
  }

  private static Optional<String> objection(HttpServletRequest request) {
    if (!isLoopback(request.getRemoteAddr())) {
      return Optional.of("comes from " + request.getRemoteAddr());
    }
    for (String name : Collections.list(request.getHeaderNames())) {
      String folded = name.toLowerCase(Locale.ROOT);
      if (PROXY_HEADERS.contains(folded) || folded.startsWith(PROXY_PREFIX)) {
        return Optional.of("came through a proxy (it has the header " + Text.shown(name) + ")");
      }
    }
    List<String> hosts = Collections.list(request.getHeaders("Host"));
    if (hosts.size() != 1 || !LOCAL_HOST.matcher(hosts.getFirst()).matches()) {
      return Optional.of("is addressed to " + Text.shown(String.join(", ", hosts)));
    }
    for (String origin : Collections.list(request.getHeaders("Origin"))) {
      if (!LOCAL_ORIGIN.matcher(origin).matches()) {
        return Optional.of("was sent by a page of " + Text.shown(origin));
      }
    }
    return Optional.empty();
  }

  /** Literal addresses only: nothing is looked up. */
  static boolean isLoopback(String address) {
    String bare =
        address.startsWith("[") && address.endsWith("]")
            ? address.substring(1, address.length() - 1)
            : address;
    try {
      return InetAddress.ofLiteral(bare).isLoopbackAddress();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
